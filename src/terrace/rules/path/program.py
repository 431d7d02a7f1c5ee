"""A small mixed-integer program, solved by HiGHS as SciPy carries it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terrace.errors import TerraceError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class Linear:
    """A constant and variables with their factors."""

    constant: float = 0.0
    terms: Mapping[int, float] = field(default_factory=dict)

    def __add__(self, other: "Linear") -> "Linear":
        terms = dict(self.terms)
        for variable, factor in other.terms.items():
            terms[variable] = terms.get(variable, 0.0) + factor
        return Linear(self.constant + other.constant, terms)

    def scaled(self, factor: float) -> "Linear":
        """This times a number."""
        return Linear(self.constant * factor, {v: f * factor for v, f in self.terms.items()})


def total(parts: "list[Linear]") -> Linear:
    """The sum of the parts."""
    terms: dict[int, float] = {}
    for part in parts:
        for variable, factor in part.terms.items():
            terms[variable] = terms.get(variable, 0.0) + factor
    return Linear(sum(part.constant for part in parts), terms)


GAP = 1e-7
"""How far, as a share of its cost, a solution may be from the cheapest one."""
Row = tuple[Mapping[int, float], float, float]
"""A constraint: variables with their factors, the least and the most of their sum."""
ZERO, ONE = Linear(0.0), Linear(1.0)


@dataclass(slots=True)
class Program:
    """Variables from 0 to ``upper`` (at most 1) with costs, and constraints; minimises costs."""

    costs: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def add_variable(self, *, cost: float = 0.0, upper: float = 1.0, whole: bool = False) -> Linear:
        """A new variable."""
        self.costs.append(cost)
        self.uppers.append(upper)
        self.whole.append(whole)
        return Linear(0.0, {len(self.costs) - 1: 1.0})

    def require_at_least(self, left: Linear, right: Linear) -> None:
        """Add ``left >= right``."""
        self._constrain(left + right.scaled(-1.0), math.inf)

    def require_equal(self, left: Linear, right: Linear) -> None:
        """Add ``left = right``."""
        self._constrain(left + right.scaled(-1.0), 0.0)

    def _constrain(self, difference: Linear, most: float) -> None:
        """Let a sum lie between 0 and ``most``."""
        constant = difference.constant
        self.rows.append((difference.terms, -constant, most - constant))

    def cost_of(self, solution: NDArray[np.float64]) -> float:
        """What a solution costs."""
        return float(solution @ np.array(self.costs))

    def solve(
        self, *, without: Sequence[int] = (), below: float = math.inf
    ) -> NDArray[np.float64] | None:
        """The values of a least-cost solution; None where it is proven that there is none.

        Args:
            without: variables that have to be 0.
            below: what a solution has to cost less than.

        Raises:
            TerraceError: the solver gave up.
        """
        # SciPy takes a while to load, and most commands never solve anything.
        from scipy.optimize import Bounds, LinearConstraint, milp

        if any(_is_impossible(row) for row in self.rows):
            return None
        uppers = np.array(self.uppers)
        uppers[list(without)] = 0.0
        found = milp(
            np.array(self.costs),
            integrality=np.array(self.whole, dtype=np.int64),
            bounds=Bounds(0.0, uppers),
            constraints=[LinearConstraint(*part) for part in self._constraints(below)],
            options={"mip_rel_gap": GAP, "time_limit": 60.0},
        )
        if found.status == 2:
            return None
        if found.status != 0 or found.x is None:
            raise TerraceError(
                f"the solver stopped without an answer ({found.message}); "
                "ask for a nearer deadline or give the levers fewer steps"
            )
        return np.asarray(found.x, dtype=np.float64)

    def _constraints(self, below: float) -> Iterator[tuple[Any, Any, Any]]:
        """Matrices with the least and the most of their sums."""
        if self.rows:
            lows, highs = (np.array([row[place] for row in self.rows]) for place in (1, 2))
            yield self._matrix(), lows, highs
        if 0 < below < math.inf:
            yield np.array([self.costs]) / below, -math.inf, 1.0 - GAP

    def _matrix(self) -> "csr_matrix[np.float64]":
        """One row per constraint, one column per variable."""
        from scipy.sparse import csr_matrix

        counts = [len(terms) for terms, *_ in self.rows]
        columns = np.fromiter((v for terms, *_ in self.rows for v in terms), np.int64)
        factors = np.fromiter((f for terms, *_ in self.rows for f in terms.values()), np.float64)
        places = np.concatenate([[0], np.cumsum(counts)])
        shape = (len(self.rows), len(self.costs))
        return csr_matrix((factors, columns, places), shape=shape)


def _is_impossible(row: Row) -> bool:
    """Whether it asks of nothing at all to be something."""
    terms, low, high = row
    return not terms and (low > 1e-9 or high < -1e-9)
