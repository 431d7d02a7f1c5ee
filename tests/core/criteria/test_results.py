import itertools
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.criteria.results import (
    RESULT_TYPE,
    Result,
    all_of,
    all_of_columns,
    all_of_rows,
    any_of,
    any_of_columns,
    any_of_rows,
    literal,
    result_of,
)

MET = Result.MET
UNMET = Result.UNMET
UNKNOWN = Result.UNKNOWN
JUDGE = Result.NEEDS_JUDGEMENT
NONE = Result.NOT_APPLICABLE

ALL_OF = {
    (UNMET, UNMET): UNMET,
    (UNMET, UNKNOWN): UNMET,
    (UNMET, JUDGE): UNMET,
    (UNMET, MET): UNMET,
    (UNMET, NONE): UNMET,
    (UNKNOWN, UNKNOWN): UNKNOWN,
    (UNKNOWN, JUDGE): UNKNOWN,
    (UNKNOWN, MET): UNKNOWN,
    (UNKNOWN, NONE): UNKNOWN,
    (JUDGE, JUDGE): JUDGE,
    (JUDGE, MET): JUDGE,
    (JUDGE, NONE): JUDGE,
    (MET, MET): MET,
    (MET, NONE): MET,
    (NONE, NONE): NONE,
}
ANY_OF = {
    (UNMET, UNMET): UNMET,
    (UNMET, UNKNOWN): UNKNOWN,
    (UNMET, JUDGE): JUDGE,
    (UNMET, MET): MET,
    (UNMET, NONE): UNMET,
    (UNKNOWN, UNKNOWN): UNKNOWN,
    (UNKNOWN, JUDGE): JUDGE,
    (UNKNOWN, MET): MET,
    (UNKNOWN, NONE): UNKNOWN,
    (JUDGE, JUDGE): JUDGE,
    (JUDGE, MET): MET,
    (JUDGE, NONE): JUDGE,
    (MET, MET): MET,
    (MET, NONE): MET,
    (NONE, NONE): NONE,
}
EVERY_TRIPLE = list(itertools.product(Result, repeat=3))
results = st.sampled_from(Result)


def frame_of(rows: list[tuple[Result, ...]]) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True))
    return pl.DataFrame(
        {f"c{i}": [r.value for r in column] for i, column in enumerate(columns)},
        schema={f"c{i}": RESULT_TYPE for i in range(len(columns))},
    )


def test_codes_are_stable() -> None:
    assert [result.value for result in Result] == [
        "unmet",
        "unknown",
        "needs_judgement",
        "met",
        "not_applicable",
    ]


@pytest.mark.parametrize(("pair", "expected"), ALL_OF.items())
def test_all_of_follows_the_truth_table_both_ways_round(pair: Any, expected: Any) -> None:
    assert all_of(pair) is expected
    assert all_of(reversed(pair)) is expected


@pytest.mark.parametrize(("pair", "expected"), ANY_OF.items())
def test_any_of_follows_the_truth_table_both_ways_round(pair: Any, expected: Any) -> None:
    assert any_of(pair) is expected
    assert any_of(reversed(pair)) is expected


def test_tables_are_complete() -> None:
    pairs = {frozenset(pair) for pair in itertools.product(Result, repeat=2)}
    assert {frozenset(pair) for pair in ALL_OF} == pairs
    assert {frozenset(pair) for pair in ANY_OF} == pairs


def test_nothing_is_not_applicable() -> None:
    assert all_of([]) is NONE
    assert any_of([]) is NONE


@pytest.mark.parametrize("result", Result)
def test_one_result_stays_itself(result: Any) -> None:
    assert all_of([result]) is result
    assert any_of([result]) is result


@given(st.lists(results), st.lists(results))
def test_grouping_makes_no_difference(left: Any, right: Any) -> None:
    assert all_of([all_of(left), all_of(right)]) is all_of(left + right)
    assert any_of([any_of(left), any_of(right)]) is any_of(left + right)


@given(st.lists(results), st.randoms())
def test_order_makes_no_difference(listed: Any, random: Any) -> None:
    shuffled = list(listed)
    random.shuffle(shuffled)
    assert all_of(shuffled) is all_of(listed)
    assert any_of(shuffled) is any_of(listed)


@given(st.lists(results))
def test_not_applicable_is_neutral(listed: Any) -> None:
    assert all_of([*listed, NONE]) is all_of(listed)
    assert any_of([*listed, NONE]) is any_of(listed)


@given(results.filter(lambda r: r is not NONE), results.filter(lambda r: r is not NONE))
def test_the_two_are_dual_by_absorption(a: Any, b: Any) -> None:
    assert all_of([a, any_of([a, b])]) is a
    assert any_of([a, all_of([a, b])]) is a


def test_columns_agree_with_the_plain_functions_on_every_triple() -> None:
    frame = frame_of(EVERY_TRIPLE)
    columns = [pl.col(name) for name in frame.columns]
    combined = frame.select(every=all_of_columns(*columns), some=any_of_columns(*columns))
    assert combined["every"].to_list() == [all_of(triple) for triple in EVERY_TRIPLE]
    assert combined["some"].to_list() == [any_of(triple) for triple in EVERY_TRIPLE]
    assert combined.schema == {"every": RESULT_TYPE, "some": RESULT_TYPE}


def test_rows_agree_with_the_plain_functions_on_every_triple() -> None:
    frame = pl.DataFrame(
        {
            "group": [n for n in range(len(EVERY_TRIPLE)) for _ in range(3)],
            "result": [result.value for triple in EVERY_TRIPLE for result in triple],
        },
        schema_overrides={"result": RESULT_TYPE},
    )
    combined = frame.group_by("group", maintain_order=True).agg(
        every=all_of_rows(pl.col("result")), some=any_of_rows(pl.col("result"))
    )
    assert combined["every"].to_list() == [all_of(triple) for triple in EVERY_TRIPLE]
    assert combined["some"].to_list() == [any_of(triple) for triple in EVERY_TRIPLE]


def test_rows_of_nothing_are_not_applicable() -> None:
    empty = pl.DataFrame(schema={"result": RESULT_TYPE})
    assert empty.select(all_of_rows(pl.col("result"))).item() == "not_applicable"
    assert empty.select(any_of_rows(pl.col("result"))).item() == "not_applicable"


def test_no_columns_are_not_applicable() -> None:
    frame = pl.DataFrame({"x": [1]})
    assert frame.select(all_of_columns()).item() == "not_applicable"
    assert frame.select(any_of_columns()).item() == "not_applicable"


def test_text_columns_are_taken_too() -> None:
    frame = pl.DataFrame({"a": ["met", "unmet"], "b": ["unknown", "met"]})
    assert frame.select(all_of_columns(pl.col("a"), pl.col("b"))).to_series().to_list() == [
        "unknown",
        "unmet",
    ]


def test_a_missing_result_counts_as_unknown() -> None:
    frame = frame_of([(MET, MET)]).with_columns(c1=pl.lit(None, dtype=RESULT_TYPE))
    assert frame.select(all_of_columns(pl.col("c0"), pl.col("c1"))).item() == "unknown"
    assert frame.select(any_of_columns(pl.col("c1"))).item() == "unknown"
    assert frame.select(all_of_rows(pl.col("c1"))).item() == "unknown"


def test_a_code_that_is_no_result_is_refused() -> None:
    frame = pl.DataFrame({"a": ["perhaps"]})
    with pytest.raises(pl.exceptions.PolarsError):
        frame.select(all_of_columns(pl.col("a")))


def test_a_truth_value_becomes_a_result() -> None:
    frame = pl.DataFrame({"holds": [True, False, None]})
    assert frame.select(result_of(pl.col("holds"))).to_series().to_list() == [
        "met",
        "unmet",
        "unknown",
    ]


@pytest.mark.parametrize("result", Result)
def test_literals_have_the_result_type(result: Any) -> None:
    series = pl.DataFrame({"x": [1]}).select(literal(result)).to_series()
    assert series.dtype == RESULT_TYPE
    assert series[0] == result
