"""Reading who has asked for what, to whom what is open, and what would open the rest."""

from dataclasses import dataclass

from django.db.models import QuerySet

from terrace_web.accounts.audience import GROUPS, Audience, Group
from terrace_web.accounts.models import Grant, Organisation
from terrace_web.market.display import GROUP_LABELS
from terrace_web.market.models import AccessRequest, Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import RecordView, open_groups, view_for
from terrace_web.permissions import may


@dataclass(frozen=True, slots=True)
class Lock:
    """A group of fields that is closed to this audience, and what would open it.

    ``state`` is that of the last request of the user's organisations, '' without one.
    """

    group: Group
    level: str
    can_ask: bool
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the record as the reader may see it, if at all at present."""

    request: AccessRequest
    record: RecordView | None

    @property
    def part(self) -> str:
        """The name of what was asked for."""
        return str(GROUP_LABELS[self.request.group])

    @property
    def is_closed_again(self) -> bool:
        """Whether what was granted is not open any more."""
        is_granted = self.request.state == AccessRequest.State.GRANTED
        return is_granted and not (self.record and self.request.group in self.record.groups)


def locks_of(audience: Audience, record: Record) -> list[Lock]:
    """The closed groups of a visible record, in order."""
    opened = open_groups(audience, record)
    closed = [group for group in GROUPS if group not in opened]
    if not closed:
        return []
    last = _last_requests(audience, record)
    can_ask = may(audience, "market:record:ask", record).allowed
    return [_lock(record, group, last.get(group), can_ask=can_ask) for group in closed]


def locks_shown(view: RecordView, record: Record) -> list[Lock]:
    """The groups closed in a preview; nothing can be asked for there."""
    return [
        _lock(record, group, None, can_ask=False) for group in GROUPS if group not in view.groups
    ]


def requests_to_answer(audience: Audience) -> list[Asked]:
    """The open requests for records of organisations the user edits, oldest first."""
    found = _requests().filter(record__owner_id__in=audience.edits, state=AccessRequest.State.OPEN)
    return [Asked(each, view_for(audience, each.record)) for each in found.order_by("asked_at")]


def requests_made(audience: Audience, most: int = 100) -> list[Asked]:
    """What the user's organisations asked for, newest first.

    What was asked and promised stays theirs to read when the record has left their sight.
    """
    found = list(_requests().filter(organisation_id__in=audience.member_of)[:most])
    records = [each.record_id for each in found]
    seen = set(visible_to(audience).filter(pk__in=records).values_list("pk", flat=True))
    return [
        Asked(each, view_for(audience, each.record) if each.record_id in seen else None)
        for each in found
    ]


def grants_of(record: Record) -> list[Grant]:
    """The grants of a record that hold, newest first."""
    held = record.grants.filter(revoked_at=None).select_related("organisation", "granted_by")
    return list(held.order_by("-granted_at", "-pk"))


def grants_given(audience: Audience) -> list[tuple[Grant, RecordView]]:
    """All grants that hold on records of organisations the user edits, newest first."""
    held = Grant.objects.filter(revoked_at=None, record__owner_id__in=audience.edits)
    found = held.select_related(
        "organisation", "granted_by", "record__run", "record__owner", "record__manager"
    ).order_by("-granted_at", "-pk")
    return [(each, view_for(audience, each.record)) for each in found]


def own_organisations(audience: Audience, *, edited: bool = False) -> list[Organisation]:
    """The organisations the user belongs to, or edits, by name."""
    ids = audience.edits if edited else audience.member_of
    return list(Organisation.objects.filter(pk__in=ids).order_by("name"))


def _requests() -> QuerySet[AccessRequest]:
    return AccessRequest.objects.select_related(
        "organisation", "asked_by", "record__run", "record__owner", "record__manager"
    )


def _last_requests(audience: Audience, record: Record) -> dict[str, AccessRequest]:
    asked = record.access_requests.filter(organisation_id__in=audience.member_of)
    return {each.group: each for each in reversed(asked)}


def _lock(record: Record, group: Group, last: AccessRequest | None, *, can_ask: bool) -> Lock:
    level = getattr(record, f"{group}_level")
    is_waiting = last is not None and last.state == AccessRequest.State.OPEN
    return Lock(
        group=group,
        level=level,
        can_ask=can_ask and level == "named" and not is_waiting,
        state=last.state if last else "",
        answer=last.answer if last and last.state == AccessRequest.State.REFUSED else "",
    )
