import itertools

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import InputError
from terrace.match.evaluate import expertise_loss, label_pairs, reliability, risk_coverage

QRELS = pl.DataFrame(
    {"need_id": ["N1", "N2", "N3"], "achievement_id": ["A1", "A1", "A3"], "relevance": [1, 1, 1]}
)


def make_pairs(rows: list[tuple[str, str, int, float]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema=["need_id", "achievement_id", "rank", "confidence"], orient="row"
    )


PAIRS = make_pairs(
    [
        ("N1", "A1", 1, 0.9),
        ("N1", "A2", 2, 0.1),
        ("N2", "A2", 1, 0.6),
        ("N2", "A1", 2, 0.5),
        ("unjudged", "A1", 1, 1.0),
    ]
)


def test_pairs_of_needs_without_links_are_not_judged() -> None:
    labelled = label_pairs(PAIRS, QRELS)
    assert labelled["need_id"].unique().sort().to_list() == ["N1", "N2"]
    assert labelled["linked"].to_list() == [True, False, False, True]


def test_reliability_by_hand() -> None:
    found = reliability(PAIRS, QRELS, bins=2)
    assert found.pairs == 4
    assert found.table.rows() == [
        (0.0, 0.5, 1, pytest.approx(0.1), 0.0),
        (0.5, 1.0, 3, pytest.approx(2 / 3), pytest.approx(2 / 3)),
    ]
    assert found.expected_error == pytest.approx(0.1 / 4)
    assert found.brier == pytest.approx((0.01 + 0.01 + 0.36 + 0.25) / 4)


def test_certain_and_right_has_no_error() -> None:
    found = reliability(make_pairs([("N1", "A1", 1, 1.0), ("N1", "A2", 2, 0.0)]), QRELS)
    assert (found.expected_error, found.brier) == (0.0, 0.0)
    assert found.table["n"].to_list() == [1, 1]


def test_certain_and_wrong_has_full_error() -> None:
    found = reliability(make_pairs([("N1", "A1", 1, 0.0), ("N1", "A2", 2, 1.0)]), QRELS)
    assert (found.expected_error, found.brier) == (1.0, 1.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(1, 20))
def test_the_bins_hold_every_pair_once(confidences: list[float], bins: int) -> None:
    rows = [("N1", f"A{place}", place + 1, c) for place, c in enumerate(confidences)]
    found = reliability(make_pairs(rows), QRELS, bins=bins)
    assert found.table["n"].sum() == len(confidences)
    assert 0 <= found.expected_error <= 1
    for low, high, _, mean, _ in found.table.rows():
        assert low - 1e-9 <= mean <= high + 1e-9


def test_confidence_must_be_there() -> None:
    with pytest.raises(InputError, match="there is no confidence"):
        reliability(PAIRS.drop("confidence"), QRELS)


def test_confidence_must_be_a_probability() -> None:
    with pytest.raises(InputError, match="outside 0 to 1"):
        reliability(make_pairs([("N1", "A1", 1, 7.3)]), QRELS)


def test_strange_links_are_refused() -> None:
    with pytest.raises(InputError, match="shares no need"):
        risk_coverage(make_pairs([("X", "A1", 1, 0.5)]), QRELS)


def test_risk_coverage_by_hand() -> None:
    curve = risk_coverage(PAIRS, QRELS)
    assert curve.columns == ["threshold", "n", "coverage", "precision"]
    assert curve.rows() == [
        (0.9, 1, pytest.approx(1 / 3), 1.0),
        (0.6, 2, pytest.approx(2 / 3), 0.5),
    ]


def test_equal_confidences_are_answered_together() -> None:
    pairs = make_pairs([("N1", "A1", 1, 0.7), ("N2", "A9", 1, 0.7), ("N3", "A3", 1, 0.2)])
    assert risk_coverage(pairs, QRELS).select("threshold", "n").rows() == [(0.7, 2), (0.2, 3)]


def test_coverage_rises_while_the_threshold_falls() -> None:
    rows = [(need, "A1", 1, c) for need, c in (("N1", 0.3), ("N2", 0.8), ("N3", 0.5))]
    curve = risk_coverage(make_pairs(rows), QRELS)
    assert curve["threshold"].to_list() == [0.8, 0.5, 0.3]
    assert curve["coverage"].to_list() == pytest.approx([1 / 3, 2 / 3, 1.0])


def make_ratings(values: dict[str, list[float]], column: str) -> pl.DataFrame:
    rows = [(e, f"P{place}", v) for e, listed in values.items() for place, v in enumerate(listed)]
    return pl.DataFrame(rows, schema=["expert_id", "paper_id", column], orient="row")


RATINGS = make_ratings({"E1": [5.0, 3.0, 1.0], "E2": [2.0, 4.0]}, "rating")


def loss_of(scores: dict[str, list[float]]) -> float:
    return expertise_loss(make_ratings(scores, "score"), RATINGS).total


def test_the_right_order_loses_nothing() -> None:
    assert loss_of({"E1": [9, 8, 7], "E2": [0.1, 0.2]}) == 0.0


def test_the_wrong_order_loses_all() -> None:
    assert loss_of({"E1": [1, 2, 3], "E2": [4, 2]}) == 1.0


def test_ties_lose_half() -> None:
    assert loss_of({"E1": [1, 1, 1], "E2": [0, 0]}) == 0.5


def test_the_loss_by_hand() -> None:
    predicted = make_ratings({"E1": [2, 3, 1], "E2": [0, 0]}, "score")
    found = expertise_loss(predicted, RATINGS)
    assert found.per_expert.sort("expert_id").rows() == [
        ("E1", 2.0, 8.0, 0.25),
        ("E2", 1.0, 2.0, 0.5),
    ]
    assert found.total == pytest.approx(3 / 10)
    assert found.low <= found.total <= found.high


def test_an_expert_with_equal_ratings_only_is_left_out() -> None:
    ratings = make_ratings({"E1": [5, 1], "flat": [3, 3]}, "rating")
    predicted = make_ratings({"E1": [1, 0], "flat": [1, 0]}, "score")
    assert expertise_loss(predicted, ratings).per_expert["expert_id"].to_list() == ["E1"]


def test_ratings_that_never_differ_are_refused() -> None:
    ratings = make_ratings({"flat": [3, 3]}, "rating")
    with pytest.raises(InputError, match="rated two papers differently"):
        expertise_loss(make_ratings({"flat": [1, 0]}, "score"), ratings)


def test_a_missing_prediction_is_named() -> None:
    predicted = make_ratings({"E1": [1, 2, 3], "E2": [1]}, "score")
    with pytest.raises(InputError, match="expert 'E2' and paper 'P1'"):
        expertise_loss(predicted, RATINGS)


@pytest.mark.parametrize("column", ["expert_id", "paper_id", "score"])
def test_a_missing_column_is_named(column: str) -> None:
    predicted = make_ratings({"E1": [1, 2, 3], "E2": [1, 2]}, "score").drop(column)
    with pytest.raises(InputError, match=column):
        expertise_loss(predicted, RATINGS)


RATED = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), min_size=2, max_size=8).filter(
    lambda rated: len({rating for rating, _ in rated}) > 1
)


@settings(max_examples=60, deadline=None)
@given(RATED)
def test_the_loss_agrees_with_counting_pair_by_pair(rated: list[tuple[int, int]]) -> None:
    lost = stake = 0.0
    for (rating_a, score_a), (rating_b, score_b) in itertools.combinations(rated, 2):
        difference = abs(rating_a - rating_b)
        stake += difference
        agreement = (rating_a - rating_b) * (score_a - score_b)
        lost += difference if agreement < 0 else difference / 2 if score_a == score_b else 0
    ratings = make_ratings({"E": [float(rating) for rating, _ in rated]}, "rating")
    predicted = make_ratings({"E": [float(score) for _, score in rated]}, "score")
    assert expertise_loss(predicted, ratings).total == pytest.approx(lost / stake)
