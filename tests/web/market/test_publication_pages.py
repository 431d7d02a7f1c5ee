"""Moves, my records, and the queue of those who review."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from terrace_web.accounts.models import User
from terrace_web.flows.models import Run
from terrace_web.market.errors import NoReviewer
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.testing.cast import NOW, Cast, make_record

SignIn = Callable[[User | None], Client]


@pytest.fixture
def draft(cast: Cast) -> Record:
    return make_record(cast.lab, stage="draft", fields=["materials"])


@pytest.fixture
def waiting(cast: Cast) -> Record:
    return make_record(cast.lab, stage="in_review", fields=["materials"], manager=cast.manager)


def stage_of(record: Record) -> str:
    return Run.objects.get(pk=record.run_id).stage


class TestMove:
    def test_it_works(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/move/submit/"
        assert "Submit for review" in client.get(url).content.decode()
        assert stage_of(draft) == "draft"

        client.post(url, {"note": "Please."})

        draft.refresh_from_db()
        page = client.get(f"/market/r/{draft.code}/").content.decode()
        assert "Review due" in page
        assert stage_of(draft) == "in_review"
        assert draft.manager in (cast.manager, cast.other_manager)

    def test_it_checks_access(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        url = f"/market/r/{draft.code}/move/submit/"

        assert sign_in(cast.rival).post(url).status_code == 404
        assert sign_in(cast.colleague).post(url).status_code == 404
        assert sign_in(None).post(url).status_code == 302
        assert stage_of(draft) == "draft"

    def test_a_step_made_already_leads_to_the_record(
        self, cast: Cast, draft: Record, sign_in: SignIn
    ) -> None:
        client, url = sign_in(cast.researcher), f"/market/r/{draft.code}/move/submit/"
        client.post(url)

        for again in (client.get(url, follow=True), client.post(url, follow=True)):
            text = again.content.decode()
            assert again.redirect_chain[-1][0] == f"/market/r/{draft.code}/"
            assert "This step is not open any more. The record is now: In review." in text
        assert client.get(f"/market/r/{draft.code}/move/nonsense/").status_code == 404

    def test_what_stands_against_it_is_listed_with_its_field(
        self, cast: Cast, sign_in: SignIn
    ) -> None:
        bare = make_record(cast.lab, stage="draft", content={"summary": ""})
        client, url = sign_in(cast.researcher), f"/market/r/{bare.code}/move/submit/"
        answer = client.post(url)

        text = answer.content.decode()
        assert answer.status_code == 422 and stage_of(bare) == "draft"
        assert f"/market/r/{bare.code}/edit/#id_summary" in text
        assert f"/market/r/{bare.code}/edit/#id_fields" in text
        bare.refresh_from_db()
        assert bare.manager is None

    def test_returning_needs_a_note(self, cast: Cast, waiting: Record, sign_in: SignIn) -> None:
        client, url = sign_in(cast.manager), f"/market/r/{waiting.code}/move/return/"

        assert client.post(url, {"note": " "}).status_code == 422
        assert stage_of(waiting) == "in_review"
        client.post(url, {"note": "Say what it is for.", "next": "review"})

        assert stage_of(waiting) == "draft"
        page = sign_in(cast.researcher).get(f"/market/r/{waiting.code}/").content.decode()
        assert "Say what it is for." in page

    def test_it_says_who_will_see_what(self, cast: Cast, sign_in: SignIn) -> None:
        warning, badge = "can read its confidential part too", "opens its confidential part"
        for level, is_warned in (("zone", True), ("named", False)):
            record = make_record(
                cast.lab,
                stage="in_review",
                manager=cast.manager,
                levels={"confidential": level},
                content={"details": "Sintered twice."},
            )
            client = sign_in(cast.manager)
            page = client.get(f"/market/r/{record.code}/move/publish/").content.decode()
            assert (warning in page) == is_warned and "Confidential part" in page
            assert (badge in client.get("/market/review/").content.decode()) == is_warned
            record.delete()

    def test_renewing_asks_until_when(self, cast: Cast, sign_in: SignIn) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        record = make_record(
            cast.lab, stage="expired", fields=["materials"], manager=cast.manager, expires=yesterday
        )
        client, url = sign_in(cast.researcher), f"/market/r/{record.code}/move/renew/"
        page = client.get(url).content.decode()
        assert 'name="expires"' in page and "in the past" not in page
        assert "btn-waiting" not in client.get(f"/market/r/{record.code}/").content.decode()

        refused = client.post(url, {"expires": yesterday.isoformat()})
        assert refused.status_code == 422 and "in the past" in refused.content.decode()
        assert stage_of(record) == "expired"
        until = timezone.localdate() + timedelta(days=30)
        client.post(url, {"expires": until.isoformat()})

        record.refresh_from_db()
        assert (stage_of(record), record.expires) == ("in_review", until)

    def test_an_unknown_move_is_not_found(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        client = sign_in(cast.researcher)

        assert client.get(f"/market/r/{draft.code}/move/explode/").status_code == 404
        assert client.post(f"/market/r/{draft.code}/move/publish/").status_code == 404

    def test_who_withdraws_and_sees_it_no_more_is_led_on(self, cast: Cast, sign_in: SignIn) -> None:
        record = make_record(cast.lab)
        answer = sign_in(cast.officer).post(f"/market/r/{record.code}/move/withdraw/", follow=True)

        assert answer.status_code == 200 and stage_of(record) == "withdrawn"


class TestReviewers:
    def test_a_manager_in_charge_stays(self, cast: Cast, draft: Record) -> None:
        Record.objects.filter(pk=draft.pk).update(manager=cast.manager)
        audience = cast.audience(cast.researcher)
        move_record(draft.code, "submit", by=cast.researcher, audience=audience, now=NOW)

        draft.refresh_from_db()
        assert draft.manager == cast.manager

    def test_without_managers_nothing_is_submitted(self, cast: Cast, draft: Record) -> None:
        User.objects.filter(pk__in=[cast.manager.pk, cast.other_manager.pk]).update(is_active=False)
        audience = cast.audience(cast.researcher)

        with pytest.raises(NoReviewer, match="zone officer"):
            move_record(draft.code, "submit", by=cast.researcher, audience=audience, now=NOW)
        assert stage_of(draft) == "draft"


class TestMine:
    def test_it_works(
        self, cast: Cast, draft: Record, waiting: Record, sign_in: SignIn,
        django_assert_max_num_queries,
    ) -> None:  # fmt: skip
        client = sign_in(cast.researcher)
        with django_assert_max_num_queries(30):
            everything = client.get("/market/mine/").content.decode()
        drafts = client.get("/market/mine/?stage=draft").content.decode()

        assert draft.code in everything and waiting.code in everything
        assert draft.code in drafts and waiting.code not in drafts

    def test_it_checks_access(self, cast: Cast, draft: Record, sign_in: SignIn) -> None:
        assert sign_in(None).get("/market/mine/").status_code == 302
        assert draft.code not in sign_in(cast.rival).get("/market/mine/").content.decode()

    def test_without_records_it_says_how_to_begin(self, cast: Cast, sign_in: SignIn) -> None:
        assert (
            "Describe an achievement"
            in sign_in(cast.researcher).get("/market/mine/").content.decode()
        )
        assert (
            "ask its administrator" in sign_in(cast.colleague).get("/market/mine/").content.decode()
        )


class TestReview:
    def test_it_works(
        self, cast: Cast, waiting: Record, sign_in: SignIn, django_assert_max_num_queries
    ) -> None:
        late = make_record(cast.company, "need", title="Late", stage="in_review",
                           manager=cast.manager, fields=["materials"])  # fmt: skip
        Run.objects.filter(pk=late.run_id).update(due_on=NOW.date() - timedelta(days=30))
        client = sign_in(cast.manager)
        with django_assert_max_num_queries(30):
            text = client.get("/market/review/").content.decode()

        assert text.index("Late") < text.index(waiting.title)
        assert text.count("is-overdue") == 1 and "overdue" in text

    def test_it_checks_access(self, cast: Cast, waiting: Record, sign_in: SignIn) -> None:
        assert sign_in(cast.researcher).get("/market/review/").status_code == 403
        assert sign_in(None).get("/market/review/").status_code == 302
        other = sign_in(cast.other_manager).get("/market/review/").content.decode()
        assert waiting.title not in other

    def test_each_of_many_is_decided_for_itself(
        self, cast: Cast, waiting: Record, sign_in: SignIn
    ) -> None:
        leaky = make_record(
            cast.lab, title="Leaky", stage="in_review", manager=cast.manager,
            levels={"confidential": "zone"}, content={"details": "A secret of the lab."},
        )  # fmt: skip
        foreign = make_record(cast.lab, stage="in_review", manager=cast.other_manager)
        codes = [leaky.code, waiting.code, foreign.code]

        text = sign_in(cast.manager).post("/market/review/", {"code": codes}).content.decode()

        assert [stage_of(r) for r in (leaky, waiting, foreign)] == [
            "in_review", "published", "in_review",
        ]  # fmt: skip
        assert "1 of 2 published" in text and "priority date" in text

    def test_an_empty_queue_says_so(self, cast: Cast, sign_in: SignIn) -> None:
        text = sign_in(cast.manager).get("/market/review/").content.decode()

        assert "Nothing waits for your review." in text


def test_the_reviewer_s_note_stands_on_the_draft(
    cast: Cast, waiting: Record, sign_in: SignIn
) -> None:
    edit = f"/market/r/{waiting.code}/edit/"
    note = {"note": "Say what it is for."}
    sign_in(cast.manager).post(f"/market/r/{waiting.code}/move/return/", note)
    page = sign_in(cast.researcher).get(edit).content.decode()
    assert f"by {cast.manager}:" in page and note["note"] in page

    Run.objects.get(pk=waiting.run_id).events.all().delete()
    assert note["note"] not in sign_in(cast.researcher).get(edit).content.decode()
