"""One row by Python functions and by Polars: the same answers, or left to Polars."""

import math
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.criteria.expressions import parse_expression
from terrace.criteria.results import (
    RESULT_TYPE,
    Result,
    all_of_columns,
    any_of_columns,
    literal,
    result_of,
)
from terrace.rules.columns import ColumnPlan
from terrace.rules.expression_reading import read_expression
from terrace.rules.kernels import NotScalar
from terrace.rules.thresholds import compare, shortfall

SCHEMA = {
    **dict.fromkeys("ab", pl.Float64()),
    **dict.fromkeys("pq", pl.Boolean()),
    "day": pl.Date(),
    "word": pl.String(),
    **dict.fromkeys("rs", RESULT_TYPE),
}
ROWS = st.fixed_dictionaries(
    {
        **dict.fromkeys("ab", st.none() | st.sampled_from([-2.0, 0.0, 0.1, 1.0, 3.0, 1e9])),
        **dict.fromkeys("pq", st.none() | st.booleans()),
        "day": st.none() | st.dates(date(1990, 1, 1), date(2040, 12, 31)),
        "word": st.none() | st.sampled_from(["one", "two", "other"]),
        **dict.fromkeys("rs", st.none() | st.sampled_from([result.value for result in Result])),
    }
)
A, B, P, Q, R, S = (pl.col(name) for name in "abpqrs")
EXPRESSIONS = {
    "sum": A + B,
    "difference": A - B,
    "product": A * 2.5 * B,
    "quotient": pl.when(B != 0).then(A / B),
    "root": pl.when(A > 0).then(A.pow(1 / 3)),
    "absolute": A.abs(),
    "rest": (A.abs().cast(pl.Int64) + 7) % 5,
    "less": A < B,
    "equal": pl.col("word") == "one",
    "not equal": A != B,
    "and": P & Q,
    "or": P | (A > 1),
    "not": ~P,
    "null": A.is_null() & Q.is_not_null(),
    "choose": pl.when(P).then(A).when(Q).then(B),
    "otherwise": pl.when(P & Q).then(A).otherwise(-1.0),
    "any": pl.any_horizontal(P, Q, A > 0),
    "all": pl.all_horizontal(P, Q, A > 0),
    "highest": pl.max_horizontal(A, B, 0.5),
    "lowest": pl.min_horizontal(A, B),
    "total": pl.sum_horizontal(A, B, P.cast(pl.Float64)),
    "filled": A.fill_null(B),
    "among": pl.col("word").is_in(["one", "two"]),
    "days": pl.col("day").cast(pl.Int32) - 12,
    "year": pl.col("day").dt.year().cast(pl.Float64),
    "later": pl.col("day") >= date(2020, 2, 29),
    "back": pl.col("day").dt.offset_by("-1mo").cast(pl.Int32),
    "constant": pl.lit(None, dtype=pl.Float64),
    "at least": compare("at_least", A, B),
    "less than": compare("less_than", A, pl.lit(0.1)),
    "short": shortfall("at_least", A, pl.lit(3.0)),
    "too much": shortfall("at_most", A, B),
    "result": result_of(A > B),
    "all of": all_of_columns(R, S, literal(Result.MET)),
    "any of": any_of_columns(R, S),
    "open": R.is_in([Result.UNKNOWN.value, Result.NEEDS_JUDGEMENT.value]),
    "met": R.eq(literal(Result.MET)),
    "decimals": parse_expression(
        "(a + 2.5) * 0.1 - a / 2 <= 3.5 or a = 0.1 or b in (1, 3) or b between 2.5 and 9",
        {"a": "number", "b": "number"},
    ).polars,
    "formula": parse_expression(
        "greatest(a, b) > 2 and not p or word in ('one', 'two')",
        {"a": "number", "b": "number", "p": "truth", "word": "text"},
    ).polars,
}


def ask_polars(expression: pl.Expr, row: dict[str, Any]) -> Any:
    return pl.DataFrame([row], schema=SCHEMA).select(expression.alias("x")).item()


def is_same(found: Any, expected: Any) -> bool:
    if isinstance(expected, float) and found is not None:
        return math.isclose(found, expected, rel_tol=1e-14)
    return found == expected and isinstance(found, bool) == isinstance(expected, bool)


@pytest.mark.parametrize("name", EXPRESSIONS)
@settings(max_examples=40, deadline=None)
@given(row=ROWS)
def test_one_row_comes_out_as_polars_has_it(name: str, row: dict[str, Any]) -> None:
    found = read_expression(EXPRESSIONS[name])(row)
    assert is_same(found, ask_polars(EXPRESSIONS[name], row))


@pytest.mark.parametrize(
    "expression",
    [
        pl.col("word").str.len_chars(),
        pl.col("a").sum(),
        pl.max_horizontal(pl.col("a"), float("inf")),
        pl.col("a").cast(pl.String),
        pl.col("a").is_in([1.0, None]),
        pl.sql_expr("b % 2.5"),
    ],
)
def test_what_is_outside_the_set_is_left_to_polars(expression: pl.Expr) -> None:
    with pytest.raises(NotScalar):
        read_expression(expression)


@pytest.mark.parametrize(
    ("expression", "row"),
    [
        (A / B, {"a": 1.0, "b": 0.0}),
        (A - B, {"a": math.inf, "b": math.inf}),
        (A.pow(0.5), {"a": -1.0}),
        (pl.sql_expr("a / 2"), {"a": 3}),
        (A.cast(pl.Int64) % 5, {"a": -1.0}),
        (pl.col("a").cast(pl.Boolean), {"a": 2.0}),
    ],
)
def test_what_floats_do_differently_is_left_to_polars(
    expression: pl.Expr, row: dict[str, Any]
) -> None:
    kernel = read_expression(expression)
    with pytest.raises(NotScalar):
        kernel(row)


@pytest.mark.parametrize("a", [1.0, None, math.nan])
def test_a_plan_gives_the_same_either_way(a: float | None) -> None:
    simple, other = ColumnPlan(), ColumnPlan()
    for plan in (simple, other):
        plan.add("half", pl.col("a") / 2)
        plan.add("more", pl.col("half") > 0.25)
    other.add("length", pl.col("word").str.len_chars().cast(pl.Float64))
    row = {"a": a, "word": "four"}
    expected = other.run_row(row, SCHEMA | {"a": pl.Float64()})
    assert expected.pop("length") == 4
    found = simple.run_row(row, {"a": pl.Float64(), "word": pl.String()})
    assert all(str(found[name]) == str(expected[name]) for name in ("half", "more"))
