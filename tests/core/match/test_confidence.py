import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import RankerError
from terrace.match.confidence import (
    BY_HAND,
    SHAPE,
    USUAL_CANDIDATES,
    Calibration,
    fit_calibration,
    measure_shape,
    rate_confidence,
)

SCORES = st.lists(st.integers(-30, 30).map(lambda n: n / 10), min_size=1, max_size=12)
UNIQUE = st.lists(st.integers(-30, 30).map(lambda n: n / 10), min_size=1, max_size=12, unique=True)
WEIGHTS = st.tuples(*[st.floats(-2, 2)] * len(SHAPE)).map(
    lambda values: Calibration(dict(zip(SHAPE, values, strict=True)), -1.0)
)


def make_scored(
    scores: list[float], *, query: str = "N", hidden: tuple[int, ...] = (), cosine: float = 0.5
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "query_id": [query] * len(scores),
            "score": scores,
            "cosine": [cosine] * len(scores),
            "coverage": [0.5] * len(scores),
            "sets_scale": [at not in hidden for at in range(len(scores))],
        },
        schema_overrides={"score": pl.Float32, "cosine": pl.Float32, "coverage": pl.Float32},
    )


def test_it_works() -> None:
    shape = measure_shape(make_scored([1.0, 3.0, 2.0]), usual=3)
    of = dict(zip(SHAPE, shape.T, strict=True))

    assert np.exp(of["place"]) == pytest.approx([3, 1, 2])
    assert np.exp(of["share"]).sum() == pytest.approx(1)
    assert of["lead"] == pytest.approx([1, 1, 1])
    assert of["height"] == pytest.approx([1, 3, 2])


def test_the_only_record_of_a_language_is_an_average_candidate() -> None:
    """Standing alone says nothing: what it shares with the query in itself has to tell."""
    alone = rate_confidence(make_scored([0.0]), BY_HAND)[0]
    usual = np.random.default_rng(1).standard_normal(USUAL_CANDIDATES)
    among = rate_confidence(make_scored(usual.tolist()), BY_HAND)

    assert np.quantile(among, 0.3) < alone < np.quantile(among, 0.7)


def test_a_short_list_is_measured_as_one_filled_up() -> None:
    drawn = np.random.default_rng(2).standard_normal(USUAL_CANDIDATES)
    drawn[:3] = [3.0, 1.5, 0.2]

    short, whole = measure_shape(make_scored([3.0, 1.5, 0.2])), measure_shape(make_scored([*drawn]))

    for name in ("share", "place"):
        at = SHAPE.index(name)
        assert short[:, at] == pytest.approx(whole[:3, at], abs=0.35), name


@given(SCORES, WEIGHTS)
def test_a_lower_score_never_has_a_higher_confidence(
    scores: list[float], calibration: Calibration
) -> None:
    found = rate_confidence(make_scored(scores), calibration)

    assert ((found >= 0) & (found <= 1)).all()
    for one, score in zip(found, scores, strict=True):
        assert all(one >= other for other, s in zip(found, scores, strict=True) if s < score)


@given(UNIQUE, st.randoms(use_true_random=False))
def test_the_order_of_pairs_does_not_matter(scores: list[float], chance: object) -> None:
    order = list(range(len(scores)))
    chance.shuffle(order)  # type: ignore[attr-defined]

    straight = rate_confidence(make_scored(scores), BY_HAND)
    shuffled = rate_confidence(make_scored([scores[at] for at in order]), BY_HAND)

    assert shuffled == pytest.approx(straight[order])


@given(SCORES, SCORES)
def test_queries_do_not_meet(first: list[float], second: list[float]) -> None:
    one, other = make_scored(first), make_scored(second, query="M")

    together = rate_confidence(pl.concat([one, other]), BY_HAND)

    alone = [*rate_confidence(one, BY_HAND), *rate_confidence(other, BY_HAND)]
    assert together == pytest.approx(alone)


@given(UNIQUE, UNIQUE, WEIGHTS)
def test_hidden_pairs_move_no_confidence(
    public: list[float], hidden: list[float], calibration: Calibration
) -> None:
    count = len(public)
    mixed = make_scored([*public, *hidden], hidden=tuple(range(count, count + len(hidden))))

    found = rate_confidence(mixed, calibration)[:count]

    assert found == pytest.approx(rate_confidence(make_scored(public), calibration))


def test_what_fits_better_in_itself_is_surer() -> None:
    far, near = (rate_confidence(make_scored([2, 1], cosine=c), BY_HAND)[0] for c in (0.1, 0.9))

    assert near > far


def draw_links(seed: int, queries: int = 60, count: int = 10) -> pl.DataFrame:
    """The higher the score, the likelier the link; here and there none."""
    drawn = np.random.default_rng(seed)
    parts = []
    for number in range(queries):
        scores = drawn.standard_normal(count)
        is_link = drawn.random(count) < 1 / (1 + np.exp(4 - 3 * scores))
        scored = make_scored(scores.tolist(), query=f"N{number}")
        figures = pl.Series(drawn.random(count), dtype=pl.Float32)
        parts.append(scored.with_columns(coverage=figures, is_link=pl.Series(is_link)))
    return pl.concat(parts).with_columns(cosine=pl.col("coverage").reverse())


def test_what_is_fitted_is_as_often_right_as_it_says() -> None:
    calibration = fit_calibration(draw_links(1, queries=300))
    unseen = draw_links(2, queries=300)

    rated = rate_confidence(unseen, calibration)

    is_link = unseen["is_link"].to_numpy()
    assert rated.mean() == pytest.approx(is_link.mean(), abs=0.03)
    sure = rated > np.quantile(rated, 0.9)
    assert is_link[sure].mean() == pytest.approx(rated[sure].mean(), abs=0.12)
    assert rated[is_link].mean() > 2 * rated[~is_link].mean()


@pytest.mark.parametrize("answer", [True, False])
def test_where_all_pairs_are_alike_nothing_can_be_learned(answer: bool) -> None:
    scored = draw_links(3).with_columns(is_link=pl.lit(answer))

    with pytest.raises(RankerError, match="cannot be learned"):
        fit_calibration(scored)


def test_a_figure_that_never_differs_does_no_harm() -> None:
    scored = draw_links(4, queries=200)
    constant = scored.with_columns(cosine=pl.lit(0.3, pl.Float32), coverage=pl.lit(1, pl.Float32))

    rated = rate_confidence(constant, fit_calibration(constant))

    is_link = scored["is_link"].to_numpy()
    assert rated[is_link].mean() > 2 * rated[~is_link].mean()
