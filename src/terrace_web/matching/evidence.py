"""Why two records may fit: requirements, gates and score, out of what the audience may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404

from terrace.match.contributions import find_score_parts
from terrace.match.explain import Explanation, explain_pair
from terrace.match.scoring import EXAMINED
from terrace.match.yardsticks import find_encode, measure_rarity
from terrace.progress import silent
from terrace.records import Achievement, Need, to_frame
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Membership
from terrace_web.index.corpora import matcher_of
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.snapshots import core_record
from terrace_web.matching.gating import as_seen, read_gates
from terrace_web.matching.lines import (
    GateLine,
    HistoryLine,
    Part,
    RequirementLine,
    make_history_line,
    make_part,
    make_requirement,
)
from terrace_web.matching.models import Decision
from terrace_web.matching.queries import visible_pairs
from terrace_web.matching.rows import PairRow, make_row, may_decide
from terrace_web.matching.states import decisions_of, pile_up
from terrace_web.permissions import may, require
from terrace_web.predicates import is_in_charge

_STRONGEST = 6
SEES = "matching:record:matches"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is shown of one pair; ``row`` is None where nobody proposed it.

    ``covered`` of ``total`` requirements are, and ``partly`` in part; a need's title is shown
    and counts only alone.
    ``lists_need`` says whether the need's ranked list is open to the audience.
    """

    need: RecordView
    achievement: RecordView
    row: PairRow | None
    requirements: list[RequirementLine]
    covered: int
    partly: int
    total: int
    gates: list[GateLine]
    parts: list[Part]
    history: list[HistoryLine]
    state: str
    is_others: bool
    may_decide: bool
    lists_need: bool

    @property
    def views(self) -> tuple[RecordView, RecordView]:
        """Both records."""
        return self.need, self.achievement


def explain_match(audience: Audience, need: str, achievement: str, *, now: datetime) -> Evidence:
    """The evidence on a pair for somebody who may see matches of one of its records.

    Raises:
        Http404: one of them is not visible, or not of its kind.
        PermissionDenied: the audience sees both, but no matches of either.
    """
    wanted, offered = get_record(audience, need), get_record(audience, achievement)
    if (wanted.kind, offered.kind) != ("need", "achievement"):
        raise Http404
    if not may(audience, SEES, offered).allowed:
        require(audience, SEES, wanted)
    evidence = gather(audience, [(wanted, offered)], now=now)[0]
    return replace(evidence, parts=_read_parts(*evidence.views, audience.language))


def gather(
    audience: Audience, pairs: Sequence[tuple[Record, Record]], *, now: datetime
) -> list[Evidence]:
    """The evidence on pairs (need, achievement) that the audience sees, without score parts.

    Permissions are the caller's. Only what the views show goes in, so nothing else comes out.
    """
    views = [(view_for(audience, need), view_for(audience, other)) for need, other in pairs]
    gates = read_gates(views, audience.language, now)
    return [
        _put_together(audience, records, shown, lines)
        for records, shown, lines in zip(pairs, views, gates, strict=True)
    ]


def _put_together(
    audience: Audience,
    records: tuple[Record, Record],
    views: tuple[RecordView, RecordView],
    gates: list[GateLine],
) -> Evidence:
    need, achievement = records
    explanation = _explain(*views)
    made = decisions_of(need.pk, achievement.pk)
    pile = pile_up(made)
    return Evidence(
        need=views[0],
        achievement=views[1],
        row=_find_row(audience, need, achievement, gates),
        requirements=[make_requirement(each) for each in explanation.requirements],
        covered=sum(each.verdict == "covered" for each in explanation.counted),
        partly=sum(each.verdict == "partly" for each in explanation.counted),
        total=len(explanation.counted),
        gates=gates,
        parts=[],
        history=_history_for(audience, need, achievement, made),
        state=made[0].holds if made else "",
        is_others=bool(pile) and pile[-1].by_id != audience.user_id,
        may_decide=may_decide(audience, need, achievement),
        lists_need=may(audience, SEES, need).allowed,
    )


def _explain(need: RecordView, achievement: RecordView) -> Explanation:
    corpus = matcher_of("achievement").corpus
    wanted, offered = core_record(need), core_record(achievement)
    assert isinstance(wanted, Need)
    assert isinstance(offered, Achievement)
    return explain_pair(wanted, offered, idf=measure_rarity(corpus), encode=find_encode(corpus))


def _read_parts(need: RecordView, achievement: RecordView, language: str) -> list[Part]:
    """What the score is made of; nothing where the achievement is no candidate of the need."""
    matcher = matcher_of("achievement")
    asked = to_frame("need", [core_record(need)])
    examined = matcher.examine(asked, None, EXAMINED, silent)
    ids = matcher.corpus.passages()["record_id"].to_list()
    found = find_score_parts(examined, ids, achievement.code, matcher.ranker)
    strongest = found.contributions[:_STRONGEST] if found else ()
    largest = max((abs(each.points) for each in strongest), default=0.0) or 1.0
    return [make_part(each, largest, is_chinese=language.startswith("zh")) for each in strongest]


def _find_row(
    audience: Audience, need: Record, achievement: Record, gates: Sequence[GateLine]
) -> PairRow | None:
    pair = visible_pairs(audience).filter(need=need, achievement=achievement).first()
    if pair is None:
        return None
    pair.need, pair.achievement = need, achievement
    return as_seen(make_row(audience, pair), gates)


def _history_for(
    audience: Audience, need: Record, achievement: Record, made: Sequence[Decision]
) -> list[HistoryLine]:
    """Names and reasons are for the managers in charge and for one's own organisations.

    Of the other side only the decision is told: a blind owner must not show in it.
    """
    all_open = any(is_in_charge.test(audience, record) for record in (need, achievement))
    colleagues = _colleagues_of(audience) if made else set()
    return [
        make_history_line(each, is_open=all_open or each.by_id in colleagues | {audience.user_id})
        for each in made
    ]


def _colleagues_of(audience: Audience) -> set[int]:
    held = Membership.objects.filter(organisation_id__in=audience.member_of)
    return set(held.values_list("user_id", flat=True))
