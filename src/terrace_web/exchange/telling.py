"""Telling followers what became of a record, without telling more than they may know."""

from datetime import datetime

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import User
from terrace_web.exchange.models import Follow
from terrace_web.flows.models import Event
from terrace_web.market.models import Record
from terrace_web.notices.actions import notify
from terrace_web.permissions import may

KIND = "followed_changed"


def tell_followers(record_id: int, move: str, event_id: int, *, now: datetime) -> int:
    """Leave each follower a notice; how many were told.

    Who cannot see the record now gets one that names nothing. Who made the move knows.
    """
    record = Record.objects.filter(pk=record_id).select_related("run").first()
    if record is None:
        return 0
    mover = Event.objects.filter(pk=event_id).values_list("by_id", flat=True).first()
    follows = Follow.objects.filter(record=record, user__is_active=True).select_related("user")
    users = [each.user for each in follows if each.user_id != mover]
    seeing = [user for user in users if _sees(user, record)]
    blind = [user for user in users if user not in seeing]
    told = notify(seeing, KIND, record=record, now=now)
    return told + notify(blind, KIND, now=now)


def _sees(user: User, record: Record) -> bool:
    return may(audience_of(user), "market:record:see", record).allowed
