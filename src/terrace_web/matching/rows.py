"""Pairs as an audience sees them in a list: both records, the gates, what was decided."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from terrace.criteria.results import Result
from terrace.match.desk import find_telling_words
from terrace.match.matcher import ABSTAIN_BELOW
from terrace.match.reading import shares_rights
from terrace.match.yardsticks import measure_rarity
from terrace.records import Achievement, Need
from terrace_web.accounts.audience import Audience
from terrace_web.index.corpora import matcher_of
from terrace_web.market.models import Level, Record
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.snapshots import core_record
from terrace_web.matching.asking import Side
from terrace_web.matching.bulk import OUT_OF_MARKET
from terrace_web.matching.lines import name_gates
from terrace_web.matching.models import Pair
from terrace_web.matching.selection import PASSED
from terrace_web.permissions import may
from terrace_web.ui.days import write_days

_OWNERSHIP = "ownership"
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

    @property
    def is_closed(self) -> bool:
        """Whether a gate stands against it that nothing known would open."""
        return self.gates == Result.UNMET.value and not self.closes


def see_once(audience: Audience) -> See:
    """``view_for`` that makes the view of a record at its first call."""
    return cache(partial(view_for, audience))


def make_rows(
    audience: Audience,
    pairs: Iterable[Pair],
    *,
    asked: Side | None = None,
    since: datetime | None = None,
) -> list[PairRow]:
    """``make_row`` for each; what is in many pairs is seen once."""
    see = see_once(audience)
    return [make_row(audience, pair, asked=asked, since=since, see=see) for pair in pairs]


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
    doubtful = _open_gates(pair, achievement)
    is_settled = bool(pair.open) and not (doubtful or pair.failed)
    is_chinese = audience.language.startswith("zh")
    return PairRow(
        need=need,
        achievement=achievement,
        asked=asked,
        confidence=pair.confidence,
        claims=pair.confidence >= ABSTAIN_BELOW,
        gates=Result.MET.value if is_settled else pair.gates,
        failed=name_gates(pair.failed, audience.language),
        open=name_gates(doubtful, audience.language),
        closes=write_days(pair.closes_zh if is_chinese else pair.closes_en),
        words=telling_words(need, achievement),
        state=getattr(pair, "state", ""),
        is_others=getattr(pair, "decided_by", audience.user_id) != audience.user_id,
        may_decide=may_decide(audience, pair.need, pair.achievement),
        is_new=bool(since and pair.found_at > since),
    )


def _open_gates(pair: Pair, achievement: RecordView) -> list[str]:
    """The gates that stay open for this reader.

    Stored ones know owners only who are named to everybody; whoever is told the owner has
    nothing to find out about it, where nobody shares its rights.
    """
    is_told = achievement.owner is not None and pair.achievement.identity_level != Level.PUBLIC
    if _OWNERSHIP not in pair.open or not is_told or _shares_rights(achievement):
        return list(pair.open)
    return [each for each in pair.open if each != _OWNERSHIP]


def _shares_rights(view: RecordView) -> bool:
    achievement = core_record(view)
    assert isinstance(achievement, Achievement)
    return shares_rights(achievement)


def may_decide(audience: Audience, need: Record, achievement: Record) -> bool:
    """Whether this audience, which sees both, may decide on the pair; not once one has left."""
    if {need.run.stage, achievement.run.stage} & set(OUT_OF_MARKET):
        return False
    decides = "matching:record:decide"
    return may(audience, decides, need).allowed or may(audience, decides, achievement).allowed


def telling_words(need: RecordView, achievement: RecordView) -> tuple[str, ...]:
    """The rarest words that two records share in what of them is shown."""
    wanted, offered = core_record(need), core_record(achievement)
    assert isinstance(wanted, Need)
    assert isinstance(offered, Achievement)
    return find_telling_words(wanted, offered, idf=measure_rarity(matcher_of("achievement").corpus))
