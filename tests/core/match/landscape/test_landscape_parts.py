import numpy as np
import pytest

from terrace.match.landscape.layout import find_clusters, lay_out
from terrace.match.landscape.placing import choose_clusters, find_neighbours, settle
from terrace.match.landscape.projection import Projection


def groups(rng: np.random.Generator, *, each: int = 40, dimension: int = 12) -> np.ndarray:
    centres = np.random.default_rng(3).standard_normal((3, dimension))
    points = np.repeat(centres, each, axis=0) + 0.2 * rng.standard_normal((3 * each, dimension))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def test_more_points_than_are_drawn_lie_with_their_like() -> None:
    vectors = groups(np.random.default_rng(0))
    places = lay_out(vectors, seed=0, most_drawn=60)
    centres = np.stack([places[n * 40 : n * 40 + 40].mean(axis=0) for n in range(3)])
    nearest = np.linalg.norm(places[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest == np.repeat(range(3), 40)).mean() > 0.95


def test_points_that_are_all_alike_still_get_a_place() -> None:
    places = lay_out(np.ones((25, 4), np.float32) / 2, seed=0)
    assert np.isfinite(places).all()
    assert len(find_clusters(places, seed=0)) == 25


def test_a_record_between_two_regions_lies_in_the_heavier_one() -> None:
    drawn = np.eye(4, dtype=np.float32)
    places = np.array([[0, 0], [0.02, 0], [0.01, 0.02], [1, 1]], np.float32)
    vector = np.array([[0.5, 0.5, 0.5, 0.45]], np.float32)
    neighbours = find_neighbours(vector, drawn)
    assert np.linalg.norm(settle(neighbours, places)[0] - places[:3].mean(axis=0)) < 0.1
    assert choose_clusters(neighbours, np.array([5, 5, 5, 2])).tolist() == [5]


def test_an_equal_record_lies_where_its_equal_lies() -> None:
    drawn = groups(np.random.default_rng(0))
    neighbours = find_neighbours(drawn[[7]], drawn)
    assert 7 in neighbours.rows[0]
    assert neighbours.rows[0][neighbours.weights[0].argmax()] == 7


@pytest.mark.parametrize("shift", [0.0, 3.0])
@pytest.mark.parametrize("voices", [(("en", ""), ("zh", "")), (("en", "forms"), ("en", "calls"))])
def test_what_sets_languages_and_sources_apart_is_taken_off(
    shift: float, voices: tuple[tuple[str, str], ...]
) -> None:
    rng = np.random.default_rng(0)
    vectors = np.concatenate([groups(rng), groups(rng)])
    vectors[120:, 0] += shift
    spoken = [voices[0]] * 120 + [voices[1]] * 120
    projected = Projection.fit(vectors, spoken)(vectors, spoken)
    same = (projected[:120] * projected[120:]).sum(axis=1)
    assert np.median(same) > 0.7


def test_an_unknown_source_is_measured_from_its_language_and_that_from_the_middle() -> None:
    vectors = groups(np.random.default_rng(0))
    projection = Projection.fit(vectors, [("en", "forms")] * len(vectors))
    expected = projection(vectors[:3], [("en", "forms")] * 3)
    others = [("en", "calls"), ("fi", ""), ("", "forms")]
    np.testing.assert_allclose(projection(vectors[:3], others), expected, atol=1e-5)
