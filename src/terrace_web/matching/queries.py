"""Reading pairs: only those of which both records are visible leave this module."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from terrace_web.accounts.audience import Audience
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.matching.asking import OTHER, Side
from terrace_web.matching.models import Pair
from terrace_web.matching.rows import PairRow, make_rows
from terrace_web.matching.selection import (
    Selection,
    listed,
    order_pairs,
    promising,
    select_pairs,
)
from terrace_web.matching.states import with_deciders, with_state
from terrace_web.permissions import rows

PAGE_SIZE = 10
_SEE = "market:record:see"


@dataclass(frozen=True, slots=True)
class PairPage:
    """One page of a list of pairs with the count of all, and of each decision."""

    rows: list[PairRow]
    total: int
    page: int
    pages: int
    selection: Selection
    counts: Mapping[str, int]


def list_matches(
    audience: Audience, code: str, selection: Selection
) -> tuple[RecordView, PairPage]:
    """A record and the ranked records of the other side.

    Raises:
        Http404: there is no such need or achievement, or it is not visible.
        PermissionDenied: it is visible, but its matches are not.
    """
    record = get_record(audience, code, "matching:record:matches")
    side = side_of(record)
    pairs = visible_pairs(audience).filter(**{side: record})
    return view_for(audience, record), page_of(audience, pairs, selection, asked=side)


def page_of(
    audience: Audience,
    pairs: QuerySet[Pair],
    selection: Selection,
    *,
    asked: Side | None = None,
    since: datetime | None = None,
    counts: Mapping[str, int] | None = None,
) -> PairPage:
    """One page of visible pairs; those found after ``since`` are marked as new.

    ``counts`` per decision are counted where they are not given; given ones leave out what
    is not promising where the selection does.
    """
    held = with_state(pairs).filter(listed(asked, audience.user_id))
    worth = promising(asked, audience.user_id)
    kept = select_pairs(held, selection, OTHER[asked] if asked else None, worth)
    total = _known_total(selection, counts)
    if total is None:
        total = kept.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, selection.page), pages)
    ordered = order_pairs(kept, selection.order, asked)
    shown = with_records(ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    found = make_rows(audience, shown, asked=asked, since=since)
    by_state = _count_states(held) if counts is None else counts
    return PairPage(found, total, page, pages, selection, by_state)


def _known_total(selection: Selection, counts: Mapping[str, int] | None) -> int | None:
    """How many pairs fit, where the counts say so; None where they have to be counted."""
    if counts is None or selection.gates or selection.language or selection.readiness:
        return None
    return counts.get(selection.state or "all", 0)


def with_records(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs with their records and ``decided_by``; what is in many pairs is fetched once."""
    found = list(pairs)
    ids = {pk for pair in found for pk in (pair.need_id, pair.achievement_id)}
    records = Record.objects.select_related("run", "owner", "manager").in_bulk(ids)
    for pair in found:
        pair.need, pair.achievement = records[pair.need_id], records[pair.achievement_id]
    return with_deciders(found)


def visible_pairs(audience: Audience) -> QuerySet[Pair]:
    """The pairs of which this audience may see both records."""
    need, achievement = (rows(_SEE, audience, through=side) for side in ("need", "achievement"))
    return Pair.objects.filter(need, achievement)


def find_row(
    audience: Audience, need: Record, achievement: Record, asked: Side | None = None
) -> PairRow | None:
    """The row of one pair after a decision; None where it is no proposed pair any more."""
    both = with_state(visible_pairs(audience).filter(need=need, achievement=achievement))
    return next(iter(make_rows(audience, with_records(both), asked=asked)), None)


def side_of(record: Record) -> Side:
    """Which side of a pair a record is on.

    Raises:
        Http404: it is neither a need nor an achievement; such records are not matched.
    """
    if record.kind == "need":
        return "need"
    if record.kind == "achievement":
        return "achievement"
    raise Http404


def _count_states(pairs: QuerySet[Pair]) -> dict[str, int]:
    """How many pairs each decision holds on; 'undecided' for none, 'all' for the sum."""
    counted = {
        row["state"] or "undecided": row["n"]
        for row in pairs.order_by().values("state").annotate(n=Count("pk"))
    }
    return {"all": sum(counted.values()), **counted}


def pairs_in_charge(audience: Audience) -> QuerySet[Pair]:
    """The visible pairs with a record that the asking user is in charge of."""
    # As numbers, so that the database goes through its two indexes, not through all pairs.
    mine = list(
        Record.objects.filter(manager_id=audience.user_id, kind__in=OTHER).values_list(
            "pk", flat=True
        )
    )
    return visible_pairs(audience).filter(Q(need__in=mine) | Q(achievement__in=mine))
