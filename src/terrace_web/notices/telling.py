"""Who is told about a record's move: the roles its new stage names in the flow."""

from datetime import datetime

from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.queries import members_of, users_with_role
from terrace_web.flows.models import Event
from terrace_web.flows.queries import version_of
from terrace_web.market.models import Record
from terrace_web.notices.actions import notify

_KIND_OF_STAGE = {
    "in_review": "submitted_for_review",
    "draft": "returned",
    "published": "published",
    "withdrawn": "withdrawn",
    "expired": "expired",
}
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
    return notify(people, kind, record=record, note=event.note, now=now)


def _people(role: str, record: Record) -> list[User]:
    if role == "owner":
        held = Membership.objects.filter(organisation=record.owner_id, role__in=_EDITING)
        return list(members_of([record.owner_id]).filter(pk__in=held.values("user_id")))
    if role == "reviewer":
        return [record.manager] if isinstance(record.manager, User) else []
    return list(users_with_role(role)) if role in ("officer", "administrator") else []
