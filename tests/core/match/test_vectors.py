from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrace.errors import EmbedderError, TerraceError
from terrace.match.embedders.batches import Vectors
from terrace.match.vectors import VectorCache
from terrace.testing.embedders import HashEmbedder

TEXTS = ["laser diode", "fiber pump", "", "laser diode", "malaria vaccine", "激光二极管"]


class Counting(HashEmbedder):
    """Notes what it was asked to embed, and whether as queries or documents."""

    def __init__(self, *, is_symmetric: bool = True, dimension: int = 64) -> None:
        super().__init__(dimension=dimension, is_symmetric=is_symmetric)
        object.__setattr__(self, "asked", [])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(("document", text) for text in texts)
        return super().encode_documents(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(("query", text) for text in texts)
        return super().encode_documents(texts)


class Answering(HashEmbedder):
    """Gives the answer it was made with, whatever it is asked."""

    def __init__(self, answer: Callable[[int], npt.ArrayLike]) -> None:
        super().__init__()
        object.__setattr__(self, "answer", answer)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return self.answer(len(texts))


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "cache" / "vectors.sqlite3", batch_size=2)


def test_it_works(cache: VectorCache) -> None:
    vectors = cache.encode(HashEmbedder(), TEXTS, "document")
    assert (vectors.shape, vectors.dtype) == ((6, 64), np.float32)
    assert np.abs(vectors - HashEmbedder().encode_documents(TEXTS)).max() < 1e-3
    assert not vectors[2].any()


def test_nothing_is_embedded_twice(cache: VectorCache) -> None:
    embedder = Counting()
    first = cache.encode(embedder, TEXTS, "document")
    assert sorted(text for _, text in embedder.asked) == sorted({*TEXTS} - {""})
    embedder.asked.clear()
    again = cache.encode(embedder, [*TEXTS, "new"], "document")
    assert embedder.asked == [("document", "new")]
    assert np.array_equal(again[:6], first)


def test_a_symmetric_model_shares_queries_and_documents(cache: VectorCache) -> None:
    embedder = Counting(is_symmetric=True)
    cache.encode(embedder, ["laser"], "document")
    cache.encode(embedder, ["laser"], "query")
    assert embedder.asked == [("document", "laser")]


def test_queries_and_documents_are_kept_apart_where_they_differ(cache: VectorCache) -> None:
    embedder = Counting(is_symmetric=False)
    for role in ("document", "query", "query"):
        cache.encode(embedder, ["laser"], role)
    assert embedder.asked == [("document", "laser"), ("query", "laser")]


def test_models_are_kept_apart(cache: VectorCache) -> None:
    cache.encode(HashEmbedder(dimension=8), ["laser", "pump"], "document")
    assert cache.encode(HashEmbedder(dimension=16), ["laser"], "document").shape == (1, 16)
    assert cache.counts() == {"hash-8": 2, "hash-16": 1}


def test_an_empty_cache_counts_nothing_and_makes_no_file(cache: VectorCache) -> None:
    assert cache.counts() == {}
    assert cache.encode(HashEmbedder(), [], "query").shape == (0, 64)
    assert not cache.encode(HashEmbedder(), ["", " \n"], "query").any()
    assert not cache.path.exists()


def test_progress_tells_what_is_done_of_all(cache: VectorCache) -> None:
    told = []
    cache.encode(HashEmbedder(), TEXTS[:2], "document")
    cache.encode(HashEmbedder(), TEXTS, "document", lambda *said: told.append(said))
    assert told == [("Embedding with hash-64", 2, 4), ("Embedding with hash-64", 4, 4)]
    told.clear()
    cache.encode(HashEmbedder(), TEXTS, "document", lambda *said: told.append(said))
    assert told == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.text(st.characters(codec=None), max_size=8), max_size=6), max_size=4))
def test_calls_in_any_cut_give_the_vectors_of_the_model(
    cache: VectorCache, calls: list[list[str]]
) -> None:
    for texts in calls:
        expected = HashEmbedder().encode_documents(texts)
        assert np.allclose(cache.encode(HashEmbedder(), texts, "document"), expected, atol=1e-3)


def test_put_stores_vectors_computed_elsewhere(cache: VectorCache) -> None:
    embedder = Counting()
    cache.put(embedder, TEXTS, HashEmbedder().encode_documents(TEXTS), "document")
    cache.encode(embedder, TEXTS, "document")
    assert embedder.asked == []


def test_put_refuses_vectors_of_another_model(cache: VectorCache) -> None:
    with pytest.raises(EmbedderError, match=r"hash-64.*shape \(1, 8\) instead of \(1, 64\)"):
        cache.put(
            HashEmbedder(), ["x"], HashEmbedder(dimension=8).encode_queries(["x"]), "document"
        )


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda n: np.zeros((n, 3), np.float32), "shape"),
        (lambda n: np.zeros((n + 1, 64), np.float32), "shape"),
        (lambda n: np.zeros(64 * n, np.float32), "shape"),
        (lambda n: np.full((n, 64), np.nan, np.float32), "not finite"),
        (lambda n: np.full((n, 64), np.inf, np.float32), "not finite"),
        (lambda n: np.ones((n, 64), np.float32), "neither 1 nor 0"),
    ],
)
def test_a_wrong_answer_names_the_model_and_is_not_kept(
    cache: VectorCache, answer: Callable[[int], npt.ArrayLike], complaint: str
) -> None:
    with pytest.raises(EmbedderError, match=f"'hash-64' gave .*{complaint}"):
        cache.encode(Answering(answer), ["laser"], "document")
    assert cache.counts() == {}
    assert cache.encode(HashEmbedder(), ["laser"], "document").any()


def test_another_dimension_under_the_same_id_is_refused(cache: VectorCache) -> None:
    class Grown(HashEmbedder):
        id = "hash-64"

    cache.encode(HashEmbedder(), ["laser"], "document")
    with pytest.raises(EmbedderError, match="another dimension before"):
        cache.encode(Grown(dimension=32), ["laser"], "document")


def test_shipped_vectors_stand_in_for_the_model(cache: VectorCache, tmp_path: Path) -> None:
    shipped = tmp_path / "sample" / "hash.npz"
    cache.export(shipped, HashEmbedder(), {"document": TEXTS})
    embedder = Counting()
    elsewhere = VectorCache(tmp_path / "other.sqlite3", fallbacks=(shipped,))
    vectors = elsewhere.encode(embedder, [*TEXTS, "new"], "document")
    assert embedder.asked == [("document", "new")]
    assert np.array_equal(vectors[:6], cache.encode(HashEmbedder(), TEXTS, "document"))
    assert elsewhere.counts() == {"hash-64": 1}


def test_shipped_vectors_of_another_model_are_not_taken(cache: VectorCache, tmp_path: Path) -> None:
    cache.export(tmp_path / "hash.npz", HashEmbedder(), {"document": TEXTS})
    embedder = Counting(dimension=32)
    elsewhere = VectorCache(tmp_path / "other.sqlite3", fallbacks=(tmp_path / "hash.npz",))
    assert elsewhere.encode(embedder, ["laser diode"], "document").shape == (1, 32)
    assert len(embedder.asked) == 1


def test_an_export_is_the_same_bytes_each_time(cache: VectorCache, tmp_path: Path) -> None:
    for name, texts in (("a", TEXTS), ("b", TEXTS[::-1])):
        cache.export(tmp_path / name, HashEmbedder(), {"document": texts, "query": texts[:2]})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut short"])
def test_damaged_shipped_vectors_name_the_file(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "hash.npz"
    if content is not None:
        path.write_bytes(content)
    cache = VectorCache(tmp_path / "v.sqlite3", fallbacks=(path,))
    with pytest.raises(TerraceError, match=r"hash\.npz cannot be read.*install the data set"):
        cache.encode(HashEmbedder(), ["laser"], "document")
