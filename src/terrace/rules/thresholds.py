"""Comparisons with thresholds, and the figures of a rulebook that they take.

A figure is a number of a rulebook. Compiled as parameters, figures become columns
of their own, so that one run can try many values of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from terrace.rules.columns import ColumnPlan
from terrace.rules.criteria import Relation

# Far below anything a fact can say, far above what adding and dividing floats can lose.
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a version: where it stands, its value and its unit."""

    path: str
    value: float
    unit: str

    @property
    def column(self) -> str:
        """The column that holds it where figures are parameters."""
        return f"figure:{self.path}"


@dataclass(slots=True)
class FigureBook:
    """Collects the figures of a version while it is compiled."""

    plan: ColumnPlan
    are_parameters: bool
    figures: dict[str, Figure] = field(default_factory=dict)

    def take(self, path: str, value: float, unit: str) -> pl.Expr:
        """The figure as an expression: a constant, or a column where figures are parameters."""
        figure = Figure(path, value, unit)
        self.figures[path] = figure
        return pl.col(figure.column) if self.are_parameters else pl.lit(value)


def compare(relation: Relation, observed: pl.Expr, threshold: pl.Expr) -> pl.Expr:
    """Whether the relation holds, exact but for the rounding of floats."""
    slack = TOLERANCE * pl.max_horizontal(pl.lit(1.0), threshold.abs())
    comparisons: Mapping[Relation, pl.Expr] = {
        "at_least": observed >= threshold - slack,
        "more_than": observed > threshold + slack,
        "at_most": observed <= threshold + slack,
        "less_than": observed < threshold - slack,
    }
    return comparisons[relation]


def is_floor(relation: Relation) -> bool:
    """Whether more of the measure helps."""
    return relation in ("at_least", "more_than")


def shortfall(relation: Relation, observed: pl.Expr, threshold: pl.Expr) -> pl.Expr:
    """How far the observed is from the threshold, 0 where it is not short."""
    short = threshold - observed if is_floor(relation) else observed - threshold
    slack = TOLERANCE * pl.max_horizontal(pl.lit(1.0), threshold.abs())
    return pl.when(short > slack).then(short).when(short.is_not_null()).then(0.0)
