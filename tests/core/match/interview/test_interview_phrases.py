import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from terrace.match.clauses import cut_clauses
from terrace.match.figures import find_figures
from terrace.match.interview import FigureRow
from terrace.match.interview.phrases import make_phrase, say_amended, say_row
from terrace.match.interview.typed import read_number


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("dry cable; 5 °C to 35 °C", "dry cable, 5 °C to 35 °C"),
        ("Blind test. Twenty cables.", "Blind test, Twenty cables"),
        ("one\n• two", "one, two"),
        ("(1) Heat the plate", "Heat the plate"),
        ("e.g. Steel", "e.g. Steel"),
        ("type (A) steel of class (a) and 2) wood", "type (A) steel of class [a] and wood"),
        ("the load (stage 1) of the test", "the load [stage 1] of the test"),
        ("干燥；常温。", "干燥，常温"),
        ("按以下要求：盲测", "按以下要求，盲测"),
    ],
)
def test_phrases_have_no_borders(typed: str, phrase: str) -> None:
    assert make_phrase(typed) == phrase


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5", 5.0), ("1,000", 1000.0), ("0.5", 0.5), ("０．５", 0.5), ("-40", -40.0),
        ("−40", -40.0),
        ("five", 5.0), ("twenty-one", 21.0), ("two hundred", 200.0), ("5 thousand", 5000.0),
        ("十", 10.0), ("两百", 200.0), ("三万", 30000.0),
        ("", None), ("a lot", None), ("很多", None), ("5 kg", None),
        ("1e3", None), ("1,00", None), ("3-5", None),
    ],
)  # fmt: skip
def test_numbers(typed: str, number: float | None) -> None:
    assert read_number(typed) == number


FULL = FigureRow(
    what="the mass", comparison="at_most", value="5", unit="kg", condition="dry", test="scales"
)


def test_a_row_is_said_in_both_languages() -> None:
    assert say_row(FULL, "en") == "The mass must be at most 5 kg (condition: dry; test: scales)."
    assert say_row(FULL, "zh") == "the mass须不超过5kg（条件：dry）（验证：scales）。"


def test_a_property_is_said() -> None:
    row = FigureRow(what="The pump runs dry", comparison="has")
    assert say_row(row, "en") == "It must hold that the pump runs dry."
    assert say_row(row, "zh") == "必须做到The pump runs dry。"


def test_an_open_figure_is_said_to_be_open() -> None:
    row = FigureRow(what="the mass", comparison="at_most")
    assert say_row(row, "en") == "The mass is required, its figure still open."
    assert say_row(row, "zh") == "对the mass有要求，具体数值待定。"


def test_a_sentence_is_amended_by_what_it_lacks() -> None:
    assert (
        say_amended("It must be light.", FULL, "en")
        == "It must be light (at most 5 kg; condition: dry; test: scales)."
    )
    assert (
        say_amended("It must weigh less than 5 kg.", FULL, "en")
        == "It must weigh less than 5 kg (condition: dry; test: scales)."
    )


TYPED = st.text("abcXYZ aeE.,;:!?()12 -。；：，求要\n•", min_size=1, max_size=40)


@given(TYPED, TYPED, TYPED, st.sampled_from(["en", "zh"]))
@example("A. Bcd", "(1) x", "i) y", "en")
@example("1)", "(stage 1) of", "1) 2) x 3)", "en")
@example("openStack", "Ea;Ea11", "(dry)Then go", "en")
def test_a_row_stays_one_sentence_with_its_figure(
    what: str, condition: str, test: str, language: str
) -> None:
    row = FigureRow(
        what=f"value {what}", comparison="at_least", value="7", unit="MPa",
        condition=condition, test=test,
    )  # fmt: skip

    sentence = say_row(row, language)  # type: ignore[arg-type]

    assert [clause.text for clause in cut_clauses(f"Seals of all kinds.\n{sentence}")][
        -1
    ] == sentence
    figures = [(f.value, f.direction) for f in find_figures(sentence) if f.dimension == "pressure"]
    assert figures[0] == (7e6, "at_least")
