"""What time alone brings about; done every hour, and harmless to do more often."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from terrace_web.accounts.sessions import drop_ended_sessions
from terrace_web.exchange.digests import send_due_digests
from terrace_web.exchange.importing import drop_old_uploads
from terrace_web.market.moves import expire_records
from terrace_web.notices.mails import send_daily, send_new
from terrace_web.notices.telling import tell_overdue

_TASKS_KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Hour:
    """What was done: records expired, people told of late reviews, mails of each sort."""

    expired: int
    told: int
    mails: int
    digests: int


def do_hourly(now: datetime) -> Hour:
    """Expire records, tell of late reviews, send the mails that are due, tidy up."""
    _tidy(now)
    expired, told = expire_records(now), tell_overdue(now)
    mails = send_new(now) + send_daily(now)
    return Hour(expired=expired, told=told, mails=mails, digests=send_due_digests(now))


def _tidy(now: datetime) -> None:
    """Let go of old uploads, of sessions that ended and of tasks that were done long ago."""
    drop_old_uploads(now)
    drop_ended_sessions(now)
    DBTaskResult.objects.finished().filter(finished_at__lt=now - _TASKS_KEPT).delete()
