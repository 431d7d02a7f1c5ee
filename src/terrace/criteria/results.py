"""The five results of a criterion and the one truth table that combines them.

The results stand on a chain: unmet < unknown < needs judgement < met. All-of
takes the lowest, any-of (its dual) the highest; a result that is not applicable
is neutral, and nothing applicable, or nothing at all, is not applicable.
A missing result counts as unknown, never as unmet.
"""

from collections.abc import Iterable
from enum import StrEnum

import polars as pl


class Result(StrEnum):
    """What came of a criterion; the codes are stable and may be stored."""

    UNMET = "unmet"
    UNKNOWN = "unknown"
    NEEDS_JUDGEMENT = "needs_judgement"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"


# In the order of the chain: the physical code of a column is its place on it.
RESULT_TYPE = pl.Enum([result.value for result in Result])
_PLACE = {result: place for place, result in enumerate(Result)}
_COUNT = len(Result)
_CODES = {place: result.value for result, place in _PLACE.items()}


def all_of(results: Iterable[Result]) -> Result:
    """All have to hold: the lowest on the chain of those applicable."""
    return min(results, key=_PLACE.__getitem__, default=Result.NOT_APPLICABLE)


def any_of(results: Iterable[Result]) -> Result:
    """One has to hold: the highest on the chain of those applicable."""
    applicable = (result for result in results if result is not Result.NOT_APPLICABLE)
    return max(applicable, key=_PLACE.__getitem__, default=Result.NOT_APPLICABLE)


def result_of(condition: pl.Expr) -> pl.Expr:
    """A truth value as a result: true is met, false unmet, missing unknown."""
    unmet = pl.when(condition.not_()).then(literal(Result.UNMET))
    return (
        pl.when(condition)
        .then(literal(Result.MET))
        .otherwise(unmet.otherwise(literal(Result.UNKNOWN)))
    )


def literal(result: Result) -> pl.Expr:
    """One result as an expression of ``RESULT_TYPE``."""
    return pl.lit(result.value, dtype=RESULT_TYPE)


def all_of_columns(*columns: pl.Expr) -> pl.Expr:
    """``all_of`` over result columns, row by row; of no columns: not applicable."""
    if not columns:
        return literal(Result.NOT_APPLICABLE)
    return _from_place(pl.min_horizontal(_place(column) for column in columns))


def any_of_columns(*columns: pl.Expr) -> pl.Expr:
    """``any_of`` over result columns, row by row; of no columns: not applicable."""
    if not columns:
        return literal(Result.NOT_APPLICABLE)
    return _from_height(pl.max_horizontal(_height(column) for column in columns))


def all_of_rows(column: pl.Expr) -> pl.Expr:
    """``all_of`` over the rows of a group; of no rows: not applicable."""
    return _from_place(_place(column).min().fill_null(_PLACE[Result.NOT_APPLICABLE]))


def any_of_rows(column: pl.Expr) -> pl.Expr:
    """``any_of`` over the rows of a group; of no rows: not applicable."""
    return _from_height(_height(column).max().fill_null(0))


def _place(column: pl.Expr) -> pl.Expr:
    typed = column.cast(RESULT_TYPE).fill_null(literal(Result.UNKNOWN))
    return typed.to_physical().cast(pl.UInt8)


def _from_place(place: pl.Expr) -> pl.Expr:
    return place.replace_strict(_CODES, return_dtype=RESULT_TYPE)


def _height(column: pl.Expr) -> pl.Expr:
    # Not applicable moves from the top of the chain to below it, so that it is neutral for max.
    return (_place(column) + 1) % _COUNT


def _from_height(height: pl.Expr) -> pl.Expr:
    return _from_place((height + _COUNT - 1) % _COUNT)
