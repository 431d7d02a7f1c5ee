"""Notices say at reading time what their reader may see then, on the page and by mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from terrace_web.accounts.models import Grant
from terrace_web.market.grants import open_to
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.notices.actions import notify
from terrace_web.notices.kinds import KINDS
from terrace_web.notices.mailing import UNDO_TIME
from terrace_web.notices.mails import send_new, unsubscribe_key
from terrace_web.notices.models import Notice
from terrace_web.notices.queries import write_notices
from terrace_web.notices.telling import tell_move
from terrace_web.testing.cast import NOW, Cast, make_record


def test_it_works(cast: Cast, sign_in) -> None:
    record = make_record(cast.lab, title="Open thing")
    notify([cast.buyer], "followed_changed", record=record, now=NOW)
    client = sign_in(cast.buyer)

    page = client.get("/notices/").content.decode()
    assert "Open thing" in page and f"/notices/{Notice.objects.get().pk}/" in page
    client.post("/notices/read/")

    assert Notice.objects.get().read_at is not None
    assert f"/market/r/{record.code}/" in client.get("/notices/").content.decode()


def test_a_page_of_notices_asks_no_more_than_one(
    cast: Cast, sign_in, django_assert_max_num_queries
) -> None:
    def tell() -> None:
        notify([cast.buyer], "role_changed", organisation=cast.company, now=NOW)

    client = sign_in(cast.buyer)
    tell()
    with CaptureQueriesContext(connection) as one:
        client.get("/notices/")
    for _number in range(30):
        tell()
    with django_assert_max_num_queries(len(one)):
        assert "Editor" in client.get("/notices/").content.decode()


def test_who_was_named_before_it_was_published_is_told_once(cast: Cast) -> None:
    named = {"levels": {"confidential": "named"}, "fields": ["materials"]}
    record = make_record(cast.lab, stage="in_review", manager=cast.manager, **named)
    owner = {"by": cast.researcher, "audience": cast.audience(cast.researcher), "now": NOW}
    open_to(record.code, cast.company, "confidential", basis=Grant.Basis.LISTED, **owner)
    told = Notice.objects.filter(kind="access_granted", user=cast.buyer)
    assert not told.exists()

    moves = [("publish", cast.manager), ("revise", cast.researcher), ("submit", cast.researcher)]
    for hours, (name, user) in enumerate([*moves, moves[0]], start=1):
        now = NOW + timedelta(hours=hours)
        who = {"by": user, "audience": cast.audience(user), "now": now}
        tell_move(record.pk, move_record(record.code, name, **who).pk, now)
        assert [each.note for each in told] == ["Confidential part"]


def test_what_somebody_has_reviewed_waits_for_nobody(cast: Cast) -> None:
    record = make_record(cast.lab, stage="in_review", manager=cast.manager, fields=["materials"])
    other = make_record(cast.lab, stage="in_review", manager=cast.manager)
    for each in (record, other):
        notify([cast.manager, cast.officer], "submitted_for_review", record=each, now=NOW)

    who = {"by": cast.officer, "audience": cast.audience(cast.officer), "now": NOW}
    tell_move(record.pk, move_record(record.code, "publish", **who).pk, NOW)

    waiting = Notice.objects.filter(kind="submitted_for_review", read_at=None)
    assert {each.record_id for each in waiting} == {other.pk}


def test_who_follows_a_notice_has_read_it(cast: Cast, sign_in) -> None:
    record = make_record(cast.lab)
    notify([cast.buyer], "published", record=record, now=NOW)
    address = f"/notices/{Notice.objects.get().pk}/"

    assert sign_in(cast.rival).get(address).status_code == 404
    assert Notice.objects.get().read_at is None
    assert sign_in(cast.buyer).get(address)["Location"] == f"/market/r/{record.code}/"
    assert Notice.objects.get().read_at is not None


def test_a_notice_of_what_is_hidden_now_leads_back(cast: Cast, sign_in) -> None:
    notify([cast.rival], "published", record=make_record(cast.lab), now=NOW)
    Record.objects.update(teaser_level="private")

    answer = sign_in(cast.rival).get(f"/notices/{Notice.objects.get().pk}/")

    assert answer["Location"] == "/notices/"


def test_it_checks_access(cast: Cast, sign_in) -> None:
    notify([cast.buyer], "published", record=make_record(cast.lab, title="Open thing"), now=NOW)

    assert "Open thing" not in sign_in(cast.rival).get("/notices/").content.decode()
    assert sign_in(None).get("/notices/").status_code == 302


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_who_loses_sight_of_a_record_loses_its_title(cast: Cast, sign_in, kind: str) -> None:
    record = make_record(cast.lab, title="Hidden thing")
    other = make_record(cast.company, "need", title="Hidden other")
    notify([cast.rival], kind, record=record, other=other, note="SECRETNOTE", now=NOW)
    Record.objects.update(teaser_level="private")

    page = sign_in(cast.rival).get("/notices/").content.decode()
    send_new(NOW + UNDO_TIME)

    for said in (page, mail.outbox[0].subject + mail.outbox[0].body):
        for hidden in ("Hidden thing", "Hidden other", "SECRETNOTE", record.code, cast.lab.name):
            assert hidden not in said


def test_a_move_tells_those_the_flow_names(cast: Cast, django_capture_on_commit_callbacks) -> None:
    record = make_record(cast.lab, stage="draft", fields=["materials"], manager=cast.manager)

    with django_capture_on_commit_callbacks(execute=True):
        move_record(
            record.code,
            "submit",
            by=cast.researcher,
            audience=cast.audience(cast.researcher),
            now=NOW,
        )

    told = dict(Notice.objects.values_list("user__name", "kind"))
    assert told[cast.manager.name] == "submitted_for_review"
    assert cast.researcher.name not in told
    assert cast.rival.name not in told
    assert {each for message in mail.outbox for each in message.to} == {cast.manager.email}


def test_mails_are_in_the_readers_language_and_sent_once(cast: Cast) -> None:
    cast.buyer.language = "zh-hans"
    cast.buyer.save()
    notify([cast.buyer], "published", record=make_record(cast.lab), now=NOW)

    assert (send_new(NOW), send_new(NOW)) == (1, 0)
    assert "已发布" in mail.outbox[0].body


def test_who_wants_no_mails_gets_none(cast: Cast, client) -> None:
    url = f"/notices/unsubscribe/{unsubscribe_key(cast.buyer)}/"
    assert client.get(url).status_code == 200
    cast.buyer.refresh_from_db()
    assert cast.buyer.mails == "at_once"

    client.post(url)

    notify([cast.buyer], "published", record=make_record(cast.lab), now=NOW)
    assert send_new(NOW) == 0
    forged = client.post("/notices/unsubscribe/1:forged/")
    assert forged.status_code == 200 and "not complete" in forged.content.decode()
    assert not mail.outbox


def test_the_bell_counts_what_is_new(cast: Cast, sign_in) -> None:
    notify([cast.buyer], "published", record=make_record(cast.lab), now=NOW)

    assert 'class="bell-count"' in sign_in(cast.buyer).get("/").content.decode()
    assert 'class="bell-count"' not in sign_in(cast.rival).get("/").content.decode()


@pytest.mark.parametrize("sees_other", [True, False])
def test_a_shortlisted_pair_leads_to_the_pair(cast: Cast, sees_other: bool) -> None:
    need = make_record(cast.company, "need", title="Slurry seal")
    levels = {} if sees_other else {"teaser": "private"}
    seal = make_record(cast.lab, title="Ceramic seal", levels=levels)
    notify([cast.buyer], "shortlisted", record=need, other=seal, now=NOW)

    [written] = write_notices(cast.audience(cast.buyer), list(Notice.objects.all()))

    pair = f"/desk/{need.code}/{seal.code}/"
    assert written.url == (pair if sees_other else f"/desk/{need.code}/")


def test_an_odd_page_number_shows_a_page(cast: Cast, sign_in) -> None:
    for asked in ("²", "0", "99999999999999999999", "x"):
        assert sign_in(cast.buyer).get("/notices/", {"page": asked}).status_code == 200
