"""Who is told about a record's move or lateness: the roles its stage names in the flow."""

from datetime import datetime

from django.utils import timezone

from terrace.flow import Stage
from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.queries import members_of, users_with_role
from terrace_web.flows.models import Event, Run
from terrace_web.flows.queries import overdue_runs, version_of
from terrace_web.market.grants import tell_named
from terrace_web.market.models import Record
from terrace_web.notices.actions import notify
from terrace_web.notices.models import Notice
from terrace_web.permissions import may
from terrace_web.predicates import IN_REVIEW, PUBLISHED

_KIND_OF_STAGE = {
    "in_review": "submitted_for_review",
    "draft": "returned",
    "published": "published",
    "withdrawn": "withdrawn",
    "expired": "expired",
}
_LATE = "review_late"
_OF_REVIEW = ("submitted_for_review", _LATE)
_EDITING = (Membership.Role.EDITOR, Membership.Role.ADMIN)


def tell_move(record_id: int, event_id: int, now: datetime) -> int:
    """Tell those whom the stage's entry names, but not whoever made the move; how many."""
    record = Record.objects.select_related("run", "manager").filter(pk=record_id).first()
    event = Event.objects.filter(pk=event_id).first()
    if record is None or event is None or event.to_stage not in _KIND_OF_STAGE:
        return 0
    stage = version_of(record.run).stage(event.to_stage)
    roles = {role for action in stage.on_entry for role in action.roles}
    people = [u for role in sorted(roles) for u in _people(role, record) if u.pk != event.by_id]
    kind = _KIND_OF_STAGE[event.to_stage]
    if event.from_stage == IN_REVIEW:
        _settle(record, now)
    if event.to_stage == PUBLISHED:
        tell_named(record, now)
    return notify(people, kind, record=record, note=event.note, now=now)


def _settle(record: Record, now: datetime) -> None:
    """What asked for a review says nothing to anybody once somebody has answered."""
    asked = Notice.objects.filter(record=record, kind__in=_OF_REVIEW, read_at=None)
    asked.update(read_at=now)


def tell_overdue(now: datetime) -> int:
    """Tell those whom a stage names for being late, once while it lasts; how many."""
    today, told = timezone.localdate(now), 0
    for run in overdue_runs("publication", today):
        roles = {role for action in _stage_of(run).on_overdue for role in action.roles}
        record = Record.objects.select_related("run", "manager").filter(run=run).first()
        if record is not None and roles:
            people = [user for role in sorted(roles) for user in _people(role, record)]
            told += _tell_once(people, record, now)
    return told


def _stage_of(run: Run) -> Stage:
    return version_of(run).stage(run.stage)


def _tell_once(people: list[User], record: Record, now: datetime) -> int:
    since = record.run.stage_since
    knowing = Notice.objects.filter(kind=_LATE, record=record, at__gte=since)
    known = set(knowing.values_list("user_id", flat=True))
    seeing = [user for user in people if user.pk not in known and _sees(user, record)]
    return notify(seeing, _LATE, record=record, now=now)


def _sees(user: User, record: Record) -> bool:
    return may(audience_of(user), "market:record:see", record).allowed


def _people(role: str, record: Record) -> list[User]:
    if role == "owner":
        held = Membership.objects.filter(organisation=record.owner_id, role__in=_EDITING)
        return list(members_of([record.owner_id]).filter(pk__in=held.values("user_id")))
    if role == "reviewer":
        return [record.manager] if isinstance(record.manager, User) else []
    return list(users_with_role(role)) if role in ("officer", "administrator") else []
