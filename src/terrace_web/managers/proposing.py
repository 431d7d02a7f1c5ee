"""Who should be in charge of what: the core's assignment over records nobody is in charge of."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, Max, OuterRef

from terrace.match.assign import AssignConfig, Match, Plan, assign_matches
from terrace.match.expertise import Similarity, compare_vectors, compare_words
from terrace.match.yardsticks import find_encode, measure_rarity
from terrace.records import Expert
from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.queries import users_with_role
from terrace_web.index.corpora import matcher_of
from terrace_web.managers.conflicts import conflicting_with
from terrace_web.managers.models import Assignment, Profile
from terrace_web.managers.queries import (
    managers_as_experts,
    open_assignments,
    unassigned_records,
    with_load,
)
from terrace_web.market.models import Record
from terrace_web.market.redaction import teaser_of

_AT_ONCE = 400
_HALF = 0.5


def propose_assignments(now: datetime) -> list[Assignment]:
    """Propose a manager for every record that has none, within everybody's free capacity.

    What is proposed and not decided yet takes capacity too. Records that nobody may take
    (conflicts, languages, no capacity) stay without.
    """
    records = list(unassigned_records().order_by("-published_at")[:_AT_ONCE])
    plan = plan_for(records, promised=_promised()) if records else None
    if plan is None:
        return []
    by_code = {record.code: record for record in records}
    made = [
        Assignment(
            record=by_code[each.need_id],
            manager_id=int(each.manager_id),
            fit=each.expertise,
            reason_en=each.reason_en,
            reason_zh=each.reason_zh,
            proposed_at=now,
        )
        for each in plan.assignments
    ]
    return Assignment.objects.bulk_create(made)


def choose_manager(record: Record) -> User | None:
    """The manager whom the plan would choose for one record, else the one with least to do.

    None where nobody is left, for want of managers or for conflicts of interest.
    """
    return chooser_for([record])(record)


def chooser_for(records: Sequence[Record]) -> Callable[[Record], User | None]:
    """``choose_manager`` for each of these records, planned together: planning takes long."""
    plan = plan_for(records) if records else None
    planned = {each.need_id: int(each.manager_id) for each in plan.assignments} if plan else {}
    people = User.objects.in_bulk(set(planned.values()))

    def choose(record: Record) -> User | None:
        return people.get(planned.get(record.code, 0)) or _least_loaded(record)

    return choose


def _least_loaded(record: Record) -> User | None:
    """A review cannot wait until somebody has room; who takes nothing new comes last."""
    managers = users_with_role(Membership.Role.MANAGER).exclude(conflicting_with(record.owner))
    resting = Exists(Profile.objects.filter(user=OuterRef("pk"), is_active=False))
    counted = with_load(managers).annotate(is_resting=resting)
    return counted.order_by("is_resting", "load", "pk").first()


def plan_for(
    records: Sequence[Record], *, promised: Mapping[str, int] | None = None
) -> Plan | None:
    """The core's plan over these records; None where the zone has no manager.

    ``promised`` is how many records a manager, by id, has to keep room for besides.
    """
    experts = _find_experts(promised or {})
    if not experts:
        return None
    promises = _promises(records)
    corpus = matcher_of("achievement").corpus
    idf, encode = measure_rarity(corpus), find_encode(corpus)
    similarities: dict[str, Similarity] = {"words": compare_words(idf)}
    if encode is not None:
        similarities["meaning"] = compare_vectors(encode)
    matches = [_as_match(record, promises.get(record.pk, _HALF)) for record in records]
    config = AssignConfig(exposure_limit=None)
    return assign_matches(experts, matches, similarities, idf=idf, config=config)


def _find_experts(promised: Mapping[str, int]) -> list[Expert]:
    found = managers_as_experts(with_load(users_with_role(Membership.Role.MANAGER)))
    return [
        dataclasses.replace(each, capacity=max(0, (each.capacity or 0) - promised.get(each.id, 0)))
        for each in found
    ]


def _promised() -> Counter[str]:
    """How many records are proposed to each manager, by id, and not decided on."""
    waiting = open_assignments().values_list("manager_id", flat=True)
    return Counter(str(each) for each in waiting)


def _promises(records: Sequence[Record]) -> dict[int, float]:
    """How promising a record's best pair is."""
    found: dict[int, float] = {}
    for side in ("need", "achievement"):
        asked = Record.objects.filter(pk__in=[record.pk for record in records], kind=side)
        best = asked.annotate(best=Max(f"pairs_as_{side}__confidence"))
        found |= {pk: value or 0.0 for pk, value in best.values_list("pk", "best")}
    return found


def _as_match(record: Record, promise: float) -> Match:
    view = teaser_of(record)
    text = f"{view.title}. {view.summary}"
    return Match(
        need_id=record.code,
        achievement_id=record.code,
        promise=promise,
        text=text,
        fields=frozenset(record.fields),
        languages=frozenset([record.language]),
        parties=frozenset([record.code, record.owner.code]),
    )
