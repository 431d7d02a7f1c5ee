"""A small mixed-integer program, solved by HiGHS as SciPy carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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


ZERO, ONE = Linear(0.0), Linear(1.0)


@dataclass(slots=True)
class Program:
    """Variables from 0 to ``upper`` (at most 1) with costs, and constraints; minimises costs."""

    costs: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[Mapping[int, float], float]] = field(default_factory=list)

    def add_variable(self, *, cost: float = 0.0, upper: float = 1.0, whole: bool = False) -> Linear:
        """A new variable."""
        self.costs.append(cost)
        self.uppers.append(upper)
        self.whole.append(whole)
        return Linear(0.0, {len(self.costs) - 1: 1.0})

    def require_at_least(self, left: Linear, right: Linear) -> None:
        """Add ``left >= right``."""
        difference = left + right.scaled(-1.0)
        self.rows.append((difference.terms, -difference.constant))

    def require_equal(self, left: Linear, right: Linear) -> None:
        """Add ``left = right``."""
        self.require_at_least(left, right)
        self.require_at_least(right, left)

    def solve(self) -> NDArray[np.float64] | None:
        """The values of a least-cost solution; None where it is proven that there is none.

        Raises:
            TerraceError: the solver gave up.
        """
        # SciPy takes a while to load, and most commands never solve anything.
        from scipy.optimize import Bounds, LinearConstraint, milp

        if any(not terms and low > 1e-9 for terms, low in self.rows):
            return None
        lows = np.array([low for _, low in self.rows])
        found = milp(
            np.array(self.costs),
            integrality=np.array(self.whole, dtype=np.int64),
            bounds=Bounds(0.0, np.array(self.uppers)),
            constraints=[LinearConstraint(self._matrix(), lows, np.inf)] if self.rows else [],
            options={"mip_rel_gap": 1e-7, "time_limit": 60.0},
        )
        if found.status == 2:
            return None
        if found.status != 0 or found.x is None:
            raise TerraceError(
                f"the solver stopped without an answer ({found.message}); "
                "ask for a nearer deadline or give the levers fewer steps"
            )
        return np.asarray(found.x, dtype=np.float64)

    def _matrix(self) -> "csr_matrix[np.float64]":
        """One row per constraint, one column per variable."""
        from scipy.sparse import csr_matrix

        counts = [len(terms) for terms, _ in self.rows]
        columns = np.fromiter((v for terms, _ in self.rows for v in terms), np.int64)
        factors = np.fromiter((f for terms, _ in self.rows for f in terms.values()), np.float64)
        places = np.concatenate([[0], np.cumsum(counts)])
        shape = (len(self.rows), len(self.costs))
        return csr_matrix((factors, columns, places), shape=shape)
