"""Reading pairs: only those of which both records are visible leave this module."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from terrace.match.desk import find_telling_words
from terrace.match.gates import load_gates
from terrace.match.matcher import ABSTAIN_BELOW
from terrace.match.yardsticks import measure_rarity
from terrace.records import Achievement, Need
from terrace_web.accounts.audience import Audience
from terrace_web.index.corpora import matcher_of
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.snapshots import core_record
from terrace_web.matching.asking import OTHER, Side
from terrace_web.matching.models import Pair
from terrace_web.matching.selection import (
    CLAIMED,
    PASSED,
    Selection,
    order_pairs,
    promising,
    select_pairs,
)
from terrace_web.matching.states import with_deciders, with_state
from terrace_web.permissions import may, rows
from terrace_web.ui.days import write_days

PAGE_SIZE = 10
_SEE = "market:record:see"
See = Callable[[Record], RecordView]


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair in a list, as one audience sees it; ``asked`` is the side whose list it is.

    ``state`` is what was decided, '' where nothing is; ``is_others`` by somebody else.
    ``failed`` and ``open`` are names of gates, ``closes`` says what would close a near miss.
    ``claims`` is False where the confidence is too low to claim anything.
    """

    need: RecordView
    achievement: RecordView
    asked: Side | None
    confidence: float
    claims: bool
    gates: str
    failed: list[str]
    open: list[str]
    closes: str
    words: tuple[str, ...]
    state: str
    is_others: bool
    may_decide: bool
    is_new: bool = False

    @property
    def other(self) -> RecordView:
        """The record that is listed."""
        return self.need if self.asked == "achievement" else self.achievement

    @property
    def key(self) -> str:
        """What the row is called in a page."""
        return f"pair-{self.need.id}-{self.achievement.id}"

    @property
    def has_passed(self) -> bool:
        """Whether no gate stands against it."""
        return self.gates in PASSED


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
    held = with_state(pairs)
    if asked:
        # What only the other side lists, and nothing is claimed of, is no match of this record.
        held = held.filter(Q(**{f"{asked}_rank__isnull": False}) | CLAIMED)
    worth = promising(asked, audience.user_id)
    kept = select_pairs(held, selection, OTHER[asked] if asked else None, worth)
    total = _known_total(selection, counts)
    if total is None:
        total = kept.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, selection.page), pages)
    ordered = order_pairs(kept, selection.order, asked)
    shown = with_records(ordered[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    see = see_once(audience)
    found = [make_row(audience, pair, asked=asked, since=since, see=see) for pair in shown]
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


def see_once(audience: Audience) -> See:
    """``view_for`` that makes the view of a record at its first call."""
    return cache(partial(view_for, audience))


def visible_pairs(audience: Audience) -> QuerySet[Pair]:
    """The pairs of which this audience may see both records."""
    need, achievement = (rows(_SEE, audience, through=side) for side in ("need", "achievement"))
    return Pair.objects.filter(need, achievement)


def find_row(
    audience: Audience, need: Record, achievement: Record, asked: Side | None = None
) -> PairRow | None:
    """The row of one pair after a decision; None where it is no proposed pair any more."""
    both = with_state(visible_pairs(audience).filter(need=need, achievement=achievement))
    pair = next(iter(with_records(both)), None)
    return make_row(audience, pair, asked=asked) if pair else None


def make_row(
    audience: Audience,
    pair: Pair,
    *,
    asked: Side | None = None,
    since: datetime | None = None,
    see: See | None = None,
) -> PairRow:
    """A pair (``with_state``, ``with_records``) as this audience sees it.

    ``see`` is what ``see_once`` gives, where several pairs share records.
    """
    see = see or see_once(audience)
    need, achievement = see(pair.need), see(pair.achievement)
    is_chinese = audience.language.startswith("zh")
    return PairRow(
        need=need,
        achievement=achievement,
        asked=asked,
        confidence=pair.confidence,
        claims=pair.confidence >= ABSTAIN_BELOW,
        gates=pair.gates,
        failed=name_gates(pair.failed, audience.language),
        open=name_gates(pair.open, audience.language),
        closes=write_days(pair.closes_zh if is_chinese else pair.closes_en),
        words=telling_words(need, achievement),
        state=getattr(pair, "state", ""),
        is_others=getattr(pair, "decided_by", audience.user_id) != audience.user_id,
        may_decide=may_decide(audience, pair.need, pair.achievement),
        is_new=bool(since and pair.found_at > since),
    )


def may_decide(audience: Audience, need: Record, achievement: Record) -> bool:
    """Whether this audience, which sees both, may decide on the pair."""
    decides = "matching:record:decide"
    return may(audience, decides, need).allowed or may(audience, decides, achievement).allowed


def telling_words(need: RecordView, achievement: RecordView) -> tuple[str, ...]:
    """The rarest words that two records share in what of them is shown."""
    wanted, offered = core_record(need), core_record(achievement)
    assert isinstance(wanted, Need)
    assert isinstance(offered, Achievement)
    return find_telling_words(wanted, offered, idf=measure_rarity(matcher_of("achievement").corpus))


def name_gates(ids: Sequence[str], language: str) -> list[str]:
    """What gates are called; an id that no gate has any more stays as it is."""
    names = {gate.id: gate.name for gate in load_gates()}
    is_chinese = language.startswith("zh")
    return [
        (names[each].zh if is_chinese else names[each].en) if each in names else each
        for each in ids
    ]


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
