"""What time alone brings about: expiry, late reviews, daily mails."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from terrace_web.accounts.models import User
from terrace_web.exchange.hourly import Hour, do_hourly
from terrace_web.exchange.tasks import run_hourly
from terrace_web.flows.models import Run
from terrace_web.market.models import Record
from terrace_web.notices.actions import notify
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record

DAY = timedelta(days=1)


def make_late(cast: Cast, **levels: str) -> Record:
    record = make_record(cast.lab, stage="in_review", manager=cast.manager, levels=levels)
    Run.objects.filter(pk=record.run_id).update(due_on=(NOW - DAY).date())
    return record


def told_late() -> list[str]:
    late = Notice.objects.filter(kind="review_late")
    return sorted(late.values_list("user__name", flat=True))


def test_it_works(cast: Cast) -> None:
    make_late(cast)
    User.objects.filter(pk=cast.buyer.pk).update(mails="daily")
    notify([cast.buyer], "published", record=make_record(cast.lab), now=NOW)

    assert do_hourly(NOW) == Hour(expired=0, told=2, mails=3, digests=0)

    assert told_late() == ["Mei Manager", "Oskar Officer"]
    assert cast.buyer.email in {message.to[0] for message in mail.outbox}


def test_the_next_hour_tells_nobody_again(cast: Cast) -> None:
    make_late(cast)
    do_hourly(NOW)

    assert do_hourly(NOW + timedelta(hours=1)) == Hour(expired=0, told=0, mails=0, digests=0)


def test_another_review_of_the_same_record_is_told_again(cast: Cast) -> None:
    record = make_late(cast)
    do_hourly(NOW)
    Run.objects.filter(pk=record.run_id).update(stage_since=NOW + DAY)

    assert do_hourly(NOW + 2 * DAY).told == 2


def test_who_may_not_see_the_record_is_not_told(cast: Cast) -> None:
    make_late(cast, teaser="private")
    do_hourly(NOW)

    assert told_late() == ["Mei Manager"]


@pytest.mark.parametrize("days", [0, 1])
def test_a_review_is_late_the_day_after_it_was_due(cast: Cast, days: int) -> None:
    record = make_late(cast)
    Run.objects.filter(pk=record.run_id).update(due_on=(NOW - days * DAY).date())

    assert bool(do_hourly(NOW).told) == bool(days)


def test_a_record_past_its_last_day_expires(cast: Cast) -> None:
    record = make_record(cast.lab, fields=["materials"])
    Run.objects.filter(pk=record.run_id).update(due_on=(NOW - DAY).date())

    assert do_hourly(NOW).expired == 1

    record.run.refresh_from_db()
    assert record.run.stage == "expired"
    assert do_hourly(NOW).expired == 0


def test_the_command_says_what_it_did_and_the_worker_does_the_same(cast: Cast, capsys) -> None:
    make_late(cast)

    call_command("run_hourly")
    run_hourly.call()

    assert "2 people told of late reviews" in capsys.readouterr().out
    assert len(told_late()) == 2


def test_tasks_done_long_ago_are_let_go(db) -> None:
    for days, status in ((15, "SUCCESSFUL"), (15, "READY"), (13, "SUCCESSFUL")):
        DBTaskResult.objects.create(
            status=status, args_kwargs={}, run_after=NOW, finished_at=NOW - days * DAY
        )

    do_hourly(NOW)

    left = DBTaskResult.objects.values_list("status", "finished_at")
    assert set(left) == {("READY", NOW - 15 * DAY), ("SUCCESSFUL", NOW - 13 * DAY)}
