"""A plan of named columns, each an expression over earlier ones, run level by level."""

import functools
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from terrace.rules.expression_reading import read_expression
from terrace.rules.kernels import Kernel, NotScalar


class ColumnPlan:
    """Columns to compute; what no column defines is an input of the plan."""

    def __init__(self) -> None:
        self.columns: dict[str, pl.Expr] = {}
        self._roots: dict[str, frozenset[str]] = {}

    def add(self, name: str, expression: pl.Expr) -> pl.Expr:
        """Define a column once; asked again, the first definition stands."""
        if name not in self.columns:
            self.columns[name] = expression
            self._roots[name] = frozenset(expression.meta.root_names())
        return pl.col(name)

    def inputs_of(self, name: str) -> frozenset[str]:
        """The inputs that a column depends on, however far down."""
        if name not in self.columns:
            return frozenset((name,))
        return frozenset().union(*(self.inputs_of(root) for root in self._roots[name]))

    @property
    def inputs(self) -> frozenset[str]:
        """All inputs of the plan."""
        needed = frozenset().union(*self._roots.values())
        return needed - set(self.columns)

    def run(self, frame: pl.DataFrame, wanted: Iterable[str]) -> pl.DataFrame:
        """The frame with the wanted columns and those on the way to them."""
        for names in self._levels(frozenset(wanted)):
            frame = frame.with_columns(self.columns[name].alias(name) for name in names)
        return frame

    def run_row(self, row: Mapping[str, Any], schema: Mapping[str, pl.DataType]) -> dict[str, Any]:
        """All columns for one row, the same as ``run`` gives, without starting Polars.

        Args:
            row: the value of every input.
            schema: the type of every input.
        """
        try:
            return self._run_kernels(row)
        except NotScalar:
            frame = pl.DataFrame([row], schema=dict(schema))
            return self.run(frame, tuple(self.columns)).row(0, named=True)

    def _run_kernels(self, row: Mapping[str, Any]) -> dict[str, Any]:
        if any(value != value for value in row.values()):  # noqa: PLR0124
            raise NotScalar("not a number")
        values = dict(row)
        for name, kernel in self._read_kernels():
            values[name] = kernel(values)
        return values

    @functools.cache  # noqa: B019
    def _read_kernels(self) -> tuple[tuple[str, Kernel], ...]:
        levels = self._levels(frozenset(self.columns))
        return tuple(
            (name, read_expression(self.columns[name])) for names in levels for name in names
        )

    @functools.cache  # noqa: B019
    def _levels(self, wanted: frozenset[str]) -> tuple[tuple[str, ...], ...]:
        depths: dict[str, int] = {}
        for name in sorted(wanted):
            self._measure_depth(name, depths)
        deepest = max(depths.values(), default=0)
        return tuple(_at_depth(depths, depth) for depth in range(1, deepest + 1))

    def _measure_depth(self, name: str, depths: dict[str, int]) -> int:
        if name not in self.columns:
            return 0
        if name not in depths:
            below = (self._measure_depth(root, depths) for root in self._roots[name])
            depths[name] = 1 + max(below, default=0)
        return depths[name]


def _at_depth(depths: Mapping[str, int], depth: int) -> tuple[str, ...]:
    return tuple(name for name, found in depths.items() if found == depth)
