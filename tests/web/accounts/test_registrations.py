"""Asking to register an organisation: who may, what is there already, and what follows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import Membership, Organisation, Registration, User
from terrace_web.accounts.registrations import (
    MOST_WAITING,
    AlreadyRegistered,
    RegistrationRefused,
    accept_registration,
    ask_registration,
    find_registered,
    refuse_registration,
)
from terrace_web.audit.models import Entry
from terrace_web.notices.mails import send_new
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, PASSWORD, Cast

ASK, LIST = "/organisations/register/", "/organisations/requests/"
GIVEN = {
    "name": "Tide Robotics",
    "name_zh": "潮汐机器人",
    "kind": "company",
    "domain": "https://www.Tide.example/about",
    "reason": "We build divers' robots.",
}
SignIn = Callable[[User | None], Client]


def ask(cast: Cast, by: User | None = None, **changed: str) -> Registration:
    return ask_registration({**GIVEN, **changed}, by=by or cast.newcomer, now=NOW)


def decide(client: Client, asked: Registration, decision: str, answer: str = "") -> Any:
    return client.post(f"{LIST}{asked.pk}/", {"decision": decision, "answer": answer})


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__name", flat=True))


def test_it_works(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.newcomer).post(ASK, GIVEN, follow=True).content.decode()
    asked = Registration.objects.get()
    assert "Tide Robotics" in page and "waiting" in page
    assert asked.domain == "tide.example"
    assert told("registration_asked") == {cast.officer.name, cast.administrator.name}

    assert "divers&#x27; robots" in sign_in(cast.officer).get(LIST).content.decode()
    decide(sign_in(cast.officer), asked, "accept")

    organisation = Organisation.objects.get(name="Tide Robotics")
    assert (organisation.code, organisation.kind) == ("tide-robotics", "company")
    held = Membership.objects.filter(organisation=organisation, user=cast.newcomer)
    assert set(held.values_list("role", flat=True)) == {"admin", "editor"}
    assert told("registration_accepted") == {cast.newcomer.name}
    assert organisation.pk in audience_of(cast.newcomer).administers


@pytest.mark.parametrize("who", ["newcomer", "researcher", "manager", None])
def test_it_checks_access(cast: Cast, sign_in: SignIn, who: str | None) -> None:
    asked = ask(cast)
    client = sign_in(getattr(cast, who) if who else None)

    assert client.get(LIST).status_code == 403
    assert decide(client, asked, "accept").status_code == 403
    assert not Organisation.objects.filter(name="Tide Robotics").exists()
    assert client.get(ASK).status_code == (200 if who else 302)


def test_whoever_belongs_somewhere_may_ask_too(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.researcher).post(ASK, GIVEN)

    assert Registration.objects.get().asked_by == cast.researcher


def test_nobody_registers_the_zone_itself(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.newcomer).post(ASK, {**GIVEN, "kind": "zone"})

    assert answer.status_code == 200 and not Registration.objects.exists()


@pytest.mark.parametrize(
    ("name", "name_zh", "domain"),
    [
        ("lindgren  PUMPS", "", ""),
        ("林德格伦泵业", "", ""),
        ("Other", "林德格伦泵业", ""),
        ("Other", "", "pumps.example"),
        ("Other", "", "pumps-web.example"),
    ],
)
def test_what_is_there_already_is_found(cast: Cast, name: str, name_zh: str, domain: str) -> None:
    Organisation.objects.filter(pk=cast.company.pk).update(
        email_domain="pumps.example", website="https://www.pumps-web.example/en/"
    )

    assert find_registered(name, name_zh, domain) == cast.company
    with pytest.raises(AlreadyRegistered, match="Lindgren Pumps is registered already"):
        ask(cast, name=name, name_zh=name_zh, domain=domain)


@pytest.mark.parametrize("domain", ["mps.example", "pumps.example.org", ""])
def test_what_only_looks_alike_is_another_one(cast: Cast, domain: str) -> None:
    Organisation.objects.filter(pk=cast.company.pk).update(
        email_domain="pumps.example", website="https://pumps.example"
    )

    assert find_registered("Lindgren", "", domain) is None


@pytest.mark.parametrize(
    ("email_domain", "said"),
    [
        ("", "Ask its administrator to invite you"),
        ("pumps.example", "Confirm an address at pumps.example"),
        ("zone.example", "Join as a member"),
    ],
)
def test_a_duplicate_says_how_to_join(
    cast: Cast, sign_in: SignIn, email_domain: str, said: str
) -> None:
    Organisation.objects.filter(pk=cast.company.pk).update(email_domain=email_domain)

    page = sign_in(cast.newcomer).post(ASK, {**GIVEN, "name": "Lindgren Pumps"})

    assert said in page.content.decode()
    assert "Lindgren Pumps is registered already" in page.content.decode()
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("domain", "said"),
    [("gmail.com", "Anybody can have an address"), ("not a domain", "This is no web domain")],
)
def test_a_domain_that_is_none_is_refused(
    cast: Cast, sign_in: SignIn, domain: str, said: str
) -> None:
    page = sign_in(cast.newcomer).post(ASK, {**GIVEN, "domain": domain}).content.decode()

    assert said in page and not Registration.objects.exists()


@pytest.mark.parametrize(
    ("domain", "opens"), [("zone.example", "zone.example"), ("tide.example", "")]
)
def test_only_a_confirmed_address_opens_its_domain_to_colleagues(
    cast: Cast, sign_in: SignIn, domain: str, opens: str
) -> None:
    asked = ask(cast, domain=domain)
    page = sign_in(cast.officer).get(LIST).content.decode()
    assert ("has a confirmed address there" in page) == bool(opens)

    decide(sign_in(cast.officer), asked, "accept")

    organisation = Organisation.objects.get(name="Tide Robotics")
    assert organisation.email_domain == opens
    assert organisation.website == f"https://{domain}"


def test_declining_takes_a_reason_which_the_asker_reads(cast: Cast, sign_in: SignIn) -> None:
    asked = ask(cast)
    given = {"decision": "refuse", "answer": " "}
    page = sign_in(cast.officer).post(f"{LIST}{asked.pk}/", given, follow=True)
    assert "Say why" in page.content.decode()
    assert Registration.objects.get().is_open

    decide(sign_in(cast.officer), asked, "refuse", "Not in the zone.")

    page = sign_in(cast.newcomer).get(ASK).content.decode()
    assert "declined" in page and "Not in the zone." in page
    assert told("registration_refused") == {cast.newcomer.name}
    assert not cast.newcomer.memberships.exists()


@pytest.mark.parametrize("decision", ["accept", "refuse"])
def test_an_answer_is_final(cast: Cast, sign_in: SignIn, decision: str) -> None:
    asked = ask(cast)
    client = sign_in(cast.administrator)
    decide(client, asked, "refuse", "No.")

    page = client.post(f"{LIST}{asked.pk}/", {"decision": decision, "answer": "again"}, follow=True)

    assert "answered already" in page.content.decode()
    asked.refresh_from_db()
    assert (asked.answer, asked.organisation) == ("No.", None)


def test_what_was_registered_meanwhile_is_not_registered_twice(cast: Cast, sign_in: SignIn) -> None:
    first, second = ask(cast), ask(cast, by=cast.rival, domain="")
    decide(sign_in(cast.officer), first, "accept")

    page = sign_in(cast.officer).post(f"{LIST}{second.pk}/", {"decision": "accept"}, follow=True)

    assert "registered already" in page.content.decode()
    assert Organisation.objects.filter(name="Tide Robotics").count() == 1


def test_unknown_requests_do_not_exist(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.officer).post(f"{LIST}999/", {"decision": "accept"}).status_code == 404
    assert sign_in(cast.newcomer).post(f"{LIST}999/withdraw/").status_code == 404


def test_one_takes_back_ones_own_request_only(cast: Cast, sign_in: SignIn) -> None:
    asked = ask(cast)
    assert sign_in(cast.rival).post(f"{LIST}{asked.pk}/withdraw/").status_code == 404

    sign_in(cast.newcomer).post(f"{LIST}{asked.pk}/withdraw/")

    assert not Registration.objects.exists()
    assert Entry.objects.filter(action="registration:withdraw", user=cast.newcomer).exists()


def test_nobody_asks_twice_or_for_very_many(cast: Cast) -> None:
    ask(cast)
    with pytest.raises(RegistrationRefused, match="asked for this already"):
        ask(cast, name="TIDE robotics", domain="")

    for number in range(MOST_WAITING - 1):
        ask(cast, name=f"Another {number}", name_zh="", domain="")
    with pytest.raises(RegistrationRefused, match="take one back"):
        ask(cast, name="One too many", name_zh="", domain="")


@pytest.mark.parametrize(
    ("name", "code"),
    [("Lab", "lab-2"), ("New", "new-2"), ("Requests", "requests-2"), ("潮汐", "organisation")],
)
def test_codes_are_free_and_no_pages(cast: Cast, sign_in: SignIn, name: str, code: str) -> None:
    decide(sign_in(cast.officer), ask(cast, name=name, name_zh="", domain=""), "accept")

    assert Organisation.objects.get(name=name).code == code


def test_every_step_is_in_the_trail(cast: Cast, sign_in: SignIn) -> None:
    decide(sign_in(cast.officer), ask(cast), "accept")
    refuse_registration(
        ask(cast, name="Other", name_zh="", domain="").pk,
        "No.",
        by=cast.officer,
        audience=cast.audience(cast.officer),
        now=NOW,
    )

    found = Entry.objects.filter(action__startswith="registration:").order_by("pk")
    assert [each.action for each in found] == [
        "registration:ask",
        "registration:accept",
        "registration:ask",
        "registration:refuse",
    ]
    assert found[1].details["organisation"] == "tide-robotics"
    assert found[1].user == cast.officer


@pytest.mark.parametrize(
    ("language", "said"), [("en", "was not registered"), ("zh-hans", "未获登记")]
)
def test_the_answer_comes_by_mail_in_the_askers_language(
    cast: Cast, sign_in: SignIn, language: str, said: str
) -> None:
    User.objects.filter(pk=cast.newcomer.pk).update(language=language)
    Notice.objects.all().delete()
    decide(sign_in(cast.officer), ask(cast), "refuse", "Not in the zone.")

    send_new(NOW)

    body = next(each.body for each in mail.outbox if each.to == [cast.newcomer.email])
    assert said in body and "Tide Robotics: Not in the zone." in body


@pytest.mark.parametrize("path", [ASK, LIST])
def test_it_speaks_chinese(cast: Cast, sign_in: SignIn, path: str) -> None:
    page = sign_in(cast.officer).get(path, headers={"accept-language": "zh-hans"})

    assert "登记" in page.content.decode() and "Register" not in page.content.decode()


def test_the_way_there_is_shown_to_whoever_belongs_nowhere(cast: Cast, sign_in: SignIn) -> None:
    assert f'href="{ASK}"' in sign_in(cast.newcomer).get("/").content.decode()
    assert f'href="{ASK}"' in sign_in(cast.newcomer).get("/profile/").content.decode()
    ask(cast)
    assert f'href="{LIST}"' in sign_in(cast.officer).get("/organisations/").content.decode()
    assert f'href="{LIST}"' not in sign_in(cast.rival).get("/organisations/").content.decode()


def test_the_kind_is_chosen_and_not_a_lab_beforehand(cast: Cast, sign_in) -> None:
    client = sign_in(cast.newcomer)
    assert "Choose a kind" in client.get("/organisations/register/").content.decode()

    client.post("/organisations/register/", {"name": "Unsaid Works", "reason": "We make."})

    assert not Registration.objects.filter(name="Unsaid Works").exists()


def test_one_name_in_either_language_is_enough(cast: Cast, sign_in) -> None:
    client = sign_in(cast.newcomer)
    given = {"name": "", "name_zh": "海河电池", "kind": "company", "reason": "电池回收"}

    nameless = client.post(ASK, {**given, "name_zh": ""}).content.decode()
    client.post(ASK, given)

    assert "Give the name in one language at least." in nameless
    asked = Registration.objects.get()
    assert (asked.name, asked.name_zh) == ("海河电池", "")


class TestWhoAskedIsGone:
    """An organisation is never given to an account that nobody can use."""

    def test_a_closed_account_asks_for_nothing(self, cast: Cast, sign_in) -> None:
        client = sign_in(cast.newcomer)
        given = {"name": "Lens Works", "kind": "company", "reason": "Lenses"}
        client.post(ASK, given)

        client.post("/profile/close/", {"password": PASSWORD})

        assert not Registration.objects.exists()

    def test_a_switched_off_one_is_not_given_it(self, cast: Cast, sign_in) -> None:
        given = {"name": "Lens Works", "kind": "company", "reason": "Lenses"}
        asked = ask_registration(given, by=cast.newcomer, now=NOW)
        User.objects.filter(pk=cast.newcomer.pk).update(is_active=False)

        url = f"{LIST}{asked.pk}/"
        answer = sign_in(cast.officer).post(url, {"decision": "accept"}, follow=True)

        assert "The account that asks for this is switched off." in answer.content.decode()
        assert not Organisation.objects.filter(name="Lens Works").exists()


def test_a_chinese_name_has_its_address_from_the_domain(cast: Cast) -> None:
    given = {"name": "雷霆光学", "kind": "company", "reason": "光学", "domain": "leiting.example"}
    asked = ask_registration(given, by=cast.newcomer, now=NOW)
    audience = audience_of(cast.officer)

    made = accept_registration(asked.pk, by=cast.officer, audience=audience, now=NOW)

    assert (made.code, made.name) == ("leiting", "雷霆光学")
