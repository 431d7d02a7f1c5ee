import numpy as np
import pytest

from terrace.match.landscape.labels import label_clusters
from terrace.match.landscape.layout import find_clusters, lay_out
from terrace.match.landscape.placing import choose_clusters, find_neighbours, settle
from terrace.match.landscape.projection import Projection

LASER = ["Laser diodes for cutting", "Laser diode drivers", "Cutting by laser diodes"]
WHEAT = ["Wheat seeds", "Seed of wheat in soil", "Wheat seeds and soil"]
CHINESE = ["激光切割设备", "激光切割工艺", "激光切割头"]


def groups(rng: np.random.Generator, *, each: int = 40, dimension: int = 12) -> np.ndarray:
    centres = np.random.default_rng(3).standard_normal((3, dimension))
    points = np.repeat(centres, each, axis=0) + 0.2 * rng.standard_normal((3 * each, dimension))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def test_labels_are_the_words_that_set_a_cluster_apart() -> None:
    english, chinese = label_clusters([*LASER, *WHEAT], [0] * 3 + [1] * 3)
    assert "laser diodes" in english[0]
    assert any("wheat" in label for label in english[1])
    assert chinese == {0: [], 1: []}


def test_each_language_is_labelled_from_its_own_texts() -> None:
    english, chinese = label_clusters(
        [*LASER, *CHINESE, *WHEAT, *["小麦种子"] * 4], [0] * 6 + [1] * 7
    )
    assert "激光" in chinese[0] or "切割" in chinese[0]
    assert not any(label.isascii() for label in chinese[0])
    assert all(label.isascii() for label in english[0])


def test_a_word_of_one_or_two_records_is_no_label() -> None:
    texts = ["Codename zebra laser", "zebra laser", "laser mirror", *WHEAT]
    english, _ = label_clusters(texts, [0] * 3 + [1] * 3)
    assert english[0] == ["laser"]


def test_what_everybody_says_is_no_label() -> None:
    texts = [f"{word}, system" for word in ("laser",) * 4 + ("wheat",) * 4]
    english, _ = label_clusters(texts, [0] * 4 + [1] * 4)
    assert english[0] == ["laser"]


def test_labels_do_not_repeat_each_other() -> None:
    english, _ = label_clusters([*LASER, *WHEAT], [0] * 3 + [1] * 3)
    said = [word for label in english[0] for word in label.split()]
    assert len(said) == len(set(said))


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
def test_what_sets_languages_apart_is_taken_off(shift: float) -> None:
    rng = np.random.default_rng(0)
    vectors = np.concatenate([groups(rng), groups(rng)])
    vectors[120:, 0] += shift
    languages = ["en"] * 120 + ["zh"] * 120
    projected = Projection.fit(vectors, languages)(vectors, languages)
    same = (projected[:120] * projected[120:]).sum(axis=1)
    assert np.median(same) > 0.7


def test_an_unknown_language_is_measured_from_the_middle() -> None:
    vectors = groups(np.random.default_rng(0))
    projection = Projection.fit(vectors, ["en"] * len(vectors))
    expected = projection(vectors[:2], ["en", "en"])
    np.testing.assert_allclose(projection(vectors[:2], ["fi", ""]), expected, atol=1e-5)
