"""The rules engine over the grid: what each criterion and score says for every choice."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.errors import CriteriaError
from terrace.rules.path.candidates import Block, run_candidates
from terrace.rules.path.effects import Amounts, Effects, choices_of_columns
from terrace.rules.path.horizon import Choice
from terrace.rules.verdicts import Compiled

MAX_ROWS = 20_000
Grid = Mapping[str, NDArray[np.float64]]
"""The amounts to choose from by lever, 0 the first."""
Key = tuple[str, date]
"""A column and a day."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A column's values over the grid of the choices it depends on, the last one fastest."""

    choices: tuple[Choice, ...]
    values: NDArray[Any]


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
    if not columns:
        return {}
    wanted = _choices_wanted(compiled, columns, days, effects)
    for (column, day), choices in wanted.items():
        _check_size(column, day, choices, grid)
    keys = list(dict.fromkeys((day, choices) for (_, day), choices in wanted.items()))
    blocks = [
        Block(day, amounts_over(choices, grid), _size(choices, grid)) for day, choices in keys
    ]
    ran = run_candidates(compiled, columns, blocks, effects=effects, facts=facts)
    ends = np.cumsum([block.size for block in blocks])
    spans = {key: slice(end - b.size, end) for key, b, end in zip(keys, blocks, ends, strict=True)}
    values = {column: to_array(ran[column]) for column in columns}
    return {
        (column, day): Table(choices, values[column][spans[day, choices]])
        for (column, day), choices in wanted.items()
    }


def to_array(series: pl.Series) -> NDArray[Any]:
    """Results as texts, everything else as it is."""
    plain = series.cast(pl.String) if isinstance(series.dtype, pl.Enum) else series
    return np.asarray(plain.to_numpy())


def _choices_wanted(
    compiled: Compiled, columns: Sequence[str], days: Sequence[date], effects: Effects
) -> dict[Key, tuple[Choice, ...]]:
    inputs = {c: tuple(compiled.plan.inputs_of(c) & compiled.inputs) for c in columns}
    return {
        (column, day): choices_of_columns(effects, inputs[column], day)
        for column in columns
        for day in days
    }


def _size(choices: Sequence[Choice], grid: Grid) -> int:
    return math.prod(len(grid[lever]) for lever, _ in choices)


def _check_size(column: str, day: date, choices: Sequence[Choice], grid: Grid) -> None:
    rows = _size(choices, grid)
    if rows > MAX_ROWS:
        raise CriteriaError(
            f"'{column}' on {day} depends on {len(choices)} choices, {rows} candidates; "
            "give its levers fewer steps, or ask for a nearer deadline"
        )


def amounts_over(choices: Sequence[Choice], grid: Grid) -> Amounts:
    """Every combination of the amounts of some choices, the last one fastest."""
    if not choices:
        return {}
    sizes = [len(grid[lever]) for lever, _ in choices]
    indices = np.indices(sizes).reshape(len(sizes), -1)
    return {choice: grid[choice[0]][index] for choice, index in zip(choices, indices, strict=True)}
