"""What chosen amounts do to facts; the one place that says so, for tables and for checks."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terrace.rules.facts import Facts
from terrace.rules.path.horizon import Choice, Horizon, choices_counted
from terrace.rules.path.levers import Levers
from terrace.rules.path.outlook import newest_value

Amounts = Mapping[Choice, NDArray[np.float64]]
"""The amount of each lever in each year, one entry per candidate; none where absent."""


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """How levers move facts within a horizon."""

    levers: Levers
    horizon: Horizon
    facts: Facts

    def choices(self, fact: str, *, fiscal_year: int, day: date) -> tuple[Choice, ...]:
        """The choices on which the fact depends, its cap included."""
        own = [choice for choice, _ in self._parts(fact, fiscal_year, day)]
        if own and fact in self.levers.caps:
            cap = self.levers.caps[fact]
            own += [choice for choice, _ in self._parts(cap, fiscal_year, day)]
        return tuple(sorted(set(own)))

    def _parts(self, fact: str, fiscal_year: int, day: date) -> list[tuple[Choice, float]]:
        return [
            ((lever.id, year), lever.effects[fact])
            for lever in self.levers.levers
            if fact in lever.effects
            for year in choices_counted(
                self.horizon, lever, self.facts[fact], fiscal_year=fiscal_year, day=day
            )
        ]

    def move(
        self,
        fact: str,
        value_of: Callable[[str], NDArray[np.float64]],
        amounts: Amounts,
        *,
        fiscal_year: int,
        day: date,
    ) -> NDArray[np.float64]:
        """The fact after the chosen amounts; ``value_of`` gives facts without them.

        A fact never passes what caps it, unless it did so before.
        """
        base = value_of(fact)
        moved = self._add(fact, base, amounts, fiscal_year, day)
        cap = self.levers.caps.get(fact)
        if cap is None:
            return moved
        limit = self._add(cap, value_of(cap), amounts, fiscal_year, day)
        capped = np.minimum(moved, np.maximum(limit, base))
        return np.where(np.isnan(limit), moved, capped)

    def _add(
        self, fact: str, base: NDArray[np.float64], amounts: Amounts, fiscal_year: int, day: date
    ) -> NDArray[np.float64]:
        for choice, effect in self._parts(fact, fiscal_year, day):
            base = base + effect * amounts.get(choice, 0.0)
        return base


def apply_amounts(
    effects: Effects,
    rows: Mapping[int, Mapping[str, Any]],
    amounts: Mapping[Choice, float],
    *,
    day: date,
) -> dict[int, dict[str, Any]]:
    """The rows of a company as they stand on a day with these amounts chosen."""
    single = {choice: np.array([amount]) for choice, amount in amounts.items()}
    changed = {year: dict(row) for year, row in rows.items() if year <= day.year}
    for year, row in changed.items():
        for fact in _movable(effects, year, day):
            read = functools.partial(_read_plain, effects.facts, rows, year=year, day=day)
            (value,) = effects.move(fact, read, single, fiscal_year=year, day=day)
            if not np.isnan(value):
                row[fact] = float(value)
    return changed


def _movable(effects: Effects, year: int, day: date) -> list[str]:
    moved = {fact for lever in effects.levers.levers for fact in lever.effects}
    running = [f for f in moved if effects.facts[f].period != "current" or year == day.year]
    return sorted(f for f in running if effects.choices(f, fiscal_year=year, day=day))


def _read_plain(
    facts: Facts, rows: Mapping[int, Mapping[str, Any]], fact: str, year: int, day: date
) -> NDArray[np.float64]:
    """A fact of a year as it is in the rows; what holds until a newer value, as of the day."""
    if facts[fact].period == "current":
        value = newest_value(rows, fact, until=day.year)
    else:
        value = rows[year].get(fact)
    return np.array([np.nan if value is None else float(value)])


def fiscal_year_of(column: str, day: date) -> int:
    """The fiscal year of a snapshot column such as ``revenue.y1`` on a day."""
    _, _, year = column.rpartition(".")
    return day.year if year == "this" else day.year - 1 - int(year[1:])


def choices_of_columns(effects: Effects, columns: Sequence[str], day: date) -> tuple[Choice, ...]:
    """All choices on which snapshot columns depend on a day."""
    found: set[Choice] = set()
    for column in columns:
        fact = column.rpartition(".")[0]
        found.update(effects.choices(fact, fiscal_year=fiscal_year_of(column, day), day=day))
    return tuple(sorted(found))
