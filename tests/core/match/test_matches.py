from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import InputError, NotFound
from terrace.match.matches import list_matches
from terrace.records import Achievement, Need, Text

NEEDS = {
    "N1": Need(
        id="N1",
        owner="acme",
        fields=("optics",),
        texts=(Text(language="zh", title="激光泵浦模块"),),
    )
}
ACHIEVEMENTS = {
    "A1": Achievement(
        id="A1", owner="lab", fields=("lasers",), texts=(Text(language="en", body="A laser."),)
    ),
    "A2": Achievement(id="A2"),
}


def make_pairs(**columns: Sequence[object]) -> pl.DataFrame:
    return pl.DataFrame({"need_id": ["N1", "N1"], "achievement_id": ["A1", "A2"], **columns})


def test_matches_carry_both_sides() -> None:
    match = list_matches(make_pairs(confidence=[0.8, 0.3]), NEEDS, ACHIEVEMENTS)[0]
    assert match.promise == 0.8
    assert "激光泵浦模块" in match.text
    assert "A laser." in match.text
    assert match.fields == {"optics", "lasers"}
    assert match.languages == {"zh", "en"}
    assert match.parties == {"N1", "A1", "acme", "lab"}


def test_scores_are_scaled_where_there_is_no_confidence() -> None:
    matches = list_matches(make_pairs(score=[12.0, 4.0]), NEEDS, ACHIEVEMENTS)
    assert [match.promise for match in matches] == [1.0, 0.0]


def test_equal_scores_promise_the_same() -> None:
    matches = list_matches(make_pairs(score=[3.0, 3.0]), NEEDS, ACHIEVEMENTS)
    assert [match.promise for match in matches] == [0.5, 0.5]


def test_pairs_without_a_number_are_refused() -> None:
    with pytest.raises(InputError, match="neither confidence nor score"):
        list_matches(make_pairs(), NEEDS, ACHIEVEMENTS)


def test_a_pair_without_records_is_named() -> None:
    with pytest.raises(NotFound, match="'A2'"):
        list_matches(make_pairs(score=[1, 2]), NEEDS, {"A1": ACHIEVEMENTS["A1"]})


def test_a_missing_confidence_promises_nothing() -> None:
    matches = list_matches(make_pairs(confidence=[None, 0.4]), NEEDS, ACHIEVEMENTS)
    assert [match.promise for match in matches] == [0.0, 0.4]


def test_confidence_goes_before_score() -> None:
    pairs = make_pairs(confidence=[0.2, 0.9], score=[5.0, 1.0])
    assert [m.promise for m in list_matches(pairs, NEEDS, ACHIEVEMENTS)] == [0.2, 0.9]


def test_records_that_say_nothing_are_no_parties_beyond_themselves() -> None:
    (match,) = list_matches(
        pl.DataFrame({"need_id": ["N2"], "achievement_id": ["A2"], "score": [1.0]}),
        {"N2": Need(id="N2")},
        ACHIEVEMENTS,
    )
    assert match.parties == {"N2", "A2"}
    assert (match.fields, match.languages, match.text) == (frozenset(), frozenset(), "")


def test_no_pairs_give_no_matches() -> None:
    empty = make_pairs(score=[1.0, 2.0]).clear()
    assert list_matches(empty, NEEDS, ACHIEVEMENTS) == []


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=2))
def test_promises_keep_the_order_of_scores(scores: list[float]) -> None:
    promises = [m.promise for m in list_matches(make_pairs(score=scores), NEEDS, ACHIEVEMENTS)]
    assert all(0 <= promise <= 1 for promise in promises)
    assert (promises[0] < promises[1]) is (scores[0] < scores[1])
