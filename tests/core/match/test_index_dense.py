import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from terrace.errors import EmbedderError, MixedVectors, NotFound
from terrace.match.index import Entry, Index, products
from terrace.match.index.ranking import Top, merge_tops, select_top

D = 8


@pytest.fixture(autouse=True, scope="module")
def _quick_disk() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index.open(tmp_path / "index")


def write_records(index: Index, *ids: str) -> None:
    index.write([Entry(id=i, text=f"text of {i}") for i in ids])


def make_vectors(count: int, *, seed: int = 0, dimension: int = D) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def sort_naively(scores: np.ndarray, k: int) -> list[int]:
    order = np.lexsort((np.arange(len(scores)), -scores))[:k]
    return [int(row) for row in order]


def test_products_of_vectors_that_are_there(index: Index) -> None:
    write_records(index, "A", "B", "C")
    vectors = make_vectors(2)
    index.add_vectors("m", ["C", "A"], vectors)
    view = index.view()
    assert view.models == {"m": D}
    assert view.has_vectors("m").tolist() == [True, False, True]
    scores = view.dense("m", vectors[0])
    assert scores.dtype == np.float32
    assert scores == pytest.approx([vectors[1] @ vectors[0], -1, 1], abs=1e-6)


def test_lexical_works_before_any_vectors(index: Index) -> None:
    write_records(index, "A", "B")
    view = index.view()
    assert view.has_vectors("m").tolist() == [False, False]
    assert view.dense("m", np.ones(D, np.float32)).tolist() == [-1, -1]
    rows, scores = view.top_dense("m", np.ones((2, D), np.float32), 3)
    assert rows.tolist() == [[-1] * 3] * 2
    assert scores.tolist() == [[-1] * 3] * 2
    assert view.lexical(["text"]).min() > 0


def test_vectors_come_back_as_given(index: Index) -> None:
    write_records(index, "A", "B", "C")
    vectors = make_vectors(2)
    index.add_vectors("m", ["B", "C"], vectors)
    found = index.view().vectors("m", [2, 0, 1, 2])
    assert found.tolist() == [
        vectors[1].tolist(),
        [0] * D,
        vectors[0].tolist(),
        vectors[1].tolist(),
    ]


def test_vectors_across_segments(index: Index) -> None:
    write_records(index, "A", "B")
    write_records(index, "C")
    vectors = make_vectors(3)
    index.add_vectors("m", ["A", "B", "C"], vectors)
    assert index.view().vectors("m", [2, 1, 0]).tolist() == vectors[::-1].tolist()


def test_vectors_of_an_unknown_model(index: Index) -> None:
    write_records(index, "A")
    index.add_vectors("m", ["A"], make_vectors(1))
    with pytest.raises(NotFound, match=r"'other'.*\['m'\]"):
        index.view().vectors("other", [0])


def test_vectors_arrive_in_pieces(index: Index) -> None:
    ids = [f"R{i}" for i in range(10)]
    write_records(index, *ids)
    vectors = make_vectors(10)
    for piece in ([7, 1], [0, 2, 9], [3, 4, 5, 6, 8]):
        index.add_vectors("m", [ids[i] for i in piece], vectors[piece])
    view = index.view()
    assert view.has_vectors("m").all()
    assert view.vectors("m", range(10)).tolist() == vectors.tolist()


def test_an_older_view_does_not_see_younger_vectors(index: Index) -> None:
    write_records(index, "A", "B")
    vectors = make_vectors(2)
    index.add_vectors("m", ["A"], vectors[:1])
    old = index.view()
    index.add_vectors("m", ["B"], vectors[1:])
    assert old.has_vectors("m").tolist() == [True, False]
    assert old.dense("m", vectors[1])[1] == -1
    assert old.vectors("m", [1]).tolist() == [[0] * D]
    assert index.view().dense("m", vectors[1])[1] == pytest.approx(1)


def test_a_row_that_has_a_vector_keeps_it(index: Index) -> None:
    write_records(index, "A")
    first, second = make_vectors(2)
    generation = index.add_vectors("m", ["A"], first[None])
    assert index.add_vectors("m", ["A"], second[None]) == generation
    assert index.view().vectors("m", [0])[0].tolist() == first.tolist()


def test_a_replaced_record_waits_for_its_new_vector(index: Index) -> None:
    write_records(index, "A", "B")
    old, new = make_vectors(2)
    index.add_vectors("m", ["A", "B"], np.stack([old, old]))
    write_records(index, "A")
    view = index.view()
    assert not view.has_vectors("m")[view.row_of("A")]
    assert np.count_nonzero(view.dense("m", old) > 0.9) == 1
    index.add_vectors("m", ["A"], new[None])
    view = index.view()
    assert view.vectors("m", [view.row_of("A")])[0].tolist() == new.tolist()


def test_vectors_of_an_older_text_are_passed_over(index: Index) -> None:
    write_records(index, "A", "B")
    embedded_at = index.view().generation
    write_records(index, "A")
    index.add_vectors("m", ["A", "B"], make_vectors(2), generation=embedded_at)
    view = index.view()
    assert not view.has_vectors("m")[view.row_of("A")]
    assert view.has_vectors("m")[view.row_of("B")]


def test_ids_that_are_gone_are_passed_over(index: Index) -> None:
    write_records(index, "A", "B", "C", "D", "E")
    index.write(delete=["B"])
    index.add_vectors("m", ["B", "A", "never"], make_vectors(3))
    view = index.view()
    assert view.has_vectors("m").sum() == 1
    assert view.has_vectors("m")[view.row_of("A")]


def test_models_of_different_dimensions_live_side_by_side(index: Index) -> None:
    write_records(index, "A", "B")
    small, large = make_vectors(2), make_vectors(2, dimension=16)
    index.add_vectors("org/small", ["A", "B"], small)
    index.add_vectors("org/large", ["A", "B"], large)
    view = index.view()
    assert view.models == {"org/small": D, "org/large": 16}
    assert view.vectors("org/small", [1])[0].tolist() == small[1].tolist()
    assert view.vectors("org/large", [1])[0].tolist() == large[1].tolist()


def test_vectors_of_another_dimension_are_refused(index: Index) -> None:
    write_records(index, "A", "B")
    index.add_vectors("m", ["A"], make_vectors(1))
    with pytest.raises(MixedVectors, match=r"8 dimensions.*these have 4"):
        index.add_vectors("m", ["B"], make_vectors(1, dimension=4))
    assert index.view().has_vectors("m").tolist() == [True, False]


def test_queries_of_another_dimension_are_refused(index: Index) -> None:
    write_records(index, "A")
    index.add_vectors("m", ["A"], make_vectors(1))
    with pytest.raises(MixedVectors, match="query has 4 dimensions"):
        index.view().dense("m", np.ones(4, np.float32))
    with pytest.raises(MixedVectors, match="query has 4 dimensions"):
        index.view().top_dense("m", np.ones((2, 4), np.float32), 1)


@pytest.mark.parametrize("shape", [(1, D), (3, D), (2,)])
def test_not_one_vector_per_id(index: Index, shape: tuple[int, ...]) -> None:
    write_records(index, "A", "B")
    with pytest.raises(EmbedderError, match="one vector per id"):
        index.add_vectors("m", ["A", "B"], np.ones(shape, np.float32))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_vectors_that_are_not_finite(index: Index, bad: float) -> None:
    write_records(index, "A", "B")
    vectors = make_vectors(2)
    vectors[1, 3] = bad
    with pytest.raises(EmbedderError, match="not finite for 'B'"):
        index.add_vectors("m", ["A", "B"], vectors)
    assert not index.view().models


def test_no_vectors_at_all(index: Index) -> None:
    write_records(index, "A")
    before = index.view().generation
    assert index.add_vectors("m", [], np.zeros((0, D), np.float32)) == before


@pytest.fixture
def full(index: Index) -> Index:
    ids = [f"R{i:03}" for i in range(200)]
    years = pl.DataFrame({"id": ids, "year": [2000 + i % 20 for i in range(200)]})
    index.write([Entry(id=i, text="laser") for i in ids[:150]], years[:150])
    index.write([Entry(id=i, text="laser") for i in ids[150:]], years[150:])
    index.add_vectors("m", ids[:-20], make_vectors(180))
    index.write(delete=ids[3:10])
    return index


@pytest.mark.parametrize("k", [1, 7, 300])
@pytest.mark.parametrize("first_year", [2000, 2004, 2019, 2030])
def test_top_is_exact_under_every_filter(full: Index, k: int, first_year: int) -> None:
    view = full.view()
    mask = view.rows_where(pl.col("year") >= first_year)
    queries = make_vectors(5, seed=1)
    rows, scores = view.top_dense("m", queries, k, mask=mask)
    assert rows.shape == scores.shape == (5, k)
    admitted = mask & view.has_vectors("m")
    for query, found, found_scores in zip(queries, rows, scores, strict=True):
        every = np.where(admitted, view.vectors("m", range(len(view))) @ query, -np.inf)
        expected = sort_naively(every, min(k, int(admitted.sum())))
        count = len(expected)
        assert found[:count].tolist() == expected
        assert found_scores[:count] == pytest.approx(every[expected], abs=1e-6)
        assert (found[count:] == -1).all()
        assert (found_scores[count:] == -1).all()


@pytest.mark.parametrize("block", [16, 50, 1000])
def test_top_does_not_depend_on_the_blocks(
    full: Index, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    view, queries = full.view(), make_vectors(9, seed=2)
    expected, _ = view.top_dense("m", queries, 12)
    monkeypatch.setattr(products, "_BLOCK_ROWS", block)
    monkeypatch.setattr(products, "_BLOCK_SCORES", 2 * block)
    assert view.top_dense("m", queries, 12)[0].tolist() == expected.tolist()


@pytest.mark.parametrize("share", [0.0, 0.02, 0.9, 1.0])
def test_masked_products_are_the_products_where_admitted(full: Index, share: float) -> None:
    view, query = full.view(), make_vectors(1, seed=3)[0]
    mask = np.random.default_rng(4).random(len(view)) < share
    expected = np.where(mask, view.dense("m", query), np.float32(-1))
    assert view.dense("m", query, mask) == pytest.approx(expected, abs=1e-6)


def test_merging_segments_keeps_the_vectors(full: Index) -> None:
    before = full.view()
    kept = {before.ids[row]: before.vectors("m", [row])[0] for row in np.flatnonzero(before.live)}
    had = {before.ids[row] for row in np.flatnonzero(before.has_vectors("m"))}
    for i in range(12):
        full.write([Entry(id=f"N{i}", text="new")])
    full.write(delete=[f"R{i:03}" for i in range(10, 100)])
    after = full.view()
    assert len(after.shards) == 1
    assert {after.ids[r] for r in np.flatnonzero(after.has_vectors("m"))} == had - {
        f"R{i:03}" for i in range(10, 100)
    }
    for row in np.flatnonzero(after.has_vectors("m")):
        assert after.vectors("m", [row])[0].tolist() == kept[after.ids[row]].tolist()


scores_arrays = arrays.arrays(
    np.float32,
    st.tuples(st.integers(0, 4), st.integers(0, 60)),
    elements=st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0, 2.0]),
)


@settings(deadline=None)
@given(scores_arrays, st.integers(0, 70), st.sampled_from([-np.inf, 0.0, 0.5]))
def test_select_top_is_sorting(scores: np.ndarray, k: int, floor: float) -> None:
    top = select_top(scores, k, floor=floor)
    for line, rows, values in zip(scores, top.rows, top.scores, strict=True):
        expected = [row for row in sort_naively(line, k) if line[row] > floor]
        assert [int(row) for row in rows if row >= 0] == expected
        assert values[: len(expected)].tolist() == line[expected].tolist()
        assert (values[len(expected) :] == floor).all()


def test_select_top_of_many_columns() -> None:
    scores = np.random.default_rng(5).standard_normal((6, 20_000)).astype(np.float32)
    top = select_top(scores, 50, floor=-np.inf)
    assert top.rows.tolist() == [sort_naively(line, 50) for line in scores]


@settings(deadline=None)
@given(scores_arrays, st.integers(1, 10), st.integers(0, 60))
def test_merged_tops_are_the_top_of_all(scores: np.ndarray, k: int, cut: int) -> None:
    cut = min(cut, scores.shape[1])
    left = select_top(scores[:, :cut], k, floor=0.0)
    right = select_top(scores[:, cut:], k, floor=0.0)
    moved = Top(np.where(right.rows < 0, -1, right.rows + cut), right.scores)
    whole = select_top(scores, k, floor=0.0)
    merged = merge_tops([left, moved], k, floor=0.0)
    assert merged.rows.tolist() == whole.rows.tolist()
    assert merged.scores.tolist() == whole.scores.tolist()
