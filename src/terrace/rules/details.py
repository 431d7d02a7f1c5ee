"""Criterion by criterion: what was observed, required and short, and what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from terrace.criteria.results import RESULT_TYPE, Result
from terrace.rules.criteria import CompareDate, ComparePoints, Criterion, Judged, Mode, OneOf
from terrace.rules.rulebook import Rulebook
from terrace.rules.standing import Applied, apply_rulebooks
from terrace.rules.verdicts import Compiled

DETAIL_SCHEMA = pl.Schema(
    {
        **dict.fromkeys(("company", "rulebook", "version", "mode"), pl.String()),
        "as_of": pl.Date(),
        **dict.fromkeys(("criterion", "clause", "status"), pl.String()),
        "result": RESULT_TYPE,
        **dict.fromkeys(("observed", "required", "gap"), pl.Float64()),
        "observed_text": pl.String(),
        "points_high": pl.Float64(),
        "missing": pl.String(),
    }
)
_OPEN = [Result.UNKNOWN.value, Result.NEEDS_JUDGEMENT.value]


def evaluate_criteria(
    rulebooks: Sequence[Rulebook],
    facts: pl.DataFrame,
    *,
    as_of: date,
    known_at: date | None = None,
    mode: Mode = "first",
    with_illustrative: bool = False,
) -> pl.DataFrame:
    """One row per company, rulebook and criterion, nested ones included; as ``evaluate``.

    Returns:
        company, rulebook, version, mode, as_of, criterion, clause, status, result;
        observed, required, gap (dates as days since 1970-01-01; the gap of a quotient in
        its numerator's unit); observed_text of texts, truths and dates; points_high of
        a score, whose low end is observed; missing: the empty inputs of an open result,
        such as ``revenue.y0``, joined by a space.
    """
    frames = [
        detail_criteria(applied, mode)
        for applied in apply_rulebooks(
            rulebooks,
            facts,
            as_of=as_of,
            known_at=known_at,
            mode=mode,
            with_illustrative=with_illustrative,
            with_figures=True,
        )
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=DETAIL_SCHEMA)


def detail_criteria(applied: Applied, mode: Mode) -> pl.DataFrame:
    """The criteria of one applied version (with its figures), as ``evaluate_criteria``."""
    criteria = applied.version.walk()
    frames = [_detail_criterion(applied, criterion, mode) for criterion in criteria]
    return pl.concat(frames).select(list(DETAIL_SCHEMA))


def _detail_criterion(applied: Applied, criterion: Criterion, mode: Mode) -> pl.DataFrame:
    constants = {
        "rulebook": applied.rulebook.id,
        "version": applied.version.id,
        "mode": mode,
        "criterion": criterion.id,
        "clause": criterion.clause,
        "status": criterion.status,
    }
    return applied.frame.select(
        "company",
        "as_of",
        *(pl.lit(value).alias(name) for name, value in constants.items()),
        pl.col(f"result:{criterion.id}").alias("result"),
        *(_figure(applied, criterion, name) for name in ("observed", "required", "gap")),
        _observed_text(criterion),
        _points_high(criterion),
        _missing(applied, criterion),
    )


def _figure(applied: Applied, criterion: Criterion, name: str) -> pl.Expr:
    column = f"{name}:{criterion.id}"
    if column not in applied.compiled.plan.columns:
        return pl.lit(None, dtype=pl.Float64).alias(name)
    return pl.col(column).alias(name)


def _observed_text(criterion: Criterion) -> pl.Expr:
    if isinstance(criterion.test, OneOf | Judged | CompareDate):
        return pl.col(f"{criterion.test.fact}.y0").cast(pl.String).alias("observed_text")
    return pl.lit(None, dtype=pl.String).alias("observed_text")


def _points_high(criterion: Criterion) -> pl.Expr:
    if isinstance(criterion.test, ComparePoints):
        return pl.col(f"high:{criterion.test.score}").alias("points_high")
    return pl.lit(None, dtype=pl.Float64).alias("points_high")


def _missing(applied: Applied, criterion: Criterion) -> pl.Expr:
    inputs = applied.compiled.list_inputs_of(criterion.id)
    empty = [pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in inputs]
    listed = pl.concat_str(empty, separator=" ", ignore_nulls=True) if empty else pl.lit("")
    is_open = pl.col(f"result:{criterion.id}").is_in(_OPEN)
    return pl.when(is_open).then(listed).otherwise(pl.lit("")).alias("missing")


def detail_row(
    compiled: Compiled, criterion: Criterion, values: Mapping[str, Any]
) -> dict[str, Any]:
    """One criterion of one company, as a row of ``evaluate_criteria`` has it.

    Args:
        compiled: the version.
        criterion: one of the version's criteria.
        values: the version's columns for the company, see ``ColumnPlan.run_row``.
    """
    result, test = values[f"result:{criterion.id}"], criterion.test
    fact = test.fact if isinstance(test, OneOf | Judged | CompareDate) else None
    return {
        "as_of": values["as_of"],
        "result": result,
        **{name: values.get(f"{name}:{criterion.id}") for name in ("observed", "required", "gap")},
        "observed_text": _write_plain(values[f"{fact}.y0"]) if fact else None,
        "points_high": values[f"high:{test.score}"] if isinstance(test, ComparePoints) else None,
        "missing": _list_missing(compiled, criterion, values) if result in _OPEN else "",
    }


def _write_plain(value: object) -> str | None:
    """As Polars casts to text."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _list_missing(compiled: Compiled, criterion: Criterion, values: Mapping[str, Any]) -> str:
    inputs = compiled.list_inputs_of(criterion.id)
    return " ".join(name for name in inputs if values[name] is None)
