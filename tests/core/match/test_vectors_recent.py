from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.match.corpus import Corpus
from terrace.match.search import search_words
from terrace.match.vectors import RecentVectors, VectorCache
from terrace.records import to_frame
from terrace.testing.embedders import HashEmbedder
from terrace.testing.records import make_achievement


class Counting(HashEmbedder):
    """Keeps what it was asked."""

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        ASKED.extend(texts)
        return super().encode_queries(texts)


ASKED: list[str] = []


@pytest.fixture
def embedder() -> Counting:
    ASKED.clear()
    return Counting(dimension=8)


def test_a_text_is_encoded_once(embedder: Counting) -> None:
    recent = RecentVectors()
    first = recent.encode(embedder, ["pump", "seal"], "query")
    again = recent.encode(embedder, ["seal", "pump", "seal"], "query")
    assert ASKED == ["pump", "seal"]
    np.testing.assert_array_equal(again, first[[1, 0, 1]])


def test_the_least_recent_go_first(embedder: Counting) -> None:
    recent = RecentVectors(capacity=2)
    for text in ("pump", "seal", "pump", "valve", "pump", "seal"):
        recent.encode(embedder, [text], "query")
    assert ASKED == ["pump", "seal", "valve", "seal"]
    assert len(recent) == 2


def test_more_texts_at_once_than_are_kept(embedder: Counting) -> None:
    texts = [f"word{n}" for n in range(5)]
    found = RecentVectors(capacity=2).encode(embedder, texts, "query")
    np.testing.assert_array_equal(found, embedder.encode_documents(texts))


def test_no_texts_give_no_vectors(embedder: Counting) -> None:
    assert RecentVectors().encode(embedder, [], "query").shape == (0, 8)


def test_what_is_typed_never_gets_to_the_disk(tmp_path: Path, embedder: Counting) -> None:
    corpus = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), (embedder,))
    corpus.put(to_frame("achievement", [make_achievement("A1", "pump"), make_achievement("A2")]))
    corpus.embed()
    before = corpus.cache.counts()
    search_words(corpus, "secret plan", top=3, mask=np.ones(2, np.bool_))
    assert "secret plan" in ASKED
    assert corpus.cache.counts() == before


def test_a_reader_follows_what_another_process_learned(tmp_path: Path) -> None:
    writer = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), ())
    reader = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), ())
    assert reader.spaces() == []
    texts = ["pump seal", "seal housing", "pump housing", "valve seal"]
    records = [make_achievement(f"A{n}", text) for n, text in enumerate(texts)]
    writer.put(to_frame("achievement", records))
    writer.embed()
    assert [space.name for space in reader.spaces()] == ["lsa"]


def test_the_least_a_corpus_takes(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, VectorCache(tmp_path / "vectors.sqlite"), ())
    text = {"language": "en", "title": "Electron microscope", "summary": "", "body": ""}
    public = {"teaser": "public", "identity": "public", "confidential": "private"}
    corpus.put(pl.DataFrame({"id": ["E1"], "texts": [[text]], "visibility": [public]}))
    found = search_words(corpus, "electr", top=3, mask=np.ones(1, np.bool_))
    assert found["record_id"].to_list() == ["E1"]
