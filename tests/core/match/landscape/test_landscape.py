from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.errors import InputError, NotFound
from terrace.match.corpus import Corpus
from terrace.match.landscape import Landscape, Points, fit_landscape, glosses_of, read_points
from terrace.match.landscape.landscape import CLUSTERS, POINTS
from terrace.match.vectors import VectorCache
from terrace.records import Visibility, to_frame
from terrace.testing.embedders import BilingualEmbedder
from terrace.testing.records import make_achievement

SUBJECTS = ("laser diode", "solid battery", "wheat seed", "radar antenna")
EACH, DIMENSION = 12, 24


def make_points(
    kind: str = "achievement", *, seed: int = 0, subjects: Sequence[str] = SUBJECTS
) -> Points:
    """Of each subject a handful of records close together."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).standard_normal((len(subjects), DIMENSION))
    noise = rng.standard_normal((len(subjects) * EACH, DIMENSION))
    vectors = np.repeat(centres, EACH, axis=0) + 0.25 * noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [f"{kind}-{n}" for n in range(len(vectors))]
    texts = [f"{subjects[n // EACH]} for case{n}" for n in range(len(vectors))]
    return Points(
        record_ids=ids,
        kind=kind,
        vectors=vectors.astype(np.float32),
        texts=texts,
        heads=texts,
        sources=[""] * len(ids),
        fields=[()] * len(ids),
        public=np.ones(len(ids), np.bool_),
    )


def renamed(points: Points, prefix: str) -> Points:
    return replace(points, record_ids=[f"{prefix}{i}" for i in points.record_ids])


@pytest.fixture(scope="module")
def landscape() -> Landscape:
    return fit_landscape([make_points("need", seed=1), make_points(seed=2)])


def places_of(frame: pl.DataFrame) -> np.ndarray:
    return frame.select("x", "y").to_numpy()


def test_it_works(landscape: Landscape) -> None:
    assert landscape.points.schema == POINTS
    assert landscape.clusters.schema == CLUSTERS
    assert landscape.points.height == 2 * len(SUBJECTS) * EACH
    assert landscape.clusters["size"].sum() == landscape.points.height
    places = places_of(landscape.points)
    assert places.min() >= 0
    assert places.max() <= 1


def test_like_lies_beside_like_whatever_its_kind(landscape: Landscape) -> None:
    places = places_of(landscape.points)
    subjects = landscape.points.select(by_number() // EACH).to_numpy().ravel()
    distances = np.linalg.norm(places[:, None] - places, axis=2) + np.eye(len(places)) * 9
    nearest = np.argsort(distances, axis=1)[:, :8]
    assert (subjects[nearest] == subjects[:, None]).mean() > 0.95


def test_the_same_points_in_any_order_give_the_same_map(landscape: Landscape) -> None:
    needs = make_points("need", seed=1)
    turned = needs.choose(range(len(needs))[::-1])
    again = fit_landscape([make_points(seed=2), turned])
    assert again.points.equals(landscape.points)
    assert again.clusters.equals(landscape.clusters)


def test_hidden_records_move_nobody_and_name_nothing(landscape: Landscape) -> None:
    hidden = renamed(make_points("need", seed=7, subjects=["secret plan"]), "H-")
    hidden = replace(hidden, public=np.zeros(len(hidden), np.bool_))
    found = fit_landscape([make_points("need", seed=1), hidden, make_points(seed=2)])
    assert found.points.equals(landscape.points)
    assert found.clusters.equals(landscape.clusters)


def test_a_record_of_the_map_keeps_its_place(landscape: Landscape) -> None:
    points = make_points(seed=2)
    expected = landscape.points.filter(pl.col("kind") == "achievement")
    located = landscape.locate(points)
    assert located["record_id"].to_list() == list(points.record_ids)
    assert located.sort("record_id").equals(expected.sort("record_id"))


def test_a_new_record_lies_among_its_like(landscape: Landscape) -> None:
    new = renamed(make_points(seed=5), "NEW-")
    located, known = places_of(landscape.locate(new)), landscape.points
    for subject in range(len(SUBJECTS)):
        rows = slice(subject * EACH, (subject + 1) * EACH)
        own = places_of(known.filter(pl.col("kind") == "achievement").sort(by_number()))[rows]
        centre = own.mean(axis=0)
        reach = np.linalg.norm(own - centre, axis=1).max()
        assert np.linalg.norm(located[rows] - centre, axis=1).max() < 1.5 * reach + 0.02


def by_number() -> pl.Expr:
    return pl.col("record_id").str.split("-").list.last().cast(pl.Int64)


def test_a_changed_text_moves_its_record(landscape: Landscape) -> None:
    points = make_points(seed=2)
    changed = replace(points.choose([0]), vectors=points.vectors[[EACH * 2]])
    before, after = landscape.locate(points.choose([0])), landscape.locate(changed)
    assert np.linalg.norm(places_of(before) - places_of(after)) > 0.05


def test_one_record_is_placed_as_in_a_crowd(landscape: Landscape) -> None:
    new = renamed(make_points(seed=5), "NEW-")
    together = landscape.locate(new)
    alone = landscape.locate(new.choose([3]))
    np.testing.assert_allclose(places_of(alone), places_of(together[3]), atol=1e-4)


def test_nothing_to_locate(landscape: Landscape) -> None:
    assert landscape.locate(make_points().choose([])).is_empty()


def test_vectors_of_another_model_are_refused(landscape: Landscape) -> None:
    other = replace(make_points().choose([0]), vectors=np.ones((1, 3), np.float32))
    with pytest.raises(InputError, match="3 dimensions"):
        landscape.locate(other)


def test_too_few_public_records_make_no_map() -> None:
    few = make_points().choose(range(5))
    with pytest.raises(InputError, match="5 public records"):
        fit_landscape([few])


def test_a_record_without_a_vector_is_not_on_the_map() -> None:
    points = make_points()
    points.vectors[4] = 0
    assert points.record_ids[4] not in fit_landscape([points]).points["record_id"]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    fit_landscape([make_points()], progress=lambda _, done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_saved_and_loaded_it_is_the_same(landscape: Landscape, tmp_path: Path) -> None:
    landscape.save(tmp_path / "map")
    loaded = Landscape.load(tmp_path / "map")
    assert loaded.points.equals(landscape.points)
    assert loaded.clusters.equals(landscape.clusters)
    new = renamed(make_points(seed=5), "NEW-")
    assert loaded.locate(new).equals(landscape.locate(new))


def test_there_is_no_map_to_load(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no landscape"):
        Landscape.load(tmp_path)


@pytest.mark.parametrize("file", ["space.npz", "points.parquet", "clusters.parquet"])
def test_a_damaged_map_says_so(landscape: Landscape, tmp_path: Path, file: str) -> None:
    landscape.save(tmp_path)
    (tmp_path / file).write_bytes(b"damaged")
    with pytest.raises(InputError, match="Fit the map anew"):
        Landscape.load(tmp_path)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    embedder = BilingualEmbedder(dimension=16)
    return Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), (embedder,))


def test_points_are_read_from_a_corpus(corpus: Corpus) -> None:
    hidden = make_achievement("A2", "laser", visibility=Visibility(teaser="private"))
    sealed = make_achievement(
        "A1", "pump seal", keywords=("sealing",), source="form", fields=("energy",)
    )
    corpus.put(to_frame("achievement", [sealed, hidden]))
    corpus.embed()
    corpus.put(to_frame("achievement", [make_achievement("A3", "not embedded yet")]))
    points = read_points("achievement", corpus)
    assert list(points.record_ids) == ["A1", "A2"]
    assert points.public.tolist() == [True, False]
    assert points.texts[0].startswith("pump seal")
    assert points.heads[0] == "pump seal; sealing"
    assert (points.sources[0], points.fields[0]) == ("form", ["energy"])
    np.testing.assert_allclose(np.linalg.norm(points.vectors, axis=1), 1, atol=1e-3)
    assert list(read_points("achievement", corpus, ["A2", "A9"]).record_ids) == ["A2"]


def test_without_a_multilingual_model_there_are_no_points(tmp_path: Path) -> None:
    plain = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), ())
    plain.put(to_frame("achievement", [make_achievement("A1")]))
    assert len(read_points("achievement", plain)) == 0
    with pytest.raises(InputError, match="0 public records"):
        fit_landscape([read_points("achievement", plain)])


def test_regions_are_glossed_by_a_corpus(corpus: Corpus) -> None:
    corpus.put(to_frame("achievement", [make_achievement(f"A{n}", "pump seal") for n in "123"]))
    corpus.embed()
    glosses = glosses_of(corpus)
    assert glosses["zh"](["seal"]) == []
    gloss = glosses["en"]
    assert gloss(["seal"]) == ["seal"]
    assert gloss(["nowhere said"]) == []
    assert gloss([]) == []


def test_without_a_multilingual_model_nothing_is_glossed(tmp_path: Path) -> None:
    assert glosses_of(Corpus(tmp_path, VectorCache(tmp_path / "v.sqlite"), ())) == {}
