"""Asking for introductions and confidential parts, and answering."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import Grant, User
from terrace_web.audit.models import Entry
from terrace_web.market import nda
from terrace_web.market.access import ask_access, decide_access
from terrace_web.market.errors import AccessRefused
from terrace_web.market.grants import open_to, revoke
from terrace_web.market.models import AccessRequest, Record
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record

SignIn = Callable[[User | None], Client]
SECRET = "Plant 7 in Westport stands still every Tuesday."


@pytest.fixture
def need(cast: Cast) -> Record:
    return make_record(
        cast.company,
        "need",
        title="Longer life of pump seals",
        levels={"identity": "named", "confidential": "named"},
        content={"details": SECRET},
    )


@pytest.fixture
def asked(cast: Cast, need: Record) -> AccessRequest:
    return ask_access(
        need.code,
        "identity",
        organisation=cast.lab,
        reason="We make such seals.",
        by=cast.researcher,
        audience=cast.audience(cast.researcher),
        now=NOW,
    )


def test_what_was_closed_again_is_not_called_granted(
    cast: Cast, asked: AccessRequest, sign_in: SignIn
) -> None:
    owner = {"by": cast.buyer, "audience": cast.audience(cast.buyer), "now": NOW}
    decide_access(asked.pk, is_granted=True, answer="Welcome.", **owner)
    page = sign_in(cast.researcher).get("/market/access/").content.decode()
    assert "Granted: Welcome." in page

    revoke([Grant.objects.get().pk], **owner)

    client = sign_in(cast.researcher)
    page = client.get("/market/access/").content.decode()
    assert "Granted, and closed again since" in page and "Welcome." not in page
    record_page = client.get(f"/market/r/{asked.record.code}/").content.decode()
    assert "was closed again" in record_page and "Ask to be introduced" in record_page


def test_what_was_asked_stays_when_the_record_is_out_of_sight(
    cast: Cast, need: Record, asked: AccessRequest, sign_in: SignIn
) -> None:
    AccessRequest.objects.update(nda_version="2026-01", nda_name="Ruth Researcher")
    need.run.stage = "withdrawn"
    need.run.save()

    page = sign_in(cast.researcher).get("/market/access/").content.decode()

    assert "We make such seals." in page and "Agreement 2026-01, signed by Ruth" in page
    assert "not open to you" in page and "You have not asked for anything yet." not in page
    assert need.title not in page and need.code not in page


def test_records_are_named_as_their_reader_reads(
    cast: Cast, need: Record, asked: AccessRequest, sign_in: SignIn
) -> None:
    need.content["title_other"] = "延长泵密封寿命"
    need.save()
    client = sign_in(cast.buyer)
    client.cookies["django_language"] = "zh-hans"

    for url in ("/market/access/", f"/market/access/{asked.pk}/"):
        assert 'lang="zh-Hans">延长泵密封寿命</a>' in client.get(url).content.decode()


def test_a_notice_says_which_part(cast: Cast, asked: AccessRequest) -> None:
    cast.researcher.language = "zh-hans"
    cast.researcher.save()
    owner = {"by": cast.buyer, "audience": cast.audience(cast.buyer), "now": NOW}
    decide_access(asked.pk, is_granted=True, answer=" 欢迎。 ", **owner)
    revoke([Grant.objects.get().pk], **owner)
    open_to(asked.record.code, cast.lab, "confidential", basis=Grant.Basis.LISTED, **owner)

    told = Notice.objects.filter(user=cast.researcher).order_by("pk").values_list("kind", "note")
    assert list(told) == [
        ("access_granted", "主体信息：欢迎。"),
        ("access_revoked", "主体信息"),
        ("access_granted", "保密部分"),
    ]


def test_an_agreement_is_named_only_where_one_was_signed(cast: Cast, sign_in: SignIn) -> None:
    record = make_record(cast.company, "need", levels={"confidential": "named"})
    for basis, is_named in ((Grant.Basis.NDA, True), (Grant.Basis.LISTED, False)):
        owner = {"by": cast.buyer, "audience": cast.audience(cast.buyer), "now": NOW}
        grant = open_to(record.code, cast.lab, "confidential", basis=basis, **owner)
        page = sign_in(cast.buyer).get(f"/market/access/grants/{grant.pk}/revoke/")
        assert ("goes on to hold" in page.content.decode()) == is_named


def test_who_consents_reads_what_will_be_seen(
    cast: Cast, asked: AccessRequest, sign_in: SignIn
) -> None:
    asked.record.content["contact"] = "Bo, 0532"
    asked.record.save()
    page = sign_in(cast.buyer).get(f"/market/access/{asked.pk}/").content.decode()

    assert "They will see: Organisation, Contact." in page


class TestAsk:
    def test_it_works(self, cast: Cast, need: Record, sign_in: SignIn) -> None:
        client, url = sign_in(cast.researcher), f"/market/r/{need.code}/ask/identity/"
        assert "Lindgren Pumps" not in client.get(url).content.decode()

        client.post(url, {"organisation": cast.lab.pk, "reason": "We make such seals."})

        request = AccessRequest.objects.get()
        assert request.organisation == cast.lab and request.group == "identity"
        assert Notice.objects.get().user == cast.buyer
        assert Entry.objects.filter(action="access:ask").exists()
        page = client.get(f"/market/r/{need.code}/").content.decode()
        assert "You have asked." in page and "Lindgren Pumps" not in page

    def test_it_checks_access(self, cast: Cast, need: Record, sign_in: SignIn) -> None:
        url = f"/market/r/{need.code}/ask/identity/"
        hidden = make_record(cast.company, "need", stage="draft")

        assert sign_in(None).get(url).status_code == 302
        assert sign_in(cast.newcomer).get(url).status_code == 403
        assert sign_in(cast.rival).get(f"/market/r/{hidden.code}/ask/identity/").status_code == 404
        assert sign_in(cast.rival).get(f"/market/r/{need.code}/ask/teaser/").status_code == 404

    def test_who_has_no_organisation_is_led_to_one(
        self, cast: Cast, need: Record, sign_in: SignIn
    ) -> None:
        client = sign_in(cast.newcomer)

        for url in (f"/market/r/{need.code}/", "/market/mine/"):
            page = client.get(url).content.decode()
            assert "/organisations/register/" in page.split("<main")[1]
            assert "no records yet" not in page

    def test_nobody_asks_for_another_organisation(
        self, cast: Cast, need: Record, sign_in: SignIn
    ) -> None:
        said = {"organisation": cast.other_lab.pk, "reason": "Let me see."}
        sign_in(cast.rival).post(f"/market/r/{need.code}/ask/identity/", said)

        assert not AccessRequest.objects.exists()

    def test_the_confidential_part_asks_for_a_signature(
        self, cast: Cast, need: Record, sign_in: SignIn
    ) -> None:
        client, url = sign_in(cast.researcher), f"/market/r/{need.code}/ask/confidential/"
        text = client.get(url).content.decode()
        assert str(nda.CLAUSES[0]) in text and nda.VERSION in text
        said = {"organisation": cast.lab.pk, "reason": "To quote a price."}

        client.post(url, said)
        client.post(url, {**said, "nda_name": "Ruth Researcher"})
        assert not AccessRequest.objects.exists()
        client.post(url, {**said, "nda_name": "Ruth Researcher", "accepts": "on"})

        request = AccessRequest.objects.get()
        assert (request.nda_version, request.nda_name) == (nda.VERSION, "Ruth Researcher")

    @pytest.mark.parametrize(
        ("group", "reason", "name", "message"),
        [
            ("identity", "Again.", "", "has asked already"),
            ("identity", " ", "", "Say why"),
            ("confidential", "Why not.", " ", "Type your name"),
            ("teaser", "Why not.", "", "cannot be asked for"),
        ],
    )
    def test_what_cannot_be_asked(
        self, cast: Cast, asked: AccessRequest, group: str, reason: str, name: str, message: str
    ) -> None:
        with pytest.raises(AccessRefused, match=message):
            ask_access(
                asked.record.code,
                group,  # type: ignore[arg-type]
                organisation=cast.lab,
                reason=reason,
                nda_name=name,
                by=cast.researcher,
                audience=cast.audience(cast.researcher),
                now=NOW,
            )

    @pytest.mark.parametrize(
        ("level", "message"), [("public", "open to you"), ("private", "to nobody")]
    )
    def test_only_what_is_named_can_be_asked_for(
        self, cast: Cast, level: str, message: str
    ) -> None:
        record = make_record(cast.company, "need", levels={"identity": level})

        with pytest.raises(AccessRefused, match=message):
            ask_access(
                record.code,
                "identity",
                organisation=cast.lab,
                reason="Please.",
                by=cast.researcher,
                audience=cast.audience(cast.researcher),
                now=NOW,
            )


class TestDecide:
    def test_who_opens_the_confidential_part_shows_who_they_are(
        self, cast: Cast, asked: AccessRequest, need: Record, sign_in: SignIn
    ) -> None:
        """Nobody waits for a part that another one has opened, and the owner is told before."""
        secret = ask_access(
            need.code,
            "confidential",
            organisation=cast.lab,
            reason="To quote a price.",
            nda_name="Ruth Researcher",
            by=cast.researcher,
            audience=cast.audience(cast.researcher),
            now=NOW,
        )
        client, url = sign_in(cast.buyer), f"/market/access/{secret.pk}/"
        assert "also sees who you are" in client.get(url).content.decode()

        client.post(url, {"decision": "grant"})

        asked.refresh_from_db()
        assert asked.state == AccessRequest.State.GRANTED
        assert "Identity" in client.get("/market/access/").content.decode()

    def test_it_works(self, cast: Cast, asked: AccessRequest, sign_in: SignIn) -> None:
        client = sign_in(cast.buyer)
        assert "We make such seals." in client.get("/market/access/").content.decode()
        assert "Consent" in client.get(f"/market/access/{asked.pk}/").content.decode()

        client.post(f"/market/access/{asked.pk}/", {"decision": "grant", "answer": "Welcome."})

        grant = Grant.objects.get()
        assert (grant.organisation, grant.group, grant.basis) == (cast.lab, "identity", "consent")
        page = sign_in(cast.researcher).get(f"/market/r/{asked.record.code}/").content.decode()
        assert "Lindgren Pumps" in page and SECRET not in page
        assert Notice.objects.filter(user=cast.researcher, kind="access_granted").exists()
        other = sign_in(cast.other_researcher).get(f"/market/r/{asked.record.code}/")
        assert "Lindgren Pumps" not in other.content.decode()

    def test_it_checks_access(self, cast: Cast, asked: AccessRequest, sign_in: SignIn) -> None:
        url = f"/market/access/{asked.pk}/"
        for user in (cast.researcher, cast.rival, cast.manager, cast.officer):
            assert sign_in(user).post(url, {"decision": "grant"}).status_code == 404
        assert sign_in(None).post(url).status_code == 302
        assert not Grant.objects.exists()
        assert (
            "We make such seals." not in sign_in(cast.rival).get("/market/access/").content.decode()
        )

    def test_a_refusal_needs_a_reason(
        self, cast: Cast, asked: AccessRequest, sign_in: SignIn
    ) -> None:
        client, url = sign_in(cast.buyer), f"/market/access/{asked.pk}/"
        assert client.post(url, {"decision": "refuse", "answer": " "}).status_code == 422

        client.post(url, {"decision": "refuse", "answer": "We have a supplier."})

        assert not Grant.objects.exists()
        page = sign_in(cast.researcher).get(f"/market/r/{asked.record.code}/").content.decode()
        assert "We have a supplier." in page and "Lindgren Pumps" not in page

    def test_an_answer_stands(self, cast: Cast, asked: AccessRequest, sign_in: SignIn) -> None:
        client, url = sign_in(cast.buyer), f"/market/access/{asked.pk}/"
        client.post(url, {"decision": "refuse", "answer": "No."})

        assert client.post(url, {"decision": "grant"}).status_code == 422
        assert not Grant.objects.exists()


def test_whoever_left_the_asking_organisation_is_told_nothing(
    cast: Cast, need: Record, sign_in: SignIn
) -> None:
    """The answer may say what is not for them any more; those who are there get it."""
    colleague = cast.colleague
    audience = cast.audience(colleague)
    said = {"organisation": cast.lab, "reason": "Our ring.", "by": colleague, "audience": audience}
    asked = ask_access(need.code, "identity", **said, now=NOW)
    colleague.memberships.all().delete()

    sign_in(cast.buyer).post(f"/market/access/{asked.pk}/", {"decision": "grant", "answer": "Hi."})

    told = Notice.objects.filter(kind="access_granted", note="Identity: Hi.")
    assert [each.user for each in told] == [cast.researcher]


def test_who_is_asked_reads_who_asks_in_their_language(
    cast: Cast, need: Record, sign_in: SignIn
) -> None:
    cast.lab.name_zh = "海岸材料研究所"
    cast.lab.save()
    cast.buyer.language = "zh-hans"
    cast.buyer.save()

    address = f"/market/r/{need.code}/ask/identity/"
    sign_in(cast.researcher).post(address, {"organisation": cast.lab.pk, "reason": "Our ring."})

    assert Notice.objects.get(user=cast.buyer).note == "海岸材料研究所：Our ring."


class TestGrants:
    def test_it_works(self, cast: Cast, need: Record, sign_in: SignIn) -> None:
        client, url = sign_in(cast.buyer), f"/market/r/{need.code}/access/"
        said = {"organisation": cast.other_lab.code, "group": "confidential", "note": "Partner"}
        client.post(url, said)

        assert "Northern Photonics Lab" in client.get(url).content.decode()
        page = sign_in(cast.other_researcher).get(f"/market/r/{need.code}/").content.decode()
        assert SECRET in page and "Lindgren Pumps" in page

    def test_only_parts_with_that_level_are_opened(self, cast: Cast, sign_in: SignIn) -> None:
        levels = {"teaser": "public", "identity": "named", "confidential": "private"}
        record = make_record(cast.company, "need", levels=levels)
        client, url = sign_in(cast.buyer), f"/market/r/{record.code}/access/"
        page = client.get(url).content.decode()
        assert 'value="identity"' in page
        assert 'value="confidential"' not in page and 'value="teaser"' not in page

        client.post(url, {"organisation": cast.other_lab.code, "group": "confidential"})
        owner = {"by": cast.buyer, "audience": cast.audience(cast.buyer), "now": NOW}
        with pytest.raises(AccessRefused):
            open_to(record.code, cast.lab, "teaser", basis=Grant.Basis.LISTED, **owner)
        assert not Grant.objects.exists() and not Notice.objects.exists()

        open_record = make_record(cast.company, "need", levels={"confidential": "private"})
        page = client.get(f"/market/r/{open_record.code}/access/").content.decode()
        assert "nobody can be named" in page and 'name="organisation"' not in page

    def test_of_a_draft_nobody_is_told(self, cast: Cast, sign_in: SignIn) -> None:
        draft = make_record(cast.company, "need", stage="draft", levels={"confidential": "named"})
        said = {"organisation": cast.other_lab.code, "group": "confidential"}
        url = f"/market/r/{draft.code}/access/"
        page = sign_in(cast.buyer).post(url, said, follow=True).content.decode()

        assert "once it is published" in page and Grant.objects.exists()
        assert not Notice.objects.exists()

    def test_taking_back_closes_it(self, cast: Cast, need: Record, sign_in: SignIn) -> None:
        client = sign_in(cast.buyer)
        said = {"organisation": cast.other_lab.code, "group": "confidential"}
        client.post(f"/market/r/{need.code}/access/", said)
        url = f"/market/access/grants/{Grant.objects.get().pk}/revoke/"
        assert "Close it to" in client.get(url).content.decode()

        client.post(url)

        page = sign_in(cast.other_researcher).get(f"/market/r/{need.code}/").content.decode()
        assert SECRET not in page and "Lindgren Pumps" not in page

    def test_it_checks_access(self, cast: Cast, need: Record, sign_in: SignIn) -> None:
        client = sign_in(cast.buyer)
        said = {"organisation": cast.other_lab.code, "group": "identity"}
        client.post(f"/market/r/{need.code}/access/", said)
        revoke = f"/market/access/grants/{Grant.objects.get().pk}/revoke/"

        for user in (cast.rival, cast.manager):
            assert sign_in(user).get(f"/market/r/{need.code}/access/").status_code == 403
            assert sign_in(user).post(revoke).status_code == 403
        assert sign_in(cast.rival).post("/market/access/grants/999/revoke/").status_code == 404

    def test_requests_of_others_are_not_listed_and_hidden_records_drop_out(
        self, cast: Cast, asked: AccessRequest, sign_in: SignIn
    ) -> None:
        client = sign_in(cast.researcher)
        assert asked.record.title in client.get("/market/access/").content.decode()

        type(asked.record.run).objects.filter(pk=asked.record.run_id).update(stage="withdrawn")

        assert asked.record.title not in client.get("/market/access/").content.decode()
