"""The choices of a plan as variables: one amount per lever and year, and their combinations."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from terrace.rules.path.horizon import Choice, Horizon
from terrace.rules.path.levers import Lever
from terrace.rules.path.problem import Problem
from terrace.rules.path.program import ONE, Linear, Program, total
from terrace.rules.path.tables import Table


@dataclass(slots=True, eq=False)
class ChoiceBook:
    """One truth variable per amount of a choice, of which exactly one holds."""

    program: Program
    problem: Problem
    is_free: bool
    picks: dict[Choice, list[Linear]] = field(default_factory=dict)
    combinations: dict[tuple[Choice, ...], list[Linear]] = field(default_factory=dict)

    def add_levers(self) -> None:
        """Add every lever in every year; what lasts never falls."""
        for lever in self.problem.effects.levers.levers:
            for year in self.problem.horizon.years:
                self._add_choice(lever, year)

    def _add_choice(self, lever: Lever, year: int) -> None:
        horizon = self.problem.horizon
        price = 0.0 if self.is_free else price_of(lever, year, horizon)
        amounts = self.problem.grid[lever.id]
        most = most_in(lever, year, horizon, amounts)
        self.picks[lever.id, year] = [
            self.program.add_variable(cost=price * a, upper=float(a <= most), whole=True)
            for a in amounts
        ]
        self.program.require_equal(total(self.picks[lever.id, year]), ONE)
        if lever.lasts and year > horizon.years[0]:
            now, before = self._share(lever, year), self._share(lever, year - 1)
            self.program.require_at_least(now, before)

    def _share(self, lever: Lever, year: int) -> Linear:
        """The chosen place on the grid, from 0 to 1."""
        picks = self.picks[lever.id, year]
        return total([pick.scaled(n / len(picks)) for n, pick in enumerate(picks)])

    def weigh(self, table: Table, weights: NDArray[np.float64]) -> Linear:
        """The weight of whatever is chosen, given one for each row of the table."""
        base = float(weights.min())
        over = weights - base
        if not over.any():
            return Linear(base)
        rows = self._rows_of(table.choices)
        return Linear(base) + total([rows[n].scaled(over[n]) for n in np.flatnonzero(over)])

    def _rows_of(self, choices: tuple[Choice, ...]) -> list[Linear]:
        if len(choices) == 1:
            return self.picks[choices[0]]
        if choices not in self.combinations:
            self.combinations[choices] = self._combine(choices)
        return self.combinations[choices]

    def _combine(self, choices: tuple[Choice, ...]) -> list[Linear]:
        """One variable per combination, tied to the picks by its sums over all others.

        With whole picks the combinations come out whole by themselves.
        """
        shape = [len(self.picks[choice]) for choice in choices]
        rows = [self.program.add_variable() for _ in range(int(np.prod(shape)))]
        places = np.arange(len(rows)).reshape(shape)
        for axis, choice in enumerate(choices):
            for number, pick in enumerate(self.picks[choice]):
                chosen = np.take(places, number, axis=axis).ravel()
                self.program.require_equal(total([rows[n] for n in chosen]), pick)
        return rows


def price_of(lever: Lever, year: int, horizon: Horizon) -> float:
    """Yuan per unit of what is chosen for a year.

    What lasts is paid once, so its last year carries that cost; its yearly cost is paid
    for the part of each year that the plan covers.
    """
    if not lever.lasts:
        return lever.cost + lever.cost_per_year
    once = lever.cost if year == horizon.years[-1] else 0.0
    return once + lever.cost_per_year * horizon.share_of(year)


def most_in(lever: Lever, year: int, horizon: Horizon, amounts: NDArray[np.float64]) -> float:
    """The most that fits into a year: of a yearly amount, in a broken year its share."""
    left = (horizon.begins(year).replace(month=12, day=31) - horizon.begins(year)).days + 1
    return float(amounts[-1]) * (1.0 if lever.lasts else min(1.0, left / 365))
