"""Open criteria that two proposals share: whatever the answer is, it is the same for both.

Where a company's verdict is open before and after a change, the change may still be known to
do nothing: both wait for the same expert. Criteria on the same measure are coupled: an equal
one has the same answer in both, a stricter one is met only if the looser one is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from terrace.criteria.results import Result
from terrace.rules.criteria import (
    Banded,
    Compare,
    CompareDate,
    ComparePoints,
    Criterion,
    Mode,
    Together,
)
from terrace.rules.proposals import Proposal
from terrace.rules.thresholds import is_floor
from terrace.rules.verdicts import day_expression
from terrace.rules.versions import Version

Order = Literal["same", "looser", "stricter"]
Answers = tuple[Result, Result]
OPEN = (Result.UNKNOWN.value, Result.NEEDS_JUDGEMENT.value)
_BOTH: tuple[Answers, ...] = ((Result.UNMET, Result.UNMET), (Result.MET, Result.MET))


@dataclass(frozen=True, slots=True)
class Coupling:
    """A criterion of the old plan and one of the new; the new is as strict, looser or stricter."""

    old: "Node"
    new: "Node"
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
class Node:
    """A criterion that the verdict rises with, and its column there.

    ``is_required``: nobody is in without it; ``is_joint``: it is made of others.
    """

    criterion: Criterion
    column: str
    is_required: bool
    is_joint: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two proposals that are compared, on one day and in one mode."""

    old: Proposal
    new: Proposal
    as_of: date
    mode: Mode
    with_illustrative: bool

    def keeps_out(self, criterion: Criterion) -> bool:
        """Whether it is illustrative and not asked for: as a whole, it waits for judgement."""
        return criterion.status == "illustrative" and not self.with_illustrative

    def column_of(self, criterion: Criterion) -> str:
        """The column with its part in the verdict."""
        return f"{'counts' if self.keeps_out(criterion) else 'result'}:{criterion.id}"


def couple_criteria(pair: Pair) -> Iterator[Coupling]:
    """Each criterion of the old proposal with one of the new that goes by the same facts."""
    if not _measure_alike(pair.old, pair.new):
        return
    waiting = list(list_leaves(list_conditions(pair.new.version), pair))
    for leaf in list_leaves(list_conditions(pair.old.version), pair):
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


def list_conditions(version: Version) -> tuple[Criterion, ...]:
    """What has to be met to be in: the scope and the listed criteria."""
    return (*((version.scope,) if version.scope else ()), *version.criteria)


def list_leaves(criteria: Iterable[Criterion], pair: Pair) -> Iterator[Node]:
    """The criteria that the verdict rises with and that have no parts of their own there."""
    return (node for node in walk_nodes(criteria, pair) if not node.is_joint)


def walk_nodes(
    criteria: Iterable[Criterion], pair: Pair, *, are_required: bool = True
) -> Iterator[Node]:
    """The criteria that the verdict rises with, joint ones before their parts."""
    for criterion in criteria:
        if criterion.applies_when or criterion.only_in not in (None, pair.mode):
            continue
        test = criterion.test
        is_joint = isinstance(test, Together) and not pair.keeps_out(criterion)
        yield Node(criterion, pair.column_of(criterion), are_required, is_joint)
        if isinstance(test, Together) and is_joint:
            inner_required = are_required and test.kind == "all_of"
            yield from walk_nodes(test.of, pair, are_required=inner_required)


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
    if isinstance(before, Banded) and isinstance(after, Banded):
        return _order_bands(_bands_of(pair.old, old), _bands_of(pair.new, new), before, after)
    if isinstance(before, CompareDate) and isinstance(after, CompareDate):
        is_alike = (before.relation, before.fact) == (after.relation, after.fact)
        levels = _day_number(pair, pair.old, old), _day_number(pair, pair.new, new)
        return _order(levels, before.relation == "on_or_after") if is_alike else None
    return None


def _score_alike(pair: Pair) -> bool:
    """Whether points mean the same on both sides: the same scores, edited alike."""
    old, new = pair.old, pair.new
    return old.version.scores == new.version.scores and _score_edits(old) == _score_edits(new)


def _score_edits(proposal: Proposal) -> dict[str, float]:
    listed = {one.id for top in list_conditions(proposal.version) for one in _walk_listed(top)}
    others = listed - {score.id for score in proposal.version.walk_scores()}
    return {p: v for p, v in proposal.edits.items() if p.split(".")[0] not in others}


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


def _bands_of(proposal: Proposal, criterion: Criterion) -> list[tuple[float | None, float]]:
    """The bands as proposed: up to, threshold."""
    assert isinstance(criterion.test, Banded)
    edits, path = proposal.edits, criterion.id
    return [
        (
            None if band.up_to is None else edits.get(f"{path}.{n}.up_to", band.up_to),
            edits.get(f"{path}.{n}.threshold", band.threshold),
        )
        for n, band in enumerate(criterion.test.bands)
    ]


def _order_bands(
    old: Sequence[tuple[float | None, float]],
    new: Sequence[tuple[float | None, float]],
    before: Banded,
    after: Banded,
) -> Order | None:
    """Bands with the same edges whose thresholds all move one way."""
    subjects = [(test.relation, test.measure, test.by) for test in (before, after)]
    if subjects[0] != subjects[1] or [edge for edge, _ in old] != [edge for edge, _ in new]:
        return None
    levels = [(was, is_now) for (_, was), (_, is_now) in zip(old, new, strict=True)]
    orders = {_order(pair, is_floor(before.relation)) for pair in levels} - {"same"}
    if not orders:
        return "same"
    return orders.pop() if len(orders) == 1 else None


def _order(levels: tuple[float, float], is_floored: bool) -> Order:
    old, new = levels
    if old == new:
        return "same"
    return "stricter" if (new > old) == is_floored else "looser"
