"""How far companies are from a verdict: what is short of each criterion as a share.

0 is met; a criterion adds what is short as a share of what is required (a date: in years),
at most 1, and 1 where there is no figure, such as a yes that is a no. Of alternatives the
nearest counts. It orders a worklist and says nothing about cost: that is for ``path``.
"""

import polars as pl

from terrace.criteria.results import Result
from terrace.rules.columns import ColumnPlan
from terrace.rules.criteria import CompareDate, Criterion, Together
from terrace.rules.standing import Applied

_DAYS_OF_YEAR = 365.0


def measure_distance(applied: Applied) -> pl.Series:
    """The distance of every company from being met (applied with its figures)."""
    version, plan = applied.version, applied.compiled.plan
    listed = (*((version.scope,) if version.scope else ()), *version.criteria)
    distances = [_distance(plan, criterion) for criterion in listed]
    return applied.frame.select(distance=pl.sum_horizontal(distances)).to_series()


def _distance(plan: ColumnPlan, criterion: Criterion) -> pl.Expr:
    is_unmet = pl.col(f"result:{criterion.id}") == Result.UNMET.value
    return pl.when(is_unmet).then(_shortfall(plan, criterion)).otherwise(0.0)


def _shortfall(plan: ColumnPlan, criterion: Criterion) -> pl.Expr:
    if isinstance(criterion.test, Together):
        parts = [_distance(plan, part) for part in criterion.test.of]
        if criterion.test.kind == "all_of":
            return pl.sum_horizontal(parts)
        return _nearest(criterion, parts)
    if f"gap:{criterion.id}" not in plan.columns:
        return pl.lit(1.0)
    observed, required = (pl.col(f"{name}:{criterion.id}") for name in ("observed", "required"))
    whole = _DAYS_OF_YEAR if isinstance(criterion.test, CompareDate) else required.abs()
    share = (required - observed).abs() / whole
    return pl.when(share.is_finite()).then(share.clip(0.0, 1.0)).otherwise(1.0)


def _nearest(criterion: Criterion, parts: list[pl.Expr]) -> pl.Expr:
    """Of alternatives that are unmet the nearest; of a count, the nearest of each that lacks."""
    assert isinstance(criterion.test, Together)
    unmet = [
        pl.when(pl.col(f"result:{part.id}") == Result.UNMET.value).then(distance)
        for part, distance in zip(criterion.test.of, parts, strict=True)
    ]
    nearest = pl.min_horizontal(unmet)
    if criterion.test.kind == "any_of":
        return nearest
    return nearest * pl.col(f"gap:{criterion.id}")
