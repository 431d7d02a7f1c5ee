"""Start page, profile, organisations, invitations, joining, and the demo's logins."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from terrace_web.accounts.models import Invitation, Membership, Organisation, User
from terrace_web.audit.models import Entry
from terrace_web.testing.cast import PASSWORD, Cast, make_record, make_user


@pytest.mark.parametrize(
    "who", ["researcher", "manager", "officer", "administrator", "newcomer", None]
)
def test_the_start_page_works(
    cast: Cast, sign_in, who: str | None, django_assert_max_num_queries
) -> None:
    make_record(cast.lab, title="Open thing")
    make_record(cast.lab, title="Draft thing", stage="draft")
    make_record(cast.lab, title="Review thing", stage="in_review", manager=cast.manager)
    client = sign_in(getattr(cast, who) if who else None)

    with django_assert_max_num_queries(30):
        page = client.get("/").content.decode()

    assert "Open thing" in page
    assert ("Draft thing" in page) == (who == "researcher")
    assert ("Review thing" in page) == (who in ("manager", "officer"))


def test_it_speaks_chinese(cast: Cast, sign_in) -> None:
    chinese = {"accept-language": "zh-hans"}

    assert "成果" in sign_in(None).get("/", headers=chinese).content.decode()
    assert "登录" in sign_in(None).get("/accounts/login/", headers=chinese).content.decode()


def test_one_signs_in_by_address_and_password(cast: Cast, client) -> None:
    wrong = client.post("/accounts/login/", {"login": cast.buyer.email, "password": "x"})
    assert wrong.status_code == 200 and "_auth_user_id" not in client.session

    client.post("/accounts/login/", {"login": cast.buyer.email, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(cast.buyer.pk)


def test_signing_up_takes_a_confirmed_address(db, client) -> None:
    given = {
        "email": "New@Zone.example",
        "name": "Nia",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    client.post("/accounts/signup/", given)

    user = User.objects.get(email="new@zone.example")
    assert (user.name, "_auth_user_id" in client.session) == ("Nia", False)
    assert len(mail.outbox) == 1


def test_the_logins_of_the_demonstration_are_shown_in_the_demonstration_only(
    db, client, settings
) -> None:
    assert "manager@demo.example" not in client.get("/accounts/login/").content.decode()

    with override_settings(CONFIG=settings.CONFIG.model_copy(update={"mode": "demo"})):
        assert "manager@demo.example" in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "path", ["email/", "password/change/", "password/reset/", "2fa/", "signup/", "logout/"]
)
def test_the_pages_of_accounts_wear_our_base(cast: Cast, sign_in, path: str) -> None:
    user = None if path in ("signup/", "password/reset/") else cast.researcher
    answer = sign_in(user).get(f"/accounts/{path}", follow=True)

    assert answer.status_code == 200
    assert 'class="skip-link"' in answer.content.decode()


def test_a_profile_is_saved_with_its_language(cast: Cast, sign_in) -> None:
    client = sign_in(cast.buyer)

    client.post("/profile/", {"name": "Bo B.", "language": "zh-hans", "mails": "daily"})

    cast.buyer.refresh_from_db()
    assert (cast.buyer.name, cast.buyer.language, cast.buyer.mails) == (
        "Bo B.",
        "zh-hans",
        "daily",
    )
    assert client.cookies["django_language"].value == "zh-hans"
    page = client.get("/profile/").content.decode()
    assert "个人资料" in page and "个人资料已保存" in page


def test_a_closed_account_opens_nothing_and_leaves_its_trail(cast: Cast, sign_in) -> None:
    client = sign_in(cast.colleague)
    assert client.get("/profile/close/").status_code == 200

    client.post("/profile/close/", {"password": PASSWORD})

    cast.colleague.refresh_from_db()
    assert not cast.colleague.is_active
    assert "Colleague" not in cast.colleague.name
    assert Entry.objects.filter(action="account:close").exists()


def test_the_directory_is_for_members(cast: Cast, sign_in) -> None:
    page = sign_in(cast.rival).get("/organisations/?q=coastal").content.decode()
    assert cast.lab.name in page and cast.company.name not in page
    for outsider in (None, cast.newcomer):
        assert sign_in(outsider).get("/organisations/").status_code == 403
        assert sign_in(outsider).get("/organisations/lab/").status_code == 403


def test_members_are_shown_to_members_and_administrators(cast: Cast, sign_in) -> None:
    for user, shown in ((cast.researcher, True), (cast.administrator, True), (cast.rival, False)):
        page = sign_in(user).get("/organisations/lab/").content.decode()
        assert (cast.colleague.email in page) == shown


def invite(
    cast: Cast, sign_in, callbacks, *, email="noor@lab.example", role="editor"
) -> Invitation:
    given = {"email": email, "role": role, "language": "zh-hans"}
    with callbacks(execute=True):
        sign_in(cast.researcher).post("/organisations/lab/invite/", given)
    return Invitation.objects.get(email=email)


def test_an_invitation_leads_into_the_organisation(
    cast: Cast, sign_in, django_capture_on_commit_callbacks
) -> None:
    invitation = invite(cast, sign_in, django_capture_on_commit_callbacks)
    assert f"/invitations/{invitation.key}/" in mail.outbox[0].body
    assert "邀请" in mail.outbox[0].body and "编辑" in mail.outbox[0].body
    guest = make_user("guest", "Guest", None)
    guest.emailaddress_set.create(email=invitation.email, verified=True)

    assert cast.lab.name in sign_in(guest).get(f"/invitations/{invitation.key}/").content.decode()
    sign_in(guest).post(f"/invitations/{invitation.key}/")

    assert guest.memberships.get().role == "editor"
    again = sign_in(guest).post(f"/invitations/{invitation.key}/")
    assert again.status_code == 409


def test_an_invitation_is_for_its_address_only(
    cast: Cast, sign_in, django_capture_on_commit_callbacks
) -> None:
    invitation = invite(cast, sign_in, django_capture_on_commit_callbacks)
    cast.newcomer.emailaddress_set.create(email=invitation.email, verified=False)

    answer = sign_in(cast.newcomer).post(f"/invitations/{invitation.key}/")

    assert answer.status_code == 409 and invitation.email in answer.content.decode()
    assert not cast.newcomer.memberships.exists()


def test_old_withdrawn_and_unknown_invitations_open_nothing(
    cast: Cast, sign_in, django_capture_on_commit_callbacks
) -> None:
    invitation = invite(cast, sign_in, django_capture_on_commit_callbacks)
    url = f"/invitations/{invitation.key}/"
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=20))
    assert sign_in(cast.newcomer).get(url).status_code == 409
    Invitation.objects.update(sent_at=timezone.now())

    sign_in(cast.researcher).post(f"/invitations/{invitation.pk}/withdraw/")

    assert sign_in(cast.newcomer).get(url).status_code == 409
    assert sign_in(cast.newcomer).get("/invitations/guess/").status_code == 404


@pytest.mark.parametrize("who", ["colleague", "buyer", "manager", "officer", "newcomer"])
def test_nobody_else_decides_on_members(cast: Cast, sign_in, who: str) -> None:
    client = sign_in(getattr(cast, who))
    given = {"email": "x@x.example", "role": "admin", "language": "en"}
    held = Membership.objects.get(user=cast.colleague)

    assert client.post("/organisations/lab/invite/", given).status_code == 403
    answer = client.post(f"/members/{held.pk}/", {"role": "admin"})
    if who != "colleague":
        assert answer.status_code == 403
    held.refresh_from_db()
    assert held.role == "member"
    assert not Invitation.objects.exists()


def test_zone_roles_exist_in_the_zone_only(
    cast: Cast, sign_in, django_capture_on_commit_callbacks
) -> None:
    given = {"email": "x@x.example", "role": "administrator", "language": "en"}

    sign_in(cast.researcher).post("/organisations/lab/invite/", given)

    assert not Invitation.objects.exists()
    held = Membership.objects.get(user=cast.colleague)
    sign_in(cast.researcher).post(f"/members/{held.pk}/", {"role": "administrator"})
    held.refresh_from_db()
    assert held.role == "member"


def test_the_last_administrator_stays(cast: Cast, sign_in) -> None:
    held = Membership.objects.get(user=cast.researcher, role="admin")

    sign_in(cast.researcher).post(f"/members/{held.pk}/", {"leave": "1"})
    assert Membership.objects.filter(pk=held.pk).exists()

    Membership.objects.create(user=cast.colleague, organisation=cast.lab, role="admin")
    sign_in(cast.researcher).post(f"/members/{held.pk}/", {"leave": "1"})
    assert not Membership.objects.filter(pk=held.pk).exists()


def test_a_confirmed_address_of_the_domain_opens_the_door(cast: Cast, sign_in) -> None:
    Organisation.objects.filter(pk=cast.lab.pk).update(email_domain="zone.example")
    client = sign_in(cast.newcomer)
    assert cast.lab.name in client.get("/").content.decode()

    client.post(f"/organisations/{cast.lab.pk}/join/")

    assert cast.newcomer.memberships.get().role == "member"
    assert sign_in(cast.rival).post(f"/organisations/{cast.company.pk}/join/").status_code == 404


def test_an_unconfirmed_address_opens_nothing(cast: Cast, sign_in) -> None:
    Organisation.objects.filter(pk=cast.lab.pk).update(email_domain="zone.example")
    cast.newcomer.emailaddress_set.update(verified=False)

    assert sign_in(cast.newcomer).post(f"/organisations/{cast.lab.pk}/join/").status_code == 404


def test_organisations_are_registered_by_officers(cast: Cast, sign_in) -> None:
    given = {"code": "new-lab", "kind": "lab", "name": "New Lab", "email_domain": "gmail.com"}
    refused = sign_in(cast.officer).post("/organisations/new/", given)
    assert refused.status_code == 200 and not Organisation.objects.filter(code="new-lab").exists()

    sign_in(cast.officer).post("/organisations/new/", {**given, "email_domain": "@New.example"})

    assert Organisation.objects.get(code="new-lab").email_domain == "new.example"
    assert sign_in(cast.researcher).get("/organisations/new/").status_code == 403
    assert sign_in(cast.rival).post("/organisations/lab/edit/", given).status_code == 403


def test_people_are_switched_off_by_administrators(cast: Cast, sign_in) -> None:
    assert sign_in(cast.officer).get("/administration/people/").status_code == 403
    client = sign_in(cast.administrator)
    assert cast.rival.email in client.get("/administration/people/?q=rival").content.decode()

    url = "/administration/people/?q=rival"
    answer = client.post(url, {"user": cast.rival.pk}, follow=True)

    cast.rival.refresh_from_db()
    assert not cast.rival.is_active
    assert answer.redirect_chain == [(url, 302)]
    assert f"The account of {cast.rival.name} is switched off." in answer.content.decode()
    assert (
        client.post("/administration/people/", {"user": cast.administrator.pk}).status_code == 404
    )


@pytest.mark.parametrize(
    ("person", "first"),
    [("buyer", "/market/interview/"), ("researcher", "/market/new/achievement/")],
)
def test_the_start_page_offers_first_what_one_mostly_writes(
    cast: Cast, sign_in, person: str, first: str
) -> None:
    page = sign_in(getattr(cast, person)).get("/").content.decode()

    assert f'<a class="btn btn-primary" href="{first}">' in page


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ({"code": "bad code!/"}, "letters, digits and hyphens"),
        ({"code": ".."}, "letters, digits and hyphens"),
        ({"code": "lab-1"}, "Another organisation has this code"),
        ({"email_domain": "not a domain@"}, "no web domain"),
        ({"region": "某地"}, "No region is called"),
    ],
)
def test_an_organisation_that_could_not_be_opened_is_not_made(
    cast: Cast, sign_in, said: dict[str, str], remedy: str
) -> None:
    Organisation.objects.filter(pk=cast.lab.pk).update(code="lab-1")
    known = Organisation.objects.count()
    given = {"code": "new-lab", "kind": "lab", "name": "New lab", **said}

    page = sign_in(cast.officer).post("/organisations/new/", given).content.decode()

    assert remedy in page and Organisation.objects.count() == known
