"""Which moves of undecided companies are possible: verdicts under every joint answer.

The verdict rises with its criteria, so that the lowest answers on one side and the highest
on the other decide, within what the couplings allow. Answers are tried on the results of the
criteria, once for each pattern of them; no criterion is computed anew.
"""

import itertools
from collections.abc import Mapping, Sequence

import polars as pl

from terrace.criteria.results import Result, literal
from terrace.rules.columns import ColumnPlan
from terrace.rules.couplings import (
    OPEN,
    Coupling,
    Pair,
    couple_criteria,
    list_conditions,
    walk_nodes,
)
from terrace.rules.standing import Applied
from terrace.rules.verdicts import VERDICT

# Beyond these, answers count as independent: possible moves are then too many, never too few.
MAX_COUPLINGS = 6
Frames = tuple[pl.DataFrame, pl.DataFrame]
Plans = tuple[ColumnPlan, ColumnPlan]


def find_possible_moves(
    pair: Pair, sides: tuple[Applied, Applied], undecided: pl.Series
) -> pl.DataFrame:
    """Which of the undecided companies may enter, and which may leave.

    Args:
        pair: what is compared.
        sides: both proposals applied to the same companies.
        undecided: [companies] whether it is open under both.

    Returns:
        company, can_enter, can_leave; one row per undecided company.
    """
    old, new = (side.frame.filter(undecided) for side in sides)
    plans = _combining_plan(pair, sides[0]), _combining_plan(pair, sides[1])
    couplings = _choose_couplings(pair, (old, new))
    before, after = (
        frame.select(pl.col(sorted(plan.inputs)).name.prefix(side))
        for frame, plan, side in ((old, plans[0], "old "), (new, plans[1], "new "))
    )
    patterns = pl.concat([before, after], how="horizontal")
    distinct = patterns.unique(maintain_order=True)
    can = distinct.with_columns(
        can_enter=_is_possible(distinct, plans, couplings, entering=True),
        can_leave=_is_possible(distinct, plans, couplings, entering=False),
    )
    known = patterns.with_columns(old["company"]).join(can, on=patterns.columns, how="left")
    return known.select("company", "can_enter", "can_leave")


def _combining_plan(pair: Pair, applied: Applied) -> ColumnPlan:
    """How the verdict is made of results, these being the plan's inputs."""
    nodes = walk_nodes(list_conditions(applied.version), pair)
    joints = [node.column for node in nodes if node.is_joint]
    plan = ColumnPlan()
    for name in (*joints, "all_of", VERDICT):
        plan.add(name, applied.compiled.plan.columns[name])
    return plan


def _choose_couplings(pair: Pair, frames: Frames) -> list[Coupling]:
    """Those open in both for some company, the most frequent first."""
    couplings = list(couple_criteria(pair))
    counts = [_count_open(frames, coupling) for coupling in couplings]
    ranked = sorted(zip(counts, range(len(couplings)), strict=True), reverse=True)
    return [couplings[place] for count, place in ranked if count]


def _count_open(frames: Frames, coupling: Coupling) -> int:
    old, new = frames[0][coupling.old.column], frames[1][coupling.new.column]
    return int((old.is_in(OPEN) & new.is_in(OPEN)).sum())


def _is_possible(
    distinct: pl.DataFrame, plans: Plans, couplings: Sequence[Coupling], *, entering: bool
) -> pl.Series:
    possible = pl.repeat(False, distinct.height, dtype=pl.Boolean, eager=True)
    kept = _limit(couplings, entering=entering)
    for answers in itertools.product(*(one.answers(entering=entering) for one in kept)):
        assumed = list(zip(kept, answers, strict=True))
        before = {one.old.column: answer[0] for one, answer in assumed}
        after = {one.new.column: answer[1] for one, answer in assumed}
        old = _combine(distinct, "old ", plans[0], before)
        new = _combine(distinct, "new ", plans[1], after)
        without, within = (old, new) if entering else (new, old)
        possible |= (without != Result.MET.value) & within.is_in([Result.MET.value, *OPEN])
    return possible


def _limit(couplings: Sequence[Coupling], *, entering: bool) -> list[Coupling]:
    """Those with one answer, and of those with two the first few."""
    free = [one for one in couplings if len(one.answers(entering=entering)) > 1]
    return [one for one in couplings if one not in free[MAX_COUPLINGS:]]


def _combine(
    distinct: pl.DataFrame, side: str, plan: ColumnPlan, assumed: Mapping[str, Result]
) -> pl.Series:
    """The verdicts of one side, what is open answered as assumed."""
    results = distinct.select(pl.col(f"{side}{name}").alias(name) for name in plan.inputs)
    answered = results.with_columns(
        pl.when(pl.col(name).is_in(OPEN)).then(literal(answer)).otherwise(pl.col(name)).alias(name)
        for name, answer in assumed.items()
    )
    return plan.run(answered, (VERDICT,))[VERDICT]
