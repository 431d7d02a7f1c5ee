"""Open criteria that two proposals share: whatever the answer is, it is the same for both.

Where a company's verdict is open before and after a change, the change may still be known to
do nothing: both wait for the same expert. Criteria on the same measure are coupled: an equal
one has the same answer in both, a stricter one is met only if the looser one is. The verdict
rises with its criteria, so that a move is possible exactly if it is under some joint answer.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from terrace.criteria.results import Result, literal
from terrace.rules.columns import ColumnPlan
from terrace.rules.criteria import Compare, CompareDate, ComparePoints, Criterion, Mode, Together
from terrace.rules.proposals import Proposal, add_figures
from terrace.rules.thresholds import is_floor
from terrace.rules.verdicts import VERDICT, Compiled, day_expression

Order = Literal["same", "looser", "stricter"]
Answers = tuple[Result, Result]
OPEN = (Result.UNKNOWN.value, Result.NEEDS_JUDGEMENT.value)
# Beyond these, answers count as independent: possible moves are then too many, never too few.
MAX_COUPLINGS = 6
_BOTH: tuple[Answers, ...] = ((Result.UNMET, Result.UNMET), (Result.MET, Result.MET))


@dataclass(frozen=True, slots=True)
class Coupling:
    """A criterion of the old plan and one of the new; the new is as strict, looser or stricter."""

    old: "Leaf"
    new: "Leaf"
    order: Order

    def answers(self, *, entering: bool) -> tuple[Answers, ...]:
        """The joint answers (old, new) worth trying for a company to enter, or to leave."""
        if entering and self.order == "looser":
            return ((Result.UNMET, Result.MET),)
        if not entering and self.order == "stricter":
            return ((Result.MET, Result.UNMET),)
        # Nobody is in on a side whose required criterion is unmet.
        is_required = self.new.is_required if entering else self.old.is_required
        return _BOTH[1:] if is_required else _BOTH


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A criterion that the verdict rises with, its column, and whether all depends on it."""

    criterion: Criterion
    column: str
    is_required: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two proposals, compiled for one day and mode."""

    old: Proposal
    new: Proposal
    plans: tuple[Compiled, Compiled]
    as_of: date
    mode: Mode
    with_illustrative: bool


def find_possible_moves(pair: Pair, undecided: pl.DataFrame) -> pl.DataFrame:
    """Which of the undecided companies may enter, and which may leave.

    Args:
        pair: what is compared.
        undecided: their snapshot: companies open under both proposals.

    Returns:
        company, can_enter, can_leave.
    """
    couplings = _choose_couplings(pair, undecided)
    can = {
        name: _is_possible(pair, undecided, couplings, entering=entering)
        for name, entering in (("can_enter", True), ("can_leave", False))
    }
    return undecided.select("company").with_columns(**can)


def _is_possible(
    pair: Pair, undecided: pl.DataFrame, couplings: Sequence[Coupling], *, entering: bool
) -> pl.Series:
    possible = pl.repeat(False, undecided.height, dtype=pl.Boolean, eager=True)
    kept = _limit(couplings, entering=entering)
    for answers in itertools.product(*(one.answers(entering=entering) for one in kept)):
        assumed = list(zip(kept, answers, strict=True))
        before = {one.old.column: answer[0] for one, answer in assumed}
        after = {one.new.column: answer[1] for one, answer in assumed}
        old = _run_assuming(pair.old, pair.plans[0], undecided, before)
        new = _run_assuming(pair.new, pair.plans[1], undecided, after)
        without, within = (old, new) if entering else (new, old)
        possible |= (without != Result.MET.value) & within.is_in([Result.MET.value, *OPEN])
    return possible


def _limit(couplings: Sequence[Coupling], *, entering: bool) -> list[Coupling]:
    """Those with one answer, and of those with two the first few."""
    free = [one for one in couplings if len(one.answers(entering=entering)) > 1]
    return [one for one in couplings if one not in free[MAX_COUPLINGS:]]


def _run_assuming(
    proposal: Proposal,
    compiled: Compiled,
    snapshot: pl.DataFrame,
    assumed: Mapping[str, Result],
) -> pl.Series:
    plan = ColumnPlan()
    for name, expression in compiled.plan.columns.items():
        if name in assumed:
            answer = literal(assumed[name])
            expression = pl.when(expression.is_in(OPEN)).then(answer).otherwise(expression)  # noqa: PLW2901
        plan.add(name, expression)
    return plan.run(add_figures(proposal, compiled, snapshot), (VERDICT,))[VERDICT]


def _choose_couplings(pair: Pair, undecided: pl.DataFrame) -> list[Coupling]:
    """Those open in both for some company, the most frequent first."""
    couplings = list(couple_criteria(pair))
    old_open = _find_open(pair.old, pair.plans[0], undecided, [one.old for one in couplings])
    new_open = _find_open(pair.new, pair.plans[1], undecided, [one.new for one in couplings])
    counts = [int((old & new).sum()) for old, new in zip(old_open, new_open, strict=True)]
    ranked = sorted(zip(counts, range(len(couplings)), strict=True), reverse=True)
    return [couplings[place] for count, place in ranked if count]


def _find_open(
    proposal: Proposal, compiled: Compiled, snapshot: pl.DataFrame, leaves: Sequence[Leaf]
) -> list[pl.Series]:
    columns = tuple(leaf.column for leaf in leaves)
    frame = compiled.plan.run(add_figures(proposal, compiled, snapshot), columns)
    return [frame[column].is_in(OPEN) for column in columns]


def couple_criteria(pair: Pair) -> Iterator[Coupling]:
    """Each criterion of the old proposal with one of the new that goes by the same facts."""
    if not _measure_alike(pair.old, pair.new):
        return
    waiting = list(list_leaves(pair.new.version.criteria, pair))
    for leaf in list_leaves(pair.old.version.criteria, pair):
        orders = [(other, _compare(pair, leaf.criterion, other.criterion)) for other in waiting]
        alike = [(other, order) for other, order in orders if order]
        if alike:
            other, order = min(alike, key=lambda found: found[1] != "same")
            waiting.remove(other)
            assert order
            yield Coupling(leaf, other, order)


def _measure_alike(old: Proposal, new: Proposal) -> bool:
    """Whether names mean the same on both sides."""
    before, after = old.rulebook.catalog.measures, new.rulebook.catalog.measures
    return all(before[name].branches == after[name].branches for name in before.keys() & after)


def list_leaves(
    criteria: Iterable[Criterion], pair: Pair, *, are_required: bool = True
) -> Iterator[Leaf]:
    """The criteria that the verdict rises with, inner ones where they are listed there."""
    for criterion in criteria:
        is_kept_out = criterion.status == "illustrative" and not pair.with_illustrative
        if criterion.applies_when or criterion.only_in not in (None, pair.mode):
            continue
        test = criterion.test
        if isinstance(test, Together) and not is_kept_out:
            inner_required = are_required and test.kind == "all_of"
            yield from list_leaves(test.of, pair, are_required=inner_required)
        else:
            kind = "counts" if is_kept_out else "result"
            yield Leaf(criterion, f"{kind}:{criterion.id}", are_required)


def _compare(pair: Pair, old: Criterion, new: Criterion) -> Order | None:
    """How the new criterion stands to the old one; None where they are not comparable."""
    before, after = old.test, new.test
    by_points = any(isinstance(one.test, ComparePoints) for one in _walk_listed(old))
    if by_points and not _score_alike(pair):
        return None
    if before == after and _edits_of(pair.old, old) == _edits_of(pair.new, new):
        return "same"
    if isinstance(before, Compare | ComparePoints) and type(before) is type(after):
        is_alike = before.relation == after.relation and _subject(before) == _subject(after)
        levels = _threshold(pair.old, old), _threshold(pair.new, new)
        return _order(levels, is_floor(before.relation)) if is_alike else None
    if isinstance(before, CompareDate) and isinstance(after, CompareDate):
        is_alike = (before.relation, before.fact) == (after.relation, after.fact)
        levels = _day_number(pair, pair.old, old), _day_number(pair, pair.new, new)
        return _order(levels, before.relation == "on_or_after") if is_alike else None
    return None


def _score_alike(pair: Pair) -> bool:
    """Whether points mean the same on both sides: one version, its scores not edited."""
    edited = {path.split(".")[0] for side in (pair.old, pair.new) for path in side.edits}
    listed = {one.id for top in pair.new.version.criteria for one in _walk_listed(top)}
    return pair.old.version is pair.new.version and edited <= listed


def _walk_listed(criterion: Criterion) -> Iterator[Criterion]:
    yield criterion
    if isinstance(criterion.test, Together):
        for part in criterion.test.of:
            yield from _walk_listed(part)


def _edits_of(proposal: Proposal, criterion: Criterion) -> dict[str, float]:
    inner = {one.id for one in _walk_listed(criterion)}
    return {p: v for p, v in proposal.edits.items() if p.split(".")[0] in inner}


def _subject(test: object) -> str:
    assert isinstance(test, Compare | ComparePoints)
    return test.measure if isinstance(test, Compare) else test.score


def _threshold(proposal: Proposal, criterion: Criterion) -> float:
    assert isinstance(criterion.test, Compare | ComparePoints)
    return proposal.edits.get(f"{criterion.id}.threshold", criterion.test.threshold)


def _day_number(pair: Pair, proposal: Proposal, criterion: Criterion) -> float:
    assert isinstance(criterion.test, CompareDate)
    day = pl.DataFrame({"as_of": [pair.as_of]}).select(day_expression(criterion.test.day)).item()
    moved: float = day.toordinal() + proposal.edits.get(f"{criterion.id}.threshold", 0.0)
    return moved


def _order(levels: tuple[float, float], is_floored: bool) -> Order:
    old, new = levels
    if old == new:
        return "same"
    return "stricter" if (new > old) == is_floored else "looser"
