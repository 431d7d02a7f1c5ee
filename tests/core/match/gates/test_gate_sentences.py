from datetime import date

import polars as pl
import pytest

from terrace.criteria.results import Result
from terrace.match.gates.declaration import Language, Sentence
from terrace.match.gates.sentences import fill_by_result, fill_sentence, shown

FRAME = pl.DataFrame(
    {
        "result": ["met", "unmet", "unknown"],
        "level": [6.0, 4.5, None],
        "owner": ["Lab {x}", "", None],
        "day": [date(2026, 1, 2), None, None],
    }
)


def filled(en: str, zh: str = "无", language: str = "en") -> list[str]:
    sentence = Sentence(en, zh)
    expression = fill_sentence(sentence, language, FRAME.schema)  # type: ignore[arg-type]
    return FRAME.with_columns(answer=expression)["answer"].to_list()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (6.0, "6"),
        (4.5, "4.5"),
        (0.1 + 0.2, "0.3"),
        (1e9, "1000000000"),
        (-8.0, "-8"),
        (2.999, "3"),
        (1.005e6, "1005000"),
        (None, None),
    ],
)
def test_numbers_are_shown_as_people_write_them(number: float | None, text: str | None) -> None:
    frame = pl.DataFrame({"n": [number]}, schema={"n": pl.Float64})
    assert frame.select(shown(pl.col("n"), pl.Float64())).item() == text


def test_dates_and_texts_are_shown_as_they_are() -> None:
    row = FRAME.select(shown(pl.col("day"), pl.Date()), shown(pl.col("owner"), pl.String())).row(0)
    assert row == ("2026-01-02", "Lab {x}")


def test_it_works() -> None:
    assert filled("Level {level} of {owner}.") == [
        "Level 6 of Lab {x}.",
        "Level 4.5 of .",
        "Level not stated of not stated.",
    ]


def test_what_is_missing_is_said_in_the_language() -> None:
    assert filled("", "等级{level}", "zh") == ["等级6", "等级4.5", "等级未说明"]


def test_a_fact_may_come_twice_and_in_any_order() -> None:
    assert filled("{day} {level} {level}")[0] == "2026-01-02 6 6"


def test_a_sentence_without_facts_stays_as_it_is() -> None:
    assert filled("100% sure") == ["100% sure"] * 3


def test_each_row_gets_the_sentence_of_its_result() -> None:
    says = {
        Result.MET: Sentence("good: {level}", "好"),
        Result.UNMET: Sentence("bad: {level}", "差"),
    }
    expression = fill_by_result(says, ["met", "unmet", "unknown"], "en", FRAME.schema)
    assert FRAME.select(expression.alias("answer"))["answer"].to_list() == [
        "good: 6",
        "bad: 4.5",
        "",
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (999.0, "999"),
        (1000.0, "1,000"),
        (-1234567.5, "-1,234,567.5"),
        (123456.0, "123,456"),
        (1e12, "1,000,000,000,000"),
        (0.25, "0.25"),
    ],
)
def test_sentences_set_thousands_apart(number: float, text: str) -> None:
    frame = pl.DataFrame({"price": [number]})
    expression = fill_sentence(Sentence("{price} CNY", "{price}元"), "en", frame.schema)
    assert frame.select(expression).item() == f"{text} CNY"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["English, Chinese", "fr", "not stated"]), ("zh", ["英语、中文", "fr", "未说明"])],
)
def test_codes_are_called_by_their_names(language: Language, said: list[str]) -> None:
    frame = pl.DataFrame({"observed": ["en, zh", "fr", None]})
    names = {"en": Sentence("English", "英语"), "zh": Sentence("Chinese", "中文")}
    expression = fill_sentence(Sentence("{observed}", "{observed}"), language, frame.schema, names)
    assert frame.select(expression).to_series().to_list() == said
