"""Formulas of measures as columns over a snapshot of facts."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import polars as pl

from terrace.criteria.expressions import parse_condition, parse_expression
from terrace.criteria.tokens import FUNCTIONS, KEYWORDS, FactType, Source
from terrace.rules.columns import ColumnPlan
from terrace.rules.measures import NAME, WINDOW, Branch, Catalog, Measure


def fact_column(fact: str, years_ago: int) -> str:
    """The snapshot's column of a fact: ``years_ago`` 0 is the last closed year, -1 the running."""
    return f"{fact}.this" if years_ago < 0 else f"{fact}.y{years_ago}"


def add_measure(plan: ColumnPlan, catalog: Catalog, name: str, years_ago: int = 0) -> pl.Expr:
    """Add a fact's or measure's column to the plan.

    A quotient's parts stand beside it, as ``NAME.numerator.yN`` and ``NAME.denominator.yN``.
    """
    measure = catalog.measures.get(name)
    if measure is None:
        is_current = catalog.facts[name].period == "current"
        return pl.col(fact_column(name, 0 if is_current else years_ago))
    column = fact_column(name, years_ago)
    if column in plan.columns:
        return pl.col(column)
    if measure.is_quotient:
        _add_parts(plan, catalog, measure, years_ago)
    return plan.add(column, _write_branches(plan, catalog, measure, years_ago))


def _add_parts(plan: ColumnPlan, catalog: Catalog, measure: Measure, years_ago: int) -> None:
    branch = measure.branches[0]
    for part, formula in (("numerator", branch.numerator), ("denominator", branch.denominator)):
        value = _write_formula(plan, catalog, measure, formula, years_ago)
        plan.add(fact_column(f"{measure.id}.{part}", years_ago), value)


def _write_branches(
    plan: ColumnPlan, catalog: Catalog, measure: Measure, years_ago: int
) -> pl.Expr:
    """The value of the first branch that applies; missing where a 'when' before is missing."""
    value = pl.lit(None, dtype=pl.Float64)
    for branch in reversed(measure.branches):
        own = _write_branch(plan, catalog, measure, branch, years_ago)
        if not branch.when:
            value = own
            continue
        text, types = _add_terms(plan, catalog, branch.when, years_ago)
        when = parse_condition(text, types, where=measure.place).polars
        value = pl.when(when).then(own).when(when.not_()).then(value)
    return value


def _write_branch(
    plan: ColumnPlan, catalog: Catalog, measure: Measure, branch: Branch, years_ago: int
) -> pl.Expr:
    numerator = _write_formula(plan, catalog, measure, branch.numerator, years_ago)
    if not branch.denominator:
        return numerator
    denominator = _write_formula(plan, catalog, measure, branch.denominator, years_ago)
    return pl.when(denominator != 0).then(numerator / denominator)


def _write_formula(
    plan: ColumnPlan, catalog: Catalog, measure: Measure, formula: str, years_ago: int
) -> pl.Expr:
    text, types = _add_terms(plan, catalog, formula, years_ago)
    parsed = parse_expression(text, types, where=measure.place)
    if not parsed.dtype.is_numeric():
        Source(formula, measure.place).refuse("it is no figure", "calculate one from facts")
    return parsed.polars.cast(pl.Float64)


def _add_terms(
    plan: ColumnPlan, catalog: Catalog, formula: str, years_ago: int
) -> tuple[str, dict[str, FactType]]:
    """The formula with a column name for each of its terms, and their types."""
    types: dict[str, FactType] = {}

    def replace_window(match: re.Match[str]) -> str:
        column = _add_window(plan, catalog, match, years_ago)
        types[column] = "number" if match["of"] else catalog.type_of(match["back"] or match["now"])
        return column

    def replace_name(match: re.Match[str]) -> str:
        name = match["name"]
        if not name or name in types or name.lower() in KEYWORDS | FUNCTIONS:
            return match[0]
        column = _add_name(plan, catalog, name, years_ago)
        types[column] = "number" if name == "fiscal_years" else catalog.type_of(name)
        return column

    return NAME.sub(replace_name, WINDOW.sub(replace_window, formula)), types


def _add_name(plan: ColumnPlan, catalog: Catalog, name: str, years_ago: int) -> str:
    if name != "fiscal_years":
        (column,) = add_measure(plan, catalog, name, years_ago).meta.root_names()
        return column
    column = fact_column(name, years_ago)
    plan.add(column, (_year_at(years_ago) - _founding_year() + 1).cast(pl.Float64))
    return column


def _add_window(plan: ColumnPlan, catalog: Catalog, window: re.Match[str], years_ago: int) -> str:
    if not window["of"]:
        shift = int(window["ago"]) if window["ago"] else -1
        return _add_name(plan, catalog, window["back"] or window["now"], years_ago + shift)
    kind, years, up_to = window["kind"], int(window["over"]), bool(window["up_to"])
    reach = years + 1 if kind.endswith("growth") else years
    values = [add_measure(plan, catalog, window["of"], years_ago + k) for k in range(reach)]
    lived = [_existed(years_ago + k) if up_to else pl.lit(True) for k in range(reach)]
    name = f"{window['of']}.{kind.replace(' ', '_')}{'_up_to' if up_to else ''}{years}"
    column = fact_column(name, years_ago)
    plan.add(column, _WINDOWS[kind](values, lived))
    return column


def _year_at(years_ago: int) -> pl.Expr:
    return pl.col("as_of").dt.year() - 1 - years_ago


def _founding_year() -> pl.Expr:
    return pl.col(fact_column("founded", 0)).dt.year()


def _existed(years_ago: int) -> pl.Expr:
    """Whether the company existed in that year; yes where the founding is unknown."""
    return (_founding_year() <= _year_at(years_ago)).fill_null(True)


def _sum(values: Sequence[pl.Expr], lived: Sequence[pl.Expr]) -> pl.Expr:
    filled = _fill(values, lived, 0.0)
    total = filled[0]
    for value in filled[1:]:
        total = total + value
    return total


def _mean(values: Sequence[pl.Expr], lived: Sequence[pl.Expr]) -> pl.Expr:
    count = pl.sum_horizontal(*lived)
    return pl.when(count > 0).then(_sum(values, lived) / count)


def _lowest(values: Sequence[pl.Expr], lived: Sequence[pl.Expr]) -> pl.Expr:
    return _unless_missing(values, lived, pl.min_horizontal(*_fill(values, lived, None)))


def _highest(values: Sequence[pl.Expr], lived: Sequence[pl.Expr]) -> pl.Expr:
    return _unless_missing(values, lived, pl.max_horizontal(*_fill(values, lived, None)))


def _fill(
    values: Sequence[pl.Expr], lived: Sequence[pl.Expr], neutral: float | None
) -> list[pl.Expr]:
    pairs = zip(values, lived, strict=True)
    return [pl.when(alive).then(value).otherwise(neutral) for value, alive in pairs]


def _unless_missing(
    values: Sequence[pl.Expr], lived: Sequence[pl.Expr], window: pl.Expr
) -> pl.Expr:
    gaps = [v.is_null() & alive for v, alive in zip(values, lived, strict=True)]
    return pl.when(~pl.any_horizontal(*gaps) & pl.any_horizontal(*lived)).then(window)


def _growth(values: Sequence[pl.Expr], _lived: Sequence[pl.Expr]) -> pl.Expr:
    last, first, years = values[0], values[-1], len(values) - 1
    return pl.when((first > 0) & (last >= 0)).then((last / first).pow(1 / years) - 1)


def _mean_growth(values: Sequence[pl.Expr], _lived: Sequence[pl.Expr]) -> pl.Expr:
    ratios = [pl.when(before > 0).then(after / before) for after, before in pairwise(values)]
    return _sum(ratios, [pl.lit(True)] * len(ratios)) / len(ratios) - 1


_WINDOWS: dict[str, Callable[[Sequence[pl.Expr], Sequence[pl.Expr]], pl.Expr]] = {
    "sum": _sum,
    "mean": _mean,
    "lowest": _lowest,
    "highest": _highest,
    "growth": _growth,
    "mean growth": _mean_growth,
}
