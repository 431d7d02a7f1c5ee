from datetime import date

import polars as pl
import pytest

from terrace.errors import CriteriaError
from terrace.match.conditions import list_attributes, parse_where

ROWS = pl.DataFrame(
    {
        "readiness": [3, 6, None],
        "language": ["en", "zh", "en"],
        "published": [date(2019, 5, 1), date(2022, 5, 1), None],
    }
)


def rows_where(text: str) -> list[int]:
    met = ROWS.select(parse_where("achievement", text).alias("met"))["met"]
    return [row for row, is_met in enumerate(met) if is_met]


def test_it_works() -> None:
    assert rows_where("readiness >= 5 AND language = 'zh'") == [1]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("published > '2020-01-01'", [1]),
        ("published between '2019-01-01' and '2019-12-31'", [0]),
        ("published is null", [2]),
        ("published < '2020-01-01' or readiness = 6", [0, 1]),
    ],
)
def test_days_are_compared_as_texts(text: str, rows: list[int]) -> None:
    assert rows_where(text) == rows


def test_what_is_missing_does_not_pass() -> None:
    assert rows_where("readiness < 9") == [0, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trl >= 5", "readiness"),
        ("readiness + 1", "not a condition"),
        ("readiness = 'high'", "types do not fit"),
        ("", "empty"),
        ("select 1", "select"),
        ("id = 'A1'", "no fact 'id'"),
    ],
)
def test_a_wrong_condition_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(CriteriaError, match=said):
        parse_where("achievement", text)


def test_each_kind_has_attributes_of_its_own() -> None:
    assert list_attributes("need")["deadline"] == "text"
    assert list_attributes("need")["budget_max"] == "number"
    assert "deadline" not in list_attributes("achievement")
    assert list_attributes("company")["employees"] == "number"
