"""The rules engine over the grid: what each criterion and score says for every choice it depends on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.errors import CriteriaError
from terrace.rules.path.effects import Amounts, Effects, choices_of_columns, fiscal_year_of
from terrace.rules.path.horizon import Choice
from terrace.rules.snapshot import take_snapshot
from terrace.rules.verdicts import Compiled

MAX_ROWS = 20_000
Grid = Mapping[str, NDArray[np.float64]]
"""The amounts to choose from by lever, 0 the first."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A column's values over the grid of the choices it depends on, the last one fastest."""

    choices: tuple[Choice, ...]
    values: NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Block:
    """Candidates of one day over one set of choices: rows ``start`` to ``stop``."""

    day: date
    choices: tuple[Choice, ...]
    start: int
    stop: int


Key = tuple[str, date]


def tabulate(
    compiled: Compiled,
    columns: Sequence[str],
    days: Sequence[date],
    *,
    effects: Effects,
    facts: pl.DataFrame,
    grid: Grid,
) -> dict[Key, Table]:
    """The tables of columns on days.

    Raises:
        CriteriaError: a column depends on so many choices that its table would be too large.
    """
    inputs = {column: _fact_inputs(compiled, column) for column in columns}
    wanted = {
        (column, day): choices_of_columns(effects, inputs[column], day)
        for column in columns
        for day in days
    }
    blocks = _lay_out(wanted, grid)
    frame = _fill_blocks(compiled, list(blocks.values()), effects, facts, grid)
    ran = compiled.plan.run(frame, tuple(columns))
    values = {column: ran[column].cast(_plain(ran[column])).to_numpy() for column in columns}
    return {
        (column, day): _cut(values[column], blocks[day, choices])
        for (column, day), choices in wanted.items()
    }


def _plain(series: pl.Series) -> pl.DataType:
    return pl.String() if isinstance(series.dtype, pl.Enum) else series.dtype


def _cut(values: NDArray[Any], block: _Block) -> Table:
    return Table(block.choices, values[block.start : block.stop])


def _fact_inputs(compiled: Compiled, column: str) -> tuple[str, ...]:
    return tuple(sorted(compiled.plan.inputs_of(column) & compiled.inputs))


def _lay_out(
    wanted: Mapping[Key, tuple[Choice, ...]], grid: Grid
) -> dict[tuple[date, tuple[Choice, ...]], _Block]:
    blocks: dict[tuple[date, tuple[Choice, ...]], _Block] = {}
    start = 0
    for (column, day), choices in wanted.items():
        if (day, choices) in blocks:
            continue
        rows = math.prod(len(grid[lever]) for lever, _ in choices)
        if rows > MAX_ROWS:
            raise CriteriaError(
                f"'{column}' on {day} depends on {len(choices)} choices, {rows} candidates; "
                "give its levers fewer steps, or ask for a nearer deadline"
            )
        blocks[day, choices] = _Block(day, choices, start, start + rows)
        start += rows
    return blocks


def _fill_blocks(
    compiled: Compiled,
    blocks: Sequence[_Block],
    effects: Effects,
    facts: pl.DataFrame,
    grid: Grid,
) -> pl.DataFrame:
    days = sorted({block.day for block in blocks})
    subjects = pl.DataFrame({"company": [facts["company"][0]] * len(days), "as_of": days})
    columns = {*compiled.inputs, *_caps_of(effects, compiled.inputs)}
    base = take_snapshot(facts, subjects, columns, effects.facts)
    place = {day: number for number, day in enumerate(days)}
    at = np.repeat([place[b.day] for b in blocks], [b.stop - b.start for b in blocks])
    frame = base[at.tolist()]
    moved = [_move_column(c, blocks, effects, base, place, grid) for c in sorted(compiled.inputs)]
    return frame.with_columns(column for column in moved if column is not None)


def _caps_of(effects: Effects, columns: frozenset[str]) -> set[str]:
    """The columns of the facts that cap others."""
    named = (column.rpartition(".") for column in columns)
    caps = effects.levers.caps
    return {f"{caps[fact]}.{year}" for fact, _, year in named if fact in caps}


def _move_column(
    column: str,
    blocks: Sequence[_Block],
    effects: Effects,
    base: pl.DataFrame,
    place: Mapping[date, int],
    grid: Grid,
) -> pl.Series | None:
    fact, _, year = column.rpartition(".")
    if not any(fact in lever.effects for lever in effects.levers.levers):
        return None
    parts = [
        _move_block(fact, year, block, effects, base[place[block.day]], grid) for block in blocks
    ]
    return pl.Series(column, np.concatenate(parts), nan_to_null=True)


def _move_block(
    fact: str, year: str, block: _Block, effects: Effects, base: pl.DataFrame, grid: Grid
) -> NDArray[np.float64]:
    def value_of(name: str) -> NDArray[np.float64]:
        value = base[f"{name}.{year}"][0]
        return np.full(block.stop - block.start, np.nan if value is None else value)

    fiscal_year = fiscal_year_of(f"{fact}.{year}", block.day)
    amounts = _amounts_of(block, grid)
    for choice in effects.choices(fact, fiscal_year=fiscal_year, day=block.day):
        if choice not in amounts:
            # This block's columns do not depend on the fact.
            return value_of(fact)
    return effects.move(fact, value_of, amounts, fiscal_year=fiscal_year, day=block.day)


def _amounts_of(block: _Block, grid: Grid) -> Amounts:
    sizes = [len(grid[lever]) for lever, _ in block.choices]
    indices = np.indices(sizes).reshape(len(sizes), -1)
    return {
        choice: grid[choice[0]][index]
        for choice, index in zip(block.choices, indices, strict=True)
    }
