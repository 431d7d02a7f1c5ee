"""Reading the registry: who the technology managers are, what they carry, what is proposed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from terrace.records import Expert, Work
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.accounts.queries import users_with_role
from terrace_web.managers.conflicts import conflicting_with
from terrace_web.managers.models import Assignment, Profile
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.permissions import may, rows

_DECIDED_SHOWN, _NAMED = 8, 3
_CARRIED = ("in_review", "published")


@dataclass(frozen=True, slots=True)
class ManagerView:
    """A technology manager as an audience sees one.

    What they know, and whether they have room, is for all members. ``load``, what they have in
    charge now, and ``capacity`` are None but for themselves and for whoever plans.
    """

    id: int
    name: str
    fields: list[str]
    languages: list[str]
    grade: str
    capacity: int | None
    load: int | None
    has_room: bool
    about: str
    is_active: bool

    @property
    def is_over(self) -> bool:
        """Whether they are known to carry more than they said they can."""
        return (self.load or 0) > (self.capacity or 0)

    @property
    def in_a_list(self) -> str:
        """Name and load, for whoever chooses one of several."""
        said = _("%(name)s (%(load)s/%(capacity)s)")
        if not self.has_room:
            said = _("%(name)s (%(load)s/%(capacity)s, no room at present)")
        return said % {"name": self.name, "load": self.load, "capacity": self.capacity}

    @property
    def share(self) -> int:
        """How much of the capacity is used, in per cent."""
        return round(100 * (self.load or 0) / self.capacity) if self.capacity else 100


@dataclass(frozen=True, slots=True)
class Proposal:
    """An assignment as an officer sees it; ``record`` is None where it is not visible."""

    id: int
    record: RecordView | None
    manager: ManagerView
    fit: float
    reason: str
    state: str
    proposed_at: Any


@dataclass(frozen=True, slots=True)
class Decided:
    """Proposals that were decided on together: when, how, and how many records.

    ``named`` has the first of the visible ones: title and proposed manager.
    """

    at: datetime
    state: str
    records: int
    named: list[tuple[str, str]]

    @property
    def unnamed(self) -> int:
        """How many records are left."""
        return self.records - len(self.named)


def may_see_load(audience: Audience, user_id: int) -> bool:
    """Whether a manager's workload is open: to the manager, and to whoever plans."""
    return audience.user_id == user_id or may(audience, "managers:workload").allowed


def list_managers(audience: Audience) -> list[ManagerView]:
    """All technology managers, by name."""
    people = with_load(users_with_role(Membership.Role.MANAGER), audience)
    return [_view(user, audience) for user in people.order_by("name", "pk")]


def candidates_for(audience: Audience, record: Record) -> list[ManagerView]:
    """Who could be in charge of a record instead, those with room first."""
    people = users_with_role(Membership.Role.MANAGER).exclude(conflicting_with(record.owner))
    others = with_load(people.exclude(pk=record.manager_id), audience)
    found = [_view(user, audience) for user in others.order_by("name", "pk")]
    return sorted(found, key=lambda each: not each.has_room)


def get_manager(audience: Audience, user_id: int) -> ManagerView:
    """One technology manager.

    Raises:
        Http404: nobody of this number is one.
    """
    managers = users_with_role(Membership.Role.MANAGER).filter(pk=user_id)
    user = with_load(managers, audience).first()
    if user is None:
        raise Http404
    return _view(user, audience)


def profile_of(user: User) -> Profile:
    """The profile of a manager, with defaults where none was saved yet."""
    return Profile.objects.filter(user=user).first() or Profile(user=user)


def managers_as_experts(people: Iterable[User]) -> list[Expert]:
    """The managers as the core's assignment reads them; capacity is what is still free."""
    return [_expert(user, profile_of(user)) for user in people]


def unassigned_records() -> QuerySet[Record]:
    """The published needs and achievements that nobody is in charge of."""
    waiting = open_assignments().values("record_id")
    return (
        Record.objects.filter(
            run__stage="published", manager=None, kind__in=["need", "achievement"]
        )
        .exclude(pk__in=waiting)
        .select_related("run", "owner", "manager")
    )


def open_assignments() -> QuerySet[Assignment]:
    """The proposals that wait; a review may have given their record a manager meanwhile."""
    return Assignment.objects.filter(state=Assignment.State.PROPOSED, record__manager=None)


def list_proposals(audience: Audience) -> list[Proposal]:
    """The proposals that wait of which this audience sees the record, newest first."""
    found = (
        open_assignments()
        .filter(record__in=visible_to(audience).values("pk"))
        .select_related(
            "record__run", "record__owner", "record__manager", "manager__manager_profile"
        )
    )
    loads = {view.id: view for view in list_managers(audience)}
    return [
        Proposal(
            id=each.pk,
            record=view_for(audience, each.record),
            manager=loads[each.manager_id],
            fit=each.fit,
            reason=each.reason_zh if audience.language.startswith("zh") else each.reason_en,
            state=each.state,
            proposed_at=each.proposed_at,
        )
        for each in found.order_by("-proposed_at", "-fit", "pk")[:200]
        if each.manager_id in loads
    ]


def list_decided(audience: Audience, since: datetime) -> list[Decided]:
    """What the asking user decided since then and may take back, the latest first."""
    found = Assignment.objects.filter(decided_by=audience.user_id, decided_at__gte=since)
    counted = found.values("decided_at", "state").annotate(records=Count("pk"))
    shown = counted.order_by("-decided_at", "state")[:_DECIDED_SHOWN]
    named = _name_decided(audience, found)
    return [
        Decided(
            at=each["decided_at"],
            state=str(Assignment.State(each["state"]).label),
            records=each["records"],
            named=named[each["decided_at"], each["state"]][:_NAMED],
        )
        for each in shown
        if each["decided_at"]
    ]


def _name_decided(
    audience: Audience, decided: QuerySet[Assignment]
) -> dict[tuple[datetime | None, str], list[tuple[str, str]]]:
    """Titles of visible records and their proposed managers, by when and how it was decided."""
    visible = decided.filter(record__in=visible_to(audience).values("pk"))
    named = defaultdict(list)
    for each in visible.select_related("record", "manager").order_by("-fit", "pk"):
        named[each.decided_at, each.state].append((each.record.title, str(each.manager)))
    return named


def records_in_charge(audience: Audience, user_id: int) -> list[RecordView]:
    """What a manager has in charge, the most urgent first; nothing where that is not open."""
    if not may_see_load(audience, user_id):
        return []
    found = visible_to(audience).filter(
        manager_id=user_id, run__stage__in=["in_review", "published"]
    )
    # Databases do not agree on whether no due day is the first one or the last.
    urgent = found.order_by(F("run__due_on").asc(nulls_last=True), "-updated_at")
    return [view_for(audience, record) for record in urgent]


def count_overdue(audience: Audience, user_id: int, today: date) -> int:
    """How many reviews of a manager are late; 0 where that is not open."""
    if not may_see_load(audience, user_id):
        return 0
    return Record.objects.filter(
        manager_id=user_id, run__stage="in_review", run__due_on__lt=today
    ).count()


def with_load(people: QuerySet[User], audience: Audience | None = None) -> QuerySet[User]:
    """With what each has in charge; for whoever does not plan only what they may see counts.

    Otherwise whether there is room would tell of hidden records.
    """
    carried = Record.objects.filter(manager=OuterRef("pk"), run__stage__in=_CARRIED)
    if audience is not None and not may(audience, "managers:workload").allowed:
        carried = carried.filter(rows("market:record:see", audience))
    # Counted manager by manager: a join would carry every column through all their records.
    counted = carried.order_by().values("manager").annotate(n=Count("pk")).values("n")
    return people.select_related("manager_profile").annotate(load=Coalesce(Subquery(counted), 0))


def _view(user: Any, audience: Audience) -> ManagerView:
    profile = getattr(user, "manager_profile", None) or Profile(user=user)
    is_open = may_see_load(audience, user.pk)
    return ManagerView(
        id=user.pk,
        name=str(user),
        fields=profile.fields,
        languages=profile.languages,
        grade=profile.grade,
        capacity=profile.capacity if is_open else None,
        load=user.load if is_open else None,
        has_room=profile.is_active and user.load < profile.capacity,
        about=profile.about,
        is_active=profile.is_active,
    )


def _expert(user: Any, profile: Profile) -> Expert:
    declared = profile.conflicts.values_list("code", flat=True) if profile.pk else ()
    belonging = user.memberships.exclude(organisation__kind=Organisation.Kind.ZONE)
    dismissed = Assignment.objects.filter(manager=user, state=Assignment.State.DISMISSED)
    works = [Work(kind="deal", title=line) for line in profile.about.splitlines() if line.strip()]
    return Expert(
        id=str(user.pk),
        name=str(user),
        fields=tuple(profile.fields),
        languages=tuple(profile.languages),
        works=tuple(works),
        capacity=max(0, profile.capacity - user.load) if profile.is_active else 0,
        conflicts=(
            *declared,
            *belonging.values_list("organisation__code", flat=True),
            # Whoever was dismissed for a record is not proposed for it again.
            *dismissed.values_list("record__code", flat=True),
        ),
    )
