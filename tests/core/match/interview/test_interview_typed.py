"""Numbers, figures and days as people type them; what cannot be read is kept and named."""

from datetime import date

import pytest
from interview_cases import CHINESE, ENGLISH, with_row

from terrace.match.interview import interview
from terrace.match.interview.days import read_day
from terrace.match.interview.typed import split_figure

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("value", "unit", "split"),
    [
        ("0.1 mm", "", ("0.1", "mm")),
        ("0.1mm", "mm", ("0.1", "mm")),
        ("99.5 %", "%", ("99.5", "%")),
        ("ten", "", ("10", "")),
        ("five thousand hours", "", ("5,000", "hours")),
        ("三万元", "", ("30,000", "元")),
        ("1,000", "kg", ("1,000", "kg")),
        ("4 000 h", "", ("4,000", "h")),
        ("5 kg", "g", ("5 kg", "g")),
        ("5 or more", "", ("5 or more", "")),
        ("3-5", "", ("3-5", "")),
        ("a lot", "", ("a lot", "")),
        ("很多", "", ("很多", "")),
        ("", "kg", ("", "kg")),
    ],
)
def test_a_value_is_read_with_its_unit(value: str, unit: str, split: tuple[str, str]) -> None:
    assert split_figure(value, unit) == split


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2027-06-30", "2027-06-30"), ("2027/6/30", "2027-06-30"), ("30 June 2027", "2027-06-30"),
        ("June 2027", "2027-06-30"), ("by June 2027", "2027-06-30"), ("2027年6月", "2027-06-30"),
        ("2027年6月30日前", "2027-06-30"), ("2027年底", "2027-12-31"),
        ("by the end of 2027", "2027-12-31"), ("two years", "2028-11-26"),
        ("within 18 months", "2028-05-26"), ("两年内", "2028-11-26"), ("三个月后", "2027-02-26"),
        ("in three weeks", "2026-12-17"), ("十天", "2026-12-06"),
        ("31.12.2027", "2027-12-31"), ("明年年底", "2027-12-31"), ("后年6月", "2028-06-30"),
        ("30/06/2027", "2027-06-30"), ("20270630", "2027-06-30"), ("2027", "2027-12-31"),
        ("明年", "2027-12-31"), ("六月", "2027-06-30"), ("12月", "2026-12-31"),
        ("June", "2027-06-30"), ("end of December", "2026-12-31"), ("2027年6月底", "2027-06-30"),
        ("Q3 2027", "2027-09-30"), ("2027 Q1", "2027-03-31"), ("2027年第三季度", "2027-09-30"),
        ("明年一季度", "2027-03-31"), ("六个月", "2027-05-26"),
    ],
)  # fmt: skip
def test_a_day_is_read(typed: str, day: str) -> None:
    assert read_day(typed, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "typed",
    [
        "soon",
        "尽快",
        "2027-13",
        "2027-02-30",
        "next",
        "",
        "999 years x",
        "03/06/2027",
        "13月",
        "20271340",
        "Q5 2027",
    ],
)
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read_day(typed, TODAY) is None


def test_a_span_needs_a_day_to_begin_with() -> None:
    assert read_day("two years", None) is None
    assert read_day("999 years", TODAY) is None


@pytest.mark.parametrize(
    ("typed", "level"),
    [("five", 5), ("五", 5), ("五级", 5), ("at least 6", 6), ("level 4", 4), ("ten", None)],
)
def test_levels_in_words(typed: str, level: int | None) -> None:
    assert interview({"readiness": typed}, "en").values.get("readiness_min") == level


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("三十万元", 300_000, "CNY"),
        ("约30万", 300_000, "CNY"),
        ("thirty thousand euros", 30_000, "EUR"),
        ("about 2 million yuan", 2_000_000, "CNY"),
        ("300k CNY", 300_000, "CNY"),
        ("2m euros", 2_000_000, "EUR"),
    ],
)
def test_budgets_in_words(typed: str, amount: float, currency: str) -> None:
    values = interview({"budget": typed}, "zh").values
    assert (values["budget_max"], values["currency"]) == (amount, currency)


def test_a_value_in_words_makes_a_testable_requirement() -> None:
    row = {"what": "the mass", "comparison": "at_most", "value": "ten kg", "test": "scales"}
    found = interview(with_row(**row), "en")

    assert "The mass must be at most 10 kg (test: scales)." in found.text.body
    assert not [each for each in found.warnings if each.kind == "unreadable"]


@pytest.mark.parametrize(
    ("answers", "language", "said"),
    [
        ({**ENGLISH, "readiness": "ten"}, "en", ("“ten”", "a level from 1 to 9", "example 5")),
        ({**ENGLISH, "budget": "a little"}, "en", ("amount with its currency", "300,000 CNY")),
        ({**ENGLISH, "deadline": "soon"}, "en", ("a day, a month or a span", "2027-06-30")),
        ({**CHINESE, "readiness": "很高"}, "zh", ("“很高”", "1至9的一个等级", "例如5")),
        ({**CHINESE, "budget": "不多"}, "zh", ("带货币单位的金额", "例如30万元")),
        (
            with_row(what="the mass", comparison="at_most", value="a lot", unit="kg", test="x"),
            "en",
            ("“a lot”", "a number", "example 0.1"),
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_what_is_expected(
    answers: dict, language: str, said: tuple[str, ...]
) -> None:
    found = interview(answers, language, today=TODAY)  # type: ignore[arg-type]
    (sentence,) = [each.sentence for each in found.warnings if each.kind == "unreadable"]
    assert all(part in sentence for part in said)


def test_what_cannot_be_read_stays_in_the_text() -> None:
    typed = {"readiness": "ten", "budget": "a little", "deadline": "soon"}
    text = interview({**ENGLISH, **typed}, "en").text.body

    for line in (
        "Technology readiness at the start: ten.",
        "Budget: a little.",
        "In use by: soon.",
    ):
        assert line in text
    row = with_row(what="the mass", comparison="at_most", value="a lot", unit="kg", test="x")
    body = interview(row, "en").text.body
    assert "The mass is required (“a lot kg”), its figure still open (test: x)." in body


@pytest.mark.parametrize("typed", ["none", "No limit", "不限", "无", "n/a", "-"])
def test_no_limit_is_no_answer(typed: str) -> None:
    found = interview({**ENGLISH, "budget": typed, "deadline": typed}, "en")
    assert not {"budget_max", "deadline"} & set(found.values)
    assert not [each for each in found.warnings if each.kind == "unreadable"]
