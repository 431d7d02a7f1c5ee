"""The form fields of the market."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from terrace_web.market.inputs import ListField, NumberField, YesNoField


@pytest.mark.parametrize(
    ("typed", "entries"),
    [
        ("a, b，c、d; e", ["a", "b", "c", "d", "e"]),
        ("a, b\nc", ["a, b", "c"]),
        ("a, b\n", ["a, b"]),
        ("a,, a ,b", ["a", "b"]),
        ("  \r\n ", []),
        (None, []),
    ],
)
def test_a_list_is_read_by_line_or_by_comma(typed: Any, entries: list[str]) -> None:
    assert ListField(required=False).clean(typed) == entries


@pytest.mark.parametrize("entries", [["a", "b"], ["one, with a comma"], ["x, y", "z"], []])
def test_a_list_survives_the_way_through_the_page(entries: list[str]) -> None:
    field = ListField(required=False)

    assert field.clean(field.prepare_value(entries)) == entries


@pytest.mark.parametrize("typed", ["\n".join(map(str, range(61))), "x" * 401])
def test_a_list_has_its_limits(typed: str) -> None:
    with pytest.raises(ValidationError, match="t most"):
        ListField(required=False).clean(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12,500", 12500),
        ("1.5", 1.5),
        (" 3 ", 3),
        ("", None),
        ("0", 0),
        ("30万", 300_000),
        ("三十万", 300_000),
        ("300 000", 300_000),
        ("1.5 million", 1_500_000),
    ],
)
def test_a_number_may_be_grouped_or_in_words(typed: str, number: float | None) -> None:
    assert NumberField(required=False).clean(typed) == number
    assert isinstance(NumberField(required=False).clean("12,500"), int)


def test_whole_numbers_are_shown_without_a_fraction() -> None:
    assert NumberField().prepare_value(250_000.0) == 250_000
    assert str(NumberField().prepare_value(250_000.0)) == "250000"
    assert NumberField().prepare_value("2.50") == "2.50"


def test_words_may_stand_in_lines_and_between_commas() -> None:
    typed = "quantum dot, leak; sensor\n水，光"

    assert ListField(words=True).clean(typed) == ["quantum dot", "leak", "sensor", "水", "光"]


@pytest.mark.parametrize("typed", ["-1", "much", "1e400", "nan"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        NumberField(required=False).clean(typed)


def test_yes_no_and_nothing_said_are_three_answers() -> None:
    field = YesNoField(required=False)

    assert [field.clean(each) for each in ("yes", "no", "")] == [True, False, None]
    assert [field.prepare_value(each) for each in (True, False, None)] == ["yes", "no", None]
