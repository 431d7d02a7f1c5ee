from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import RowErrors
from terrace.readiness import Answer, assess, read_answers


def test_answers_are_typed_and_trimmed() -> None:
    raw = {"technology": {"1": {"answer": "yes", "evidence": " report 7 "}, 2: {"answer": "no"}}}

    assert read_answers(raw) == {
        "technology": {1: Answer("yes", "report 7"), 2: Answer("no")},
    }


@pytest.mark.parametrize("entry", [{}, {"answer": ""}, {"answer": "unknown"}])
def test_what_is_not_said_is_unknown(entry: dict[str, str]) -> None:
    assert read_answers({"team": {"3": entry}})["team"][3].answer == "unknown"


@pytest.mark.parametrize(
    ("raw", "field", "message"),
    [
        ({"market": {}}, "market", "there is no such dimension"),
        ({"team": ["yes"]}, "team", "these are no levels"),
        ({"team": {"10": {}}}, "team.10", "there is no such level"),
        ({"team": {"0": {}}}, "team.0", "there is no such level"),
        ({"team": {"one": {}}}, "team.one", "there is no such level"),
        ({"team": {True: {}}}, "team.True", "there is no such level"),
        ({"team": {"1": "yes"}}, "team.1", "this is no answer"),
        ({"team": {"1": {"proof": "x"}}}, "team.1", "this is no answer"),
        ({"team": {"1": {"evidence": 7}}}, "team.1.evidence", "this is not a text"),
        ({"team": {"1": {"answer": "maybe"}}}, "team.1.answer", "'maybe' is no answer"),
        ({"team": {"1": {"link": "javascript:alert(1)"}}}, "team.1.link", "no web address"),
        ({"team": {"1": {"link": 'https://a.b/"onload'}}}, "team.1.link", "no web address"),
        ({"team": {"1": {"link": "www.example.org"}}}, "team.1.link", "no web address"),
    ],
)
def test_faults_are_named_with_their_place(raw: Any, field: str, message: str) -> None:
    with pytest.raises(RowErrors) as caught:
        read_answers(raw)

    (problem,) = caught.value.problems
    assert problem.field == field
    assert message in problem.message
    assert problem.remedy


def test_all_faults_are_reported_together() -> None:
    raw = {"market": {}, "team": {"1": {"answer": "maybe", "link": "ftp://x"}}}

    with pytest.raises(RowErrors) as caught:
        read_answers(raw)

    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["market", "team.1.answer", "team.1.link"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
LEVELS = st.dictionaries(st.sampled_from(["1", "2", "9", "11"]), JSON)


@given(st.dictionaries(st.sampled_from(["technology", "team", "moon"]), LEVELS | JSON))
def test_whatever_comes_is_either_taken_or_refused(raw: dict[str, Any]) -> None:
    try:
        answers = read_answers(raw)
    except RowErrors:
        return
    assert len(assess(answers).dimensions) == 6
