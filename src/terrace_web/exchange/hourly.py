"""What time alone brings about; done every hour, and harmless to do more often."""

from dataclasses import dataclass
from datetime import datetime

from terrace_web.exchange.digests import send_due_digests
from terrace_web.exchange.importing import drop_old_uploads
from terrace_web.market.moves import expire_records
from terrace_web.notices.mails import send_daily, send_new
from terrace_web.notices.telling import tell_overdue


@dataclass(frozen=True, slots=True)
class Hour:
    """What was done: records expired, people told of late reviews, mails of each sort."""

    expired: int
    told: int
    mails: int
    digests: int


def do_hourly(now: datetime) -> Hour:
    """Expire records, tell of late reviews, send the mails that are due, drop old uploads."""
    drop_old_uploads(now)
    expired, told = expire_records(now), tell_overdue(now)
    mails = send_new(now) + send_daily(now)
    return Hour(expired=expired, told=told, mails=mails, digests=send_due_digests(now))
