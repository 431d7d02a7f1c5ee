"""Scores as columns: ``low:ID``, ``high:ID`` and ``missing:ID``.

``missing`` says that the interval is open because data is missing; an interval
that is open without it waits for an expert.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from terrace.criteria.results import Result, literal
from terrace.rules.columns import ColumnPlan
from terrace.rules.criteria import Criterion
from terrace.rules.formulas import add_measure
from terrace.rules.measures import Catalog
from terrace.rules.scores import (
    Bands,
    Best,
    Cases,
    Choices,
    JudgedPoints,
    Points,
    Score,
    Sum,
)
from terrace.rules.thresholds import FigureBook, compare


@dataclass(frozen=True, slots=True)
class Interval:
    """Points from low to high; ``missing``: open because data is missing."""

    low: pl.Expr
    high: pl.Expr
    missing: pl.Expr


@dataclass(frozen=True, slots=True)
class Bench:
    """What scores and criteria are compiled with."""

    plan: ColumnPlan
    catalog: Catalog
    book: FigureBook
    with_illustrative: bool
    mode: str


AddCriterion = Callable[[Bench, Criterion], pl.Expr]


def add_score(bench: Bench, score: Score, add_criterion: AddCriterion) -> Interval:
    """Add a score's columns to the plan, and those of the scores within it."""
    interval = _compile_body(bench, score, add_criterion)
    if score.status == "illustrative" and not bench.with_illustrative:
        interval = Interval(pl.lit(0.0), interval.high, pl.lit(False))
    low = bench.plan.add(f"low:{score.id}", interval.low.cast(pl.Float64))
    high = bench.plan.add(f"high:{score.id}", interval.high.cast(pl.Float64))
    # What is missing does not matter where it changes no points.
    missing = bench.plan.add(f"missing:{score.id}", interval.missing & (low < high))
    return Interval(low, high, missing)


def _compile_body(bench: Bench, score: Score, add_criterion: AddCriterion) -> Interval:
    match score.body:
        case Bands():
            return _add_bands(bench, score.id, score.body)
        case Cases():
            return _add_cases(bench, score.id, score.body, add_criterion)
        case Choices():
            return _add_choices(bench, score.id, score.body)
        case JudgedPoints():
            return _add_judged(bench, score.id, score.body)
        case Sum():
            return _add_sum(bench, score.id, score.body, add_criterion)
        case Best():
            parts = [add_score(bench, part, add_criterion) for part in score.body.of]
            return Interval(
                pl.max_horizontal(*(part.low for part in parts)),
                pl.max_horizontal(*(part.high for part in parts)),
                pl.any_horizontal(*(part.missing for part in parts)),
            )


def _take_points(bench: Bench, path: str, points: Points) -> Interval:
    if points.low == points.high:
        value = bench.book.take(f"{path}.points", points.low, "points")
        return Interval(value, value, pl.lit(False))
    low = bench.book.take(f"{path}.points.low", points.low, "points")
    high = bench.book.take(f"{path}.points.high", points.high, "points")
    return Interval(low, high, pl.lit(False))


def _add_bands(bench: Bench, score_id: str, bands: Bands) -> Interval:
    measure = add_measure(bench.plan, bench.catalog, bands.measure)
    unit = bench.catalog.unit_of(bands.measure)
    cascade: list[tuple[pl.Expr, Interval]] = []
    for number, step in enumerate(bands.steps[:-1]):
        path = f"{score_id}.{number}"
        assert step.relation is not None
        edge = bench.book.take(f"{path}.{step.relation}", step.edge, unit)
        points = _take_points(bench, path, step.points)
        cascade.append((compare(step.relation, measure, edge), points))
    last = _take_points(bench, f"{score_id}.{len(bands.steps) - 1}", bands.steps[-1].points)
    return _span_if_missing(measure, _take_first(cascade, last), [p for _, p in cascade] + [last])


def _take_first(cascade: Sequence[tuple[pl.Expr, Interval]], last: Interval) -> Interval:
    taken = last
    for condition, points in reversed(cascade):
        taken = Interval(
            pl.when(condition).then(points.low).otherwise(taken.low),
            pl.when(condition).then(points.high).otherwise(taken.high),
            pl.lit(False),
        )
    return taken


def _span_if_missing(measure: pl.Expr, taken: Interval, all_points: list[Interval]) -> Interval:
    missing = measure.is_null()
    lowest = pl.min_horizontal(*(points.low for points in all_points))
    highest = pl.max_horizontal(*(points.high for points in all_points))
    return Interval(
        pl.when(missing).then(lowest).otherwise(taken.low),
        pl.when(missing).then(highest).otherwise(taken.high),
        missing,
    )


def _add_cases(bench: Bench, score_id: str, cases: Cases, add_criterion: AddCriterion) -> Interval:
    taken = _take_points(bench, f"{score_id}.otherwise", cases.otherwise)
    for number, (criterion, points) in reversed(list(enumerate(cases.cases))):
        given = _take_points(bench, f"{score_id}.{number}", points)
        taken = _take_if(add_criterion(bench, criterion), given, taken)
        name = f"{score_id}.{number}"
        taken = Interval(
            bench.plan.add(f"low:{name}", taken.low),
            bench.plan.add(f"high:{name}", taken.high),
            bench.plan.add(f"missing:{name}", taken.missing),
        )
    return taken


def _take_if(result: pl.Expr, given: Interval, otherwise: Interval) -> Interval:
    """The given points where met, the others where not, both together where it is open."""
    is_met = result == literal(Result.MET)
    is_open = result.is_in([Result.UNKNOWN.value, Result.NEEDS_JUDGEMENT.value])
    return Interval(
        _choose(is_met, is_open, given.low, otherwise.low, pl.min_horizontal),
        _choose(is_met, is_open, given.high, otherwise.high, pl.max_horizontal),
        ~is_met & (otherwise.missing | (result == literal(Result.UNKNOWN))),
    )


def _choose(
    is_met: pl.Expr,
    is_open: pl.Expr,
    given: pl.Expr,
    otherwise: pl.Expr,
    join: Callable[[pl.Expr, pl.Expr], pl.Expr],
) -> pl.Expr:
    return (
        pl.when(is_met).then(given).when(is_open).then(join(given, otherwise)).otherwise(otherwise)
    )


def _add_choices(bench: Bench, score_id: str, choices: Choices) -> Interval:
    fact = add_measure(bench.plan, bench.catalog, choices.fact)
    given = [(v, _take_points(bench, f"{score_id}.{v}", p)) for v, p in choices.points]
    cascade = [(fact == value, points) for value, points in given[:-1]]
    taken = _take_first(cascade, given[-1][1])
    spanned = _span_if_missing(fact, taken, [points for _, points in given])
    if not bench.catalog.facts[choices.fact].is_judged:
        return spanned
    return Interval(spanned.low, spanned.high, pl.lit(False))


def _add_judged(bench: Bench, score_id: str, judged: JudgedPoints) -> Interval:
    fact = add_measure(bench.plan, bench.catalog, judged.fact)
    low = bench.book.take(f"{score_id}.min", judged.bounds.low, "points")
    high = bench.book.take(f"{score_id}.max", judged.bounds.high, "points")
    given = pl.max_horizontal(low, pl.min_horizontal(fact, high))
    is_given = fact.is_not_null()
    return Interval(
        pl.when(is_given).then(given).otherwise(low),
        pl.when(is_given).then(given).otherwise(high),
        pl.lit(False),
    )


def _add_sum(bench: Bench, score_id: str, body: Sum, add_criterion: AddCriterion) -> Interval:
    parts = [add_score(bench, part, add_criterion) for part in body.of]
    low = pl.sum_horizontal(*(part.low for part in parts))
    high = pl.sum_horizontal(*(part.high for part in parts))
    missing = pl.any_horizontal(*(part.missing for part in parts))
    if body.cap is None:
        return Interval(low, high, missing)
    cap = bench.book.take(f"{score_id}.cap", body.cap, "points")
    return Interval(pl.min_horizontal(low, cap), pl.min_horizontal(high, cap), missing)
