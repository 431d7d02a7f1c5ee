"""What a changed record sets off: its index entry, its pairs, and word to those concerned.

The outbox is worked through in order and in batches; a change is ticked off when all of
it is done, so that a killed worker repeats rather than forgets.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import User
from terrace_web.index import actions as index
from terrace_web.index.corpora import INDEXED
from terrace_web.market.access import editors_of
from terrace_web.market.models import Change, Record
from terrace_web.market.queries import visible_to
from terrace_web.market.snapshots import snapshot
from terrace_web.matching.asking import OTHER, Side
from terrace_web.matching.bulk import OUT_OF_MARKET
from terrace_web.matching.computing import Stored, match_records
from terrace_web.matching.mapping import place_in_landscape
from terrace_web.matching.models import Pair
from terrace_web.notices.actions import notify
from terrace_web.predicates import PUBLISHED

_BATCH = 200
_REMATCHED = 10
_WORTH_TELLING = 0.25
_MATCHED: tuple[Side, ...] = ("need", "achievement")


def follow_outbox(now: datetime) -> int:
    """Apply all waiting changes; how many there were."""
    done = 0
    while waiting := list(Change.objects.filter(applied_at=None).order_by("pk")[:_BATCH]):
        ids = {change.record_id for change in waiting if change.record_id is not None}
        apply_changes(sorted(ids), now=now)
        Change.objects.filter(pk__in=[change.pk for change in waiting]).update(applied_at=now)
        done += len(waiting)
    return done


def apply_changes(record_ids: Sequence[int], *, now: datetime) -> None:
    """Index these records, match them, and tell the people concerned."""
    records = Record.objects.filter(pk__in=record_ids).select_related("run", "owner", "manager")
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record)
    for kind in INDEXED:
        if by_kind[kind]:
            _index(kind, by_kind[kind])
    for side in _MATCHED:
        _match(side, by_kind[side], now=now)
    # Last: the map can wait, matches cannot.
    place_in_landscape([record for side in _MATCHED for record in by_kind[side]])


def _index(kind: str, records: Sequence[Record]) -> None:
    shown = [record for record in records if record.run.stage == PUBLISHED]
    gone = [record.code for record in records if record.run.stage != PUBLISHED]
    if gone:
        index.remove(kind, gone)
    if shown:
        index.put(kind, snapshot(kind, shown))
        index.embed(kind)


def _match(side: Side, records: Sequence[Record], *, now: datetime) -> None:
    """Records that are out of the market lose their pairs; all others are matched anew."""
    Pair.objects.filter(
        **{f"{side}__in": [r for r in records if r.run.stage in OUT_OF_MARKET]}
    ).delete()
    current = [record for record in records if record.run.stage not in OUT_OF_MARKET]
    stored = match_records(side, current, now=now)
    _rematch_others(side, [r for r in current if r.run.stage == PUBLISHED], stored, now=now)
    _tell(side, current, stored, now=now)


def _rematch_others(
    side: Side, published: Sequence[Record], stored: Stored, *, now: datetime
) -> None:
    """A newly published record may belong into the lists of those it fits best."""
    shown = {record.pk for record in published}
    best = sorted(
        (p for p in stored.new if getattr(p, f"{side}_id") in shown),
        key=lambda pair: -pair.confidence,
    )
    other = OTHER[side]
    ids = list(dict.fromkeys(getattr(pair, f"{other}_id") for pair in best))[:_REMATCHED]
    records = Record.objects.filter(pk__in=ids, run__stage=PUBLISHED)
    match_records(other, list(records.select_related("run", "owner", "manager")), now=now)


def _tell(side: Side, records: Sequence[Record], stored: Stored, *, now: datetime) -> None:
    """One notice per record and person, about its best new pair that this person may see.

    What the pairs say by now counts: the other side may have judged them since.
    """
    kept = Pair.objects.filter(**{f"{side}__in": records})
    said = dict(kept.values_list("pk", "confidence"))
    for record in records:
        fits = [pair for pair in stored.new if getattr(pair, f"{side}_id") == record.pk]
        worth = [p for p in fits if said.get(p.pk, 0.0) >= _WORTH_TELLING and not p.failed]
        if record.run.stage != PUBLISHED or not worth:
            continue
        best = max(worth, key=lambda pair: said[pair.pk])
        other: Record = getattr(best, OTHER[side])
        for user in _concerned(record, other):
            if _sees_both(user, record, other):
                notify([user], "match_found", record=record, other=other, now=now)


def _concerned(record: Record, other: Record) -> list[User]:
    editors = [*editors_of(record.owner), *editors_of(other.owner)]
    in_charge = [user for user in (record.manager, other.manager) if isinstance(user, User)]
    return list({user.pk: user for user in [*editors, *in_charge]}.values())


def _sees_both(user: User, record: Record, other: Record) -> bool:
    seen = visible_to(audience_of(user)).filter(pk__in=[record.pk, other.pk])
    return seen.count() == 2
