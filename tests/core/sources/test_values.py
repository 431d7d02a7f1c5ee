from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import InputError
from terrace.sources.values import (
    MAX_TEXT_CHARS,
    parse_count,
    parse_currency,
    parse_date,
    parse_level,
    parse_number,
    parse_readiness,
    parse_string,
    parse_strings,
    parse_truth,
    parse_year,
)

ENTRY = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters=";|；,，、["),
    min_size=1,
).filter(lambda text: text == text.strip() and text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("  a b \n", "a b"),
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        (True, "True"),
        ({"k": "值"}, '{"k": "值"}'),
    ],
)
def test_any_cell_has_a_string(value: Any, expected: Any) -> None:
    assert parse_string(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\x00b", "NUL byte"),
        ("a\ud83d", "half a character"),
        ("x" * (MAX_TEXT_CHARS + 1), "1,000,001 characters long, the limit is 1,000,000"),
    ],
)
def test_text_that_cannot_be_stored_is_refused(value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_string(value)


def test_text_of_exactly_the_limit_is_taken() -> None:
    assert len(parse_string("x" * MAX_TEXT_CHARS)) == MAX_TEXT_CHARS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        ("", []),
        ("a; b;a", ["a", "b"]),
        ("a, b", ["a", "b"]),
        ("nickel, cadmium; lead", ["nickel, cadmium", "lead"]),
        ("a|b, c", ["a", "b, c"]),
        ("电池、密封；泵", ["电池、密封", "泵"]),
        ("电池、密封，泵", ["电池", "密封", "泵"]),
        (["a", " b ", "", None, "a"], ["a", "b"]),
        ('["a; b", "c"]', ["a; b", "c"]),
        ("[draft, final]", ["[draft", "final]"]),
        ([1, 2.0], ["1", "2"]),
    ],
)
def test_lists_are_cut_at_the_strongest_separator(value: Any, expected: Any) -> None:
    assert parse_strings(value) == expected


@given(st.lists(ENTRY, unique=True), st.sampled_from([";", "|", "；"]))
def test_joined_entries_come_apart_again(entries: Any, separator: str) -> None:
    assert parse_strings(f"{separator} ".join(entries)) == entries


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (" ", None),
        ("1500000", 1_500_000.0),
        (1500000, 1_500_000.0),
        ("1,500,000", 1_500_000.0),
        ("1 500 000.50", 1_500_000.5),
        ("1.5e6", 1_500_000.0),
        ("150万", 1_500_000.0),
        ("1.5亿元", 150_000_000.0),
        ("2,000万元", 20_000_000.0),
        ("300元", 300.0),
        (0, 0.0),
    ],
)
def test_amounts(value: Any, expected: Any) -> None:
    assert parse_number(value) == expected


@pytest.mark.parametrize(
    "value", ["about 5", "5-10", "1,50", "1,5000", "-3", "NaN", "1e999", "1.000.000", "五"]
)
def test_what_is_no_clear_amount_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="is no amount"):
        parse_number(value)


@given(st.floats(0, 1e15))
def test_every_amount_survives_being_written(amount: Any) -> None:
    assert parse_number(repr(amount)) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("value", "expected"), [("12", 12), (12.0, 12), ("1,200", 1200), ("", None)]
)
def test_counts(value: Any, expected: Any) -> None:
    assert parse_count(value) == expected


@pytest.mark.parametrize("value", ["1.5", "many", 2**60, "-1"])
def test_what_is_no_count_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        parse_count(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("4", 4), (4, 4), (4.0, 4), ("TRL 6", 6), ("trl9", 9), ("5级", 5), ("", None), (None, None)],
)
def test_readiness_levels(value: Any, expected: Any) -> None:
    assert parse_readiness(value) == expected


@pytest.mark.parametrize("value", ["0", "10", "TRL 4-6", "high", "4.5", -1])
def test_what_is_no_single_level_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="one level from 1 to 9"):
        parse_readiness(value)


@pytest.mark.parametrize(("value", "expected"), [("2019", 2019), (2019, 2019), (None, None)])
def test_years(value: Any, expected: Any) -> None:
    assert parse_year(value) == expected


@pytest.mark.parametrize("value", ["19", "20190", "last year"])
def test_what_is_no_year_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        parse_year(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), ("Yes", True), ("是", True), (1, True), ("N", False), (0, False), ("否", False)],
)
def test_truth(value: Any, expected: Any) -> None:
    assert parse_truth(value) is expected


def test_truth_may_be_unsaid_but_not_unclear() -> None:
    assert parse_truth("") is None
    with pytest.raises(InputError, match="neither yes nor no"):
        parse_truth("perhaps")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("eur", "EUR"),
        ("€", "EUR"),
        ("元", "CNY"),
        ("RMB", "CNY"),
        ("$", "USD"),
        ("", ""),
        ("人民币", "CNY"),
        ("欧元", "EUR"),
        ("yuan", "CNY"),
    ],
)
def test_currencies(value: Any, expected: Any) -> None:
    assert parse_currency(value) == expected


@pytest.mark.parametrize("value", ["euros", "E", "12"])
def test_what_is_no_currency_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="is no currency"):
        parse_currency(value)


def test_levels_of_visibility() -> None:
    assert [parse_level(level) for level in ("Public", "zone", "named", "private", "")] == [
        "public",
        "zone",
        "named",
        "private",
        None,
    ]
    with pytest.raises(InputError, match="public, zone, named, private"):
        parse_level("secret")


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 8, 26),
        datetime(2026, 8, 26, 17, 30),
        "2026-08-26",
        "2026/08/26",
        "2026/8/26",
        "2026.8.26",
        "2026-08-26T17:30:00+02:00",
        "2026-08-26 00:00:00",
        "August 26, 2026",
        "26 August 2026",
        "2026年8月26日",
    ],
)
def test_one_day_in_many_spellings(value: Any) -> None:
    assert parse_date(value) == date(2026, 8, 26)


@given(st.dates(date(1000, 1, 1)))
def test_every_iso_day_is_read(day: Any) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "value",
    ["10-15-2018", "15.10.2018", "soon", "2026-02-30", "20260301", "45000", 45000, "3/4/2026"],
)
def test_unclear_days_are_refused(value: Any) -> None:
    with pytest.raises(InputError, match="year-month-day"):
        parse_date(value)


def test_a_format_that_is_said_is_read() -> None:
    assert parse_date("10-15-2018", formats=("%m-%d-%Y",)) == date(2018, 10, 15)
    assert parse_date("03-04-2018", formats=("%d-%m-%Y",)) == date(2018, 4, 3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019", date(2019, 1, 1)),
        (2019, date(2019, 1, 1)),
        ("2019年", date(2019, 1, 1)),
        ("2019-05", date(2019, 5, 1)),
        ("2019年5月", date(2019, 5, 1)),
    ],
)
def test_coarse_dates_only_where_they_are_allowed(value: Any, expected: Any) -> None:
    assert parse_date(value, allow_coarse=True) == expected
    with pytest.raises(InputError):
        parse_date(value)


def test_long_values_are_shortened_in_messages() -> None:
    with pytest.raises(InputError) as caught:
        parse_number("x" * 500)
    assert len(str(caught.value)) < 200
