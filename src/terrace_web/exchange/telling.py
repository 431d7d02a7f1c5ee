"""Telling followers what became of a record, without telling more than they may know."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import User
from terrace_web.exchange.models import Follow
from terrace_web.flows.models import Event
from terrace_web.market.models import Record
from terrace_web.notices.actions import notify
from terrace_web.permissions import may
from terrace_web.predicates import PUBLISHED

KIND = "followed_changed"


def tell_followers(record_id: int, move: str, event_id: int, *, now: datetime) -> int:
    """Leave each follower a notice; how many were told.

    Who cannot see the record now gets one that names nothing. Who made the move knows.
    """
    record = Record.objects.filter(pk=record_id).select_related("run").first()
    event = Event.objects.filter(pk=event_id).first()
    if record is None or not _is_news(move, event):
        return 0
    mover = event.by_id if event else None
    follows = Follow.objects.filter(record=record, user__is_active=True).select_related("user")
    users = [each.user for each in follows if each.user_id != mover]
    seeing = [user for user in users if _sees(user, record)]
    blind = [user for user in users if user not in seeing]
    told = notify(seeing, KIND, record=record, now=now)
    return told + sum(notify([user], KIND, note=_say_why(user, move), now=now) for user in blind)


def _is_news(move: str, event: Event | None) -> bool:
    """Taking it back tells followers something only where it was in the market."""
    return move != "revise" or (event is not None and event.from_stage == PUBLISHED)


def _say_why(user: User, move: str) -> str:
    """In the follower's language: it says what happened, and neither which record nor where."""
    with translation.override(user.language):
        return _("It was taken back to be revised.") if move == "revise" else ""


def _sees(user: User, record: Record) -> bool:
    return may(audience_of(user), "market:record:see", record).allowed
