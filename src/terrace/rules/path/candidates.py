"""Candidates before the rules engine: a company on some days with some amounts chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

from terrace.rules.dossier import open_dossier
from terrace.rules.path.effects import Amounts, Effects, fiscal_year_of
from terrace.rules.verdicts import Compiled


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Candidates of one day: ``size`` of them, amounts not named are 0."""

    day: date
    amounts: Amounts
    size: int


def run_candidates(
    compiled: Compiled,
    columns: Sequence[str],
    blocks: Sequence[Block],
    *,
    effects: Effects,
    facts: pl.DataFrame,
) -> pl.DataFrame:
    """The wanted columns of a version for every candidate, block after block.

    ``facts`` are those of one company, as if nothing were done.
    """
    days = sorted({block.day for block in blocks})
    base = _base_snapshot(compiled, days, effects, facts)
    place = {day: number for number, day in enumerate(days)}
    at = np.repeat([place[block.day] for block in blocks], [block.size for block in blocks])
    before = _Before(base, place)
    moved = [
        _move_column(column, blocks, effects, before)
        for column in sorted(compiled.inputs)
        if _is_movable(column, effects)
    ]
    frame = base[at.tolist()].with_columns(moved)
    return compiled.plan.run(frame, tuple(columns)).select(columns)


def _base_snapshot(
    compiled: Compiled, days: Sequence[date], effects: Effects, facts: pl.DataFrame
) -> pl.DataFrame:
    caps = effects.levers.caps
    named = (column.rpartition(".") for column in compiled.inputs)
    capping = {f"{caps[fact]}.{year}" for fact, _, year in named if fact in caps}
    columns = sorted({*compiled.inputs, *capping})
    dossiers = [open_dossier(facts, effects.facts, as_of=day) for day in days]
    return pl.DataFrame(
        [dossier.take(columns) for dossier in dossiers], schema=dossiers[0].schema(columns)
    )


def _is_movable(column: str, effects: Effects) -> bool:
    fact = column.rpartition(".")[0]
    return any(fact in lever.effects for lever in effects.levers.levers)


class _Before:
    """The figures of each day before anything is done; missing ones are not a number."""

    def __init__(self, base: pl.DataFrame, place: Mapping[date, int]) -> None:
        self._place = place
        numeric = base.select(cs.numeric().cast(pl.Float64).fill_null(float("nan")))
        self._columns = dict(zip(numeric.columns, numeric.to_numpy().T, strict=True))

    def value(self, column: str, day: date) -> float:
        return float(self._columns[column][self._place[day]])


def _move_column(
    column: str, blocks: Sequence[Block], effects: Effects, before: _Before
) -> pl.Series:
    parts = [_move_block(column, block, effects, before) for block in blocks]
    return pl.Series(column, np.concatenate(parts), nan_to_null=True)


def _move_block(
    column: str, block: Block, effects: Effects, before: _Before
) -> NDArray[np.float64]:
    fact, _, year = column.rpartition(".")

    def value_of(name: str) -> NDArray[np.float64]:
        return np.full(block.size, before.value(f"{name}.{year}", block.day))

    fiscal_year = fiscal_year_of(column, block.day)
    return effects.move(fact, value_of, block.amounts, fiscal_year=fiscal_year, day=block.day)
