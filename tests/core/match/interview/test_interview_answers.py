from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import InputError, RowErrors
from terrace.match.interview import FigureRow, interview, read_answers
from terrace.match.interview.declaration import QUESTIONS


def test_answers_are_typed_and_trimmed() -> None:
    answers = read_answers({"title": " Seals ", "figures": [{"what": " mass ", "value": 5}]})

    assert answers.text("title") == "Seals"
    assert answers.figures == (FigureRow(what="mass", value="5"),)
    assert answers.text("proof") == ""


def test_a_row_as_the_form_starts_it_says_nothing() -> None:
    started = {"comparison": "at_most", "unit": "s", "replaces": "fast"}
    found = interview({"title": "A fast pump", "figures": [started]}, "en")

    assert read_answers({"figures": [started]}).figures[0].is_empty
    assert found.requirements == ()
    assert {"figures", "vague.speed"} <= {question.id for question in found.questions}


def test_rows_keep_their_numbers_beside_empty_ones() -> None:
    found = interview({"figures": [{}, {"what": "the mass"}]}, "en")

    assert [draft.row for draft in found.requirements] == [2]
    assert "figures.2" in {question.id for question in found.questions}


@pytest.mark.parametrize(
    ("raw", "field", "message"),
    [
        ({"colour": "red"}, "colour", "there is no such question"),
        ({"title": 7}, "title", "this is not a text"),
        ({"terms": "licence"}, "terms", "this is not a list"),
        ({"terms": ["licence", 7]}, "terms.2", "this is not a text"),
        ({"figures": {"what": "mass"}}, "figures", "this is not a list"),
        ({"figures": ["mass"]}, "figures.1", "this is no figure"),
        ({"figures": [{"mass": "5 kg"}]}, "figures.1", "this is no figure"),
        ({"figures": [{}, {"value": [5]}]}, "figures.2.value", "neither text nor number"),
        ({"figures": [{"comparison": "<"}]}, "figures.1.comparison", "no such comparison"),
    ],
)
def test_faults_are_named_with_their_place(raw: Any, field: str, message: str) -> None:
    with pytest.raises(RowErrors) as caught:
        read_answers(raw)

    (problem,) = caught.value.problems
    assert problem.field == field
    assert message in problem.message


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="no interview in 'fr'"):
        interview({}, "fr")  # type: ignore[arg-type]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*QUESTIONS, "moon"]), JSON, max_size=4))
def test_whatever_comes_is_either_taken_or_refused(raw: dict[str, Any]) -> None:
    try:
        read_answers(raw)
    except RowErrors:
        return
    assert interview(raw, "en").language == "en"


def test_an_empty_row_takes_no_sentence_away() -> None:
    sentence = "The sensor must weigh less than 2 kg."
    started = {"comparison": "at_most", "replaces": sentence}
    found = interview({"problem": sentence, "figures": [started]}, "en")

    assert [draft.text for draft in found.requirements] == [sentence]
    assert sentence in found.text.body
