"""What a change of the rules does: who enters, who leaves, why, and what stays open.

Two proposals are run over the same facts on the same day. Whoever meets the criteria is
*in*, whoever does not, or is out of scope, is *out*; missing data and judgements that are
still due leave a company *open*. A move is certain where both sides are decided, and
possible where some answer to what is open would bring it about.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

from terrace.criteria.results import RESULT_TYPE, Result
from terrace.rules.budgets import Budget, measure_amounts, sum_effect
from terrace.rules.couplings import OPEN, Pair
from terrace.rules.criteria import Mode
from terrace.rules.impact_reasons import find_reasons
from terrace.rules.possible_moves import find_possible_moves
from terrace.rules.proposals import Proposal, apply_proposal, require_companies
from terrace.rules.snapshot import known_facts, take_snapshot
from terrace.rules.standing import Applied
from terrace.rules.verdicts import VERDICT


class Move(StrEnum):
    """What a change does to one company; the codes are stable and may be stored."""

    ENTERS = "enters"
    LEAVES = "leaves"
    MAY_ENTER = "may_enter"
    MAY_LEAVE = "may_leave"
    MAY_DO_EITHER = "may_do_either"
    STAYS_IN = "stays_in"
    STAYS_OUT = "stays_out"
    STAYS_OPEN = "stays_open"


MOVE_TYPE = pl.Enum([move.value for move in Move])
MOVING = (Move.ENTERS, Move.LEAVES, Move.MAY_ENTER, Move.MAY_LEAVE, Move.MAY_DO_EITHER)
MOVES_SCHEMA = pl.Schema(
    {
        "company": pl.String(),
        "move": MOVE_TYPE,
        "old_result": RESULT_TYPE,
        "new_result": RESULT_TYPE,
        "amount_yuan": pl.Float64(),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Impact:
    """What came of a comparison.

    ``moves`` has one row per company (``MOVES_SCHEMA``; the amount is null where no budget
    is stated or its facts are missing), ``reasons`` the criteria that decide each move,
    see ``impact_reasons.find_reasons``.
    """

    old: Proposal
    new: Proposal
    as_of: date
    mode: Mode
    moves: pl.DataFrame
    reasons: pl.DataFrame
    budget: Budget | None

    def count_moves(self) -> dict[Move, int]:
        """How many companies make each move, zeros included."""
        counted = dict(self.moves.group_by("move").len().iter_rows())
        return {move: counted.get(move.value, 0) for move in Move}


def assess_impact(
    old: Proposal,
    new: Proposal,
    facts: pl.DataFrame,
    *,
    as_of: date,
    known_at: date | None = None,
    mode: Mode = "first",
    with_illustrative: bool = False,
    amount_yuan: float | None = None,
) -> Impact:
    """Compare two proposals over all companies of a facts frame.

    Args:
        old: what holds.
        new: what is proposed; neither has to be in force on ``as_of``.
        facts: as ``terrace.rules.snapshot`` describes.
        as_of: the day: fiscal years and lapses of that day.
        known_at: only facts recorded by then count; None: all.
        mode: first application or renewal.
        with_illustrative: let illustrative figures decide.
        amount_yuan: what one company costs; None: what ``budgets.yaml`` states for the
            new proposal's rulebook, if anything.

    Raises:
        InputError: there are no companies.
    """
    require_companies(facts, "the facts file")
    pair = Pair(old, new, as_of, mode, with_illustrative)
    subjects = facts.select(pl.col("company").unique()).sort("company")
    subjects = subjects.with_columns(pl.lit(as_of).alias("as_of"))
    known = known_facts(facts, known_at=known_at)
    sides = _apply_both(pair, known, subjects)
    moves = _name_moves(pair, sides)
    amounts, budget = measure_amounts(new.rulebook, known, subjects, amount_yuan=amount_yuan)
    moves = moves.with_columns(amounts)
    return Impact(
        old=old,
        new=new,
        as_of=as_of,
        mode=mode,
        moves=moves,
        reasons=find_reasons(pair, sides, moves.filter(pl.col("move").is_in(MOVING))),
        budget=sum_effect(budget, moves) if budget else None,
    )


def _apply_both(pair: Pair, known: pl.DataFrame, subjects: pl.DataFrame) -> tuple[Applied, Applied]:
    old, new = (
        one.compile(pair.mode, with_illustrative=pair.with_illustrative)
        for one in (pair.old, pair.new)
    )
    facts = {**pair.old.rulebook.catalog.facts, **pair.new.rulebook.catalog.facts}
    snapshot = take_snapshot(known, subjects, old.inputs | new.inputs, facts)
    return apply_proposal(pair.old, old, snapshot), apply_proposal(pair.new, new, snapshot)


def _name_moves(pair: Pair, sides: tuple[Applied, Applied]) -> pl.DataFrame:
    old, new = (side.frame[VERDICT] for side in sides)
    possible = find_possible_moves(pair, sides, old.is_in(OPEN) & new.is_in(OPEN))
    verdicts = sides[0].frame.select("company").with_columns(old_result=old, new_result=new)
    joined = verdicts.join(possible, on="company", how="left", maintain_order="left")
    was_open, is_open = (pl.col(name).is_in(OPEN) for name in ("old_result", "new_result"))
    was_in, is_in = (pl.col(name) == Result.MET.value for name in ("old_result", "new_result"))
    can_enter = pl.coalesce("can_enter", ~was_in & (is_in | is_open))
    can_leave = pl.coalesce("can_leave", (was_in | was_open) & ~is_in)
    named = joined.with_columns(
        move=_choose_move(was_open | is_open, was_in, can_enter, can_leave).cast(MOVE_TYPE)
    )
    return named.select("company", "move", "old_result", "new_result")


def _choose_move(
    has_open: pl.Expr, was_in: pl.Expr, can_enter: pl.Expr, can_leave: pl.Expr
) -> pl.Expr:
    possible = (
        pl.when(can_enter & can_leave)
        .then(pl.lit(Move.MAY_DO_EITHER.value))
        .when(can_enter)
        .then(pl.lit(Move.MAY_ENTER.value))
        .when(can_leave)
        .then(pl.lit(Move.MAY_LEAVE.value))
        .otherwise(pl.lit(Move.STAYS_OPEN.value))
    )
    return (
        pl.when(has_open)
        .then(possible)
        .when(can_enter)
        .then(pl.lit(Move.ENTERS.value))
        .when(can_leave)
        .then(pl.lit(Move.LEAVES.value))
        .when(was_in)
        .then(pl.lit(Move.STAYS_IN.value))
        .otherwise(pl.lit(Move.STAYS_OUT.value))
    )
