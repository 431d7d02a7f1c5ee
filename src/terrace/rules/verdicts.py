"""Criteria as columns: ``result:ID``, ``observed:ID``, ``required:ID``, ``gap:ID``, and the whole.

An illustrative criterion is computed, but in a verdict it only says that somebody has
to judge, unless illustrative figures were asked for.
"""

import dataclasses
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from terrace.criteria.results import (
    Result,
    all_of_columns,
    any_of_columns,
    literal,
    result_of,
)
from terrace.rules.columns import ColumnPlan
from terrace.rules.criteria import (
    Band,
    Banded,
    Compare,
    CompareDate,
    ComparePoints,
    Criterion,
    Day,
    Judged,
    Mode,
    OneOf,
    Together,
)
from terrace.rules.formulas import add_measure, fact_column
from terrace.rules.points import Bench, add_score
from terrace.rules.rulebook import Rulebook
from terrace.rules.thresholds import Figure, FigureBook, compare, is_floor, shortfall
from terrace.rules.versions import Version

VERDICT = "result"


@dataclass(frozen=True, eq=False)
class Compiled:
    """A version ready to run over a snapshot, and the figures in it."""

    plan: ColumnPlan
    figures: tuple[Figure, ...]

    @functools.cached_property
    def inputs(self) -> frozenset[str]:
        """The snapshot columns it reads."""
        own = {figure.column for figure in self.figures} | {"as_of"}
        return self.plan.inputs - own

    @functools.cached_property
    def ordered_inputs(self) -> tuple[str, ...]:
        """The snapshot columns it reads, in order."""
        return tuple(sorted(self.inputs))

    @functools.cache  # noqa: B019
    def list_inputs_of(self, criterion_id: str) -> tuple[str, ...]:
        """The snapshot columns that a criterion's result depends on, in order."""
        return tuple(sorted(self.plan.inputs_of(f"result:{criterion_id}") & self.inputs))


def compile_version(
    rulebook: Rulebook,
    version: Version,
    *,
    mode: Mode,
    with_illustrative: bool = False,
    figures_are_parameters: bool = False,
) -> Compiled:
    """The columns of a version in one mode; compiled once.

    Raises:
        CriteriaError: a formula of a measure is none; with its line.
    """
    return _compile(rulebook, version, mode, with_illustrative, figures_are_parameters)


@functools.lru_cache(maxsize=256)
def _compile(
    rulebook: Rulebook,
    version: Version,
    mode: Mode,
    with_illustrative: bool,
    figures_are_parameters: bool,
) -> Compiled:
    plan = ColumnPlan()
    book = FigureBook(plan, figures_are_parameters)
    bench = Bench(plan, rulebook.catalog, book, with_illustrative, mode)
    for score in version.scores:
        add_score(bench, score, add_criterion)
    parts = [add_criterion(bench, criterion) for criterion in version.criteria]
    plan.add("all_of", all_of_columns(*parts))
    plan.add(VERDICT, _within_scope(bench, version))
    return Compiled(plan, tuple(book.figures.values()))


def _within_scope(bench: Bench, version: Version) -> pl.Expr:
    if version.scope is None:
        return pl.col("all_of")
    return _where_applicable(add_criterion(bench, version.scope), pl.col("all_of"))


def _where_applicable(applies: pl.Expr, result: pl.Expr) -> pl.Expr:
    """Out of scope is not applicable; an open scope is as open as it is, or unmet anyway."""
    is_out = applies.is_in([Result.UNMET.value, Result.NOT_APPLICABLE.value])
    within = pl.when(applies == literal(Result.MET)).then(result)
    return (
        pl.when(is_out)
        .then(literal(Result.NOT_APPLICABLE))
        .otherwise(within.otherwise(all_of_columns(applies, _open(result))))
    )


def _open(result: pl.Expr) -> pl.Expr:
    # Unmet within an open scope may turn out not applicable, so it is no more than open.
    return pl.when(result == literal(Result.UNMET)).then(literal(Result.UNKNOWN)).otherwise(result)


def add_criterion(bench: Bench, criterion: Criterion) -> pl.Expr:
    """Add a criterion's columns to the plan; what comes back is its part in a verdict."""
    is_kept_out = criterion.status == "illustrative" and not bench.with_illustrative
    # What is kept out is still computed by its own parts, kept out or not.
    inner = dataclasses.replace(bench, with_illustrative=True) if is_kept_out else bench
    result = _add_test(inner, criterion)
    if criterion.applies_when:
        result = _where_applicable(add_criterion(inner, criterion.applies_when), result)
    if criterion.only_in not in (None, bench.mode):
        result = literal(Result.NOT_APPLICABLE)
    own = bench.plan.add(f"result:{criterion.id}", result)
    if not is_kept_out:
        return own
    judged = pl.when(own != literal(Result.NOT_APPLICABLE)).then(literal(Result.NEEDS_JUDGEMENT))
    return bench.plan.add(f"counts:{criterion.id}", judged.otherwise(own))


def _add_test(bench: Bench, criterion: Criterion) -> pl.Expr:  # noqa: PLR0911
    match criterion.test:
        case Compare():
            return _add_comparison(bench, criterion.id, criterion.test)
        case ComparePoints():
            return _add_points(bench, criterion.id, criterion.test)
        case Banded():
            return _add_banded(bench, criterion.id, criterion.test)
        case OneOf():
            return _add_membership(bench, criterion.test)
        case CompareDate():
            return _add_date(bench, criterion.id, criterion.test)
        case Judged():
            fact = add_measure(bench.plan, bench.catalog, criterion.test.fact)
            return (
                pl.when(fact.is_null())
                .then(literal(Result.NEEDS_JUDGEMENT))
                .otherwise(result_of(fact))
            )
        case Together():
            return _add_together(bench, criterion.id, criterion.test)


def _add_figures(
    bench: Bench, criterion_id: str, observed: pl.Expr, required: pl.Expr, gap: pl.Expr
) -> None:
    bench.plan.add(f"observed:{criterion_id}", observed.cast(pl.Float64))
    bench.plan.add(f"required:{criterion_id}", required.cast(pl.Float64))
    bench.plan.add(f"gap:{criterion_id}", gap.cast(pl.Float64))


def _add_comparison(bench: Bench, criterion_id: str, test: Compare) -> pl.Expr:
    observed = add_measure(bench.plan, bench.catalog, test.measure)
    unit = bench.catalog.unit_of(test.measure)
    threshold = bench.book.take(f"{criterion_id}.threshold", test.threshold, unit)
    gap = _gap(bench, test, observed, threshold)
    _add_figures(bench, criterion_id, observed, threshold, gap)
    return result_of(compare(test.relation, observed, threshold))


def _gap(bench: Bench, test: Compare | Banded, observed: pl.Expr, threshold: pl.Expr) -> pl.Expr:
    """What is short; of a quotient, in the unit of its numerator at the given denominator."""
    measure = bench.catalog.measures.get(test.measure)
    if measure is None or not measure.is_quotient:
        return shortfall(test.relation, observed, threshold)
    numerator = pl.col(fact_column(f"{measure.id}.numerator", 0))
    denominator = pl.col(fact_column(f"{measure.id}.denominator", 0))
    return shortfall(test.relation, numerator, threshold * denominator)


def _add_points(bench: Bench, criterion_id: str, test: ComparePoints) -> pl.Expr:
    low, high = pl.col(f"low:{test.score}"), pl.col(f"high:{test.score}")
    threshold = bench.book.take(f"{criterion_id}.threshold", test.threshold, "points")
    worst, best = (low, high) if is_floor(test.relation) else (high, low)
    _add_figures(bench, criterion_id, worst, threshold, shortfall(test.relation, worst, threshold))
    astride = pl.when(pl.col(f"missing:{test.score}")).then(literal(Result.UNKNOWN))
    return (
        pl.when(compare(test.relation, worst, threshold))
        .then(literal(Result.MET))
        .when(~compare(test.relation, best, threshold))
        .then(literal(Result.UNMET))
        .otherwise(astride.otherwise(literal(Result.NEEDS_JUDGEMENT)))
    )


def _add_banded(bench: Bench, criterion_id: str, test: Banded) -> pl.Expr:
    observed = add_measure(bench.plan, bench.catalog, test.measure)
    by = add_measure(bench.plan, bench.catalog, test.by)
    bands = _take_bands(bench, criterion_id, test)
    required = bands[-1][1]
    for edge, threshold in reversed(bands[:-1]):
        required = pl.when(compare("at_most", by, edge)).then(threshold).otherwise(required)
    required = bench.plan.add(f"band:{criterion_id}", pl.when(by.is_not_null()).then(required))
    _add_figures(bench, criterion_id, observed, required, _gap(bench, test, observed, required))
    holds = [compare(test.relation, observed, threshold) for _, threshold in bands]
    # With the other measure missing, the result is known where every band says the same.
    anyway = (
        pl.when(pl.all_horizontal(*holds)).then(True).when(~pl.any_horizontal(*holds)).then(False)
    )
    within = compare(test.relation, observed, required)
    return result_of(pl.when(by.is_null()).then(anyway).otherwise(within))


def _take_bands(bench: Bench, criterion_id: str, test: Banded) -> list[tuple[pl.Expr, pl.Expr]]:
    units = bench.catalog.unit_of(test.measure), bench.catalog.unit_of(test.by)
    return [_take_band(bench, f"{criterion_id}.{n}", b, units) for n, b in enumerate(test.bands)]


def _take_band(
    bench: Bench, path: str, band: Band, units: tuple[str, str]
) -> tuple[pl.Expr, pl.Expr]:
    threshold = bench.book.take(f"{path}.threshold", band.threshold, units[0])
    if band.up_to is None:
        return pl.lit(None), threshold
    return bench.book.take(f"{path}.up_to", band.up_to, units[1]), threshold


def _add_membership(bench: Bench, test: OneOf) -> pl.Expr:
    fact = add_measure(bench.plan, bench.catalog, test.fact)
    holds = pl.any_horizontal(*(fact == value for value in test.values))
    if not bench.catalog.facts[test.fact].is_judged:
        return result_of(holds)
    return pl.when(fact.is_null()).then(literal(Result.NEEDS_JUDGEMENT)).otherwise(result_of(holds))


def _add_date(bench: Bench, criterion_id: str, test: CompareDate) -> pl.Expr:
    fact = add_measure(bench.plan, bench.catalog, test.fact).cast(pl.Int32)
    shift = bench.book.take(f"{criterion_id}.threshold", 0.0, "days").cast(pl.Int32)
    day = day_expression(test.day).cast(pl.Int32) + shift
    is_after = test.relation == "on_or_after"
    gap = pl.max_horizontal(day - fact if is_after else fact - day, 0)
    _add_figures(bench, criterion_id, fact, day, pl.when(fact.is_not_null()).then(gap))
    return result_of(fact >= day if is_after else fact <= day)


def day_expression(day: Day) -> pl.Expr:
    """The day as a date expression over ``as_of``."""
    if day.fixed is not None:
        return pl.lit(day.fixed, dtype=pl.Date)
    as_of = pl.col("as_of")
    return as_of.dt.offset_by(day.offset) if day.offset else as_of


def date_of_days(days: float) -> date:
    """A date from its column of figures (days since 1970-01-01)."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + int(days))


def _add_together(bench: Bench, criterion_id: str, test: Together) -> pl.Expr:
    parts = [add_criterion(bench, part) for part in test.of]
    if test.kind == "all_of":
        return all_of_columns(*parts)
    if test.kind == "any_of":
        return any_of_columns(*parts)
    need = bench.book.take(f"{criterion_id}.need", float(test.need), "count")
    met = _count(parts, Result.MET)
    gap = pl.max_horizontal(need - met, 0.0)
    _add_figures(bench, criterion_id, met, need, gap)
    return _count_results(parts, need)


def _count(parts: Sequence[pl.Expr], *results: Result) -> pl.Expr:
    counted = [part.is_in([result.value for result in results]) for part in parts]
    return pl.sum_horizontal(*(one.cast(pl.Float64) for one in counted))


def _count_results(parts: Sequence[pl.Expr], need: pl.Expr) -> pl.Expr:
    """Met, to be judged, unknown or unmet as enough parts are, or may turn out, met."""
    judged = _count(parts, Result.MET, Result.NEEDS_JUDGEMENT)
    possible = _count(parts, Result.MET, Result.NEEDS_JUDGEMENT, Result.UNKNOWN)
    return (
        pl.when(_count(parts, Result.NOT_APPLICABLE) == len(parts))
        .then(literal(Result.NOT_APPLICABLE))
        .when(_count(parts, Result.MET) >= need)
        .then(literal(Result.MET))
        .when(judged >= need)
        .then(literal(Result.NEEDS_JUDGEMENT))
        .when(possible >= need)
        .then(literal(Result.UNKNOWN))
        .otherwise(literal(Result.UNMET))
    )
