"""Terrace: its index by words and by vectors, its search as one types, and the whole match."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from peers.engine import AttributeFilter, Engine, Rows, Vectors
from terrace.match.corpus import Corpus
from terrace.match.features.signals import EncodedQuery
from terrace.match.index import Entry, Index
from terrace.match.matcher import Matcher
from terrace.match.passages import Query
from terrace.match.scoring import blas_threads
from terrace.match.search import search_encoded
from terrace.match.spaces import MULTILINGUAL
from terrace.match.text import terms
from terrace.match.vectors import VectorCache
from terrace.records import Need, Text, to_frame

_MODEL = "bench"
_WRITTEN_AT_ONCE = 60_000


class _Terrace(Engine):
    has_vectors = False

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:
        self.index = Index.open(self.folder)
        for start in range(0, len(documents), _WRITTEN_AT_ONCE):
            self._write_rows(documents, attributes, vectors, start)
        view = self.index.view()
        self.numbers = np.array([int(name) for name in view.ids])

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:
        view = self.index.view()
        return self._rank(view, text, vector, k, view.rows_where(passing(wanted)))

    def close(self) -> None:
        self.index.close()

    @abstractmethod
    def _rank(self, view: Any, text: str, vector: Vectors, k: int, mask: np.ndarray) -> Rows: ...

    def _write_rows(
        self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors, start: int
    ) -> None:
        stop = min(start + _WRITTEN_AT_ONCE, len(documents))
        names = [str(row) for row in range(start, stop)]
        texts = zip(names, documents[start:stop], strict=True)
        entries = [Entry(id=name, text=text) for name, text in texts]
        named = attributes[start:stop].with_columns(pl.Series("id", names))
        self.index.write(entries, named)
        if self.has_vectors:
            self.index.add_vectors(_MODEL, names, np.array(vectors[start:stop]))

    def _number(self, rows: np.ndarray) -> Rows:
        found: Rows = self.numbers[rows[rows >= 0]].tolist()
        return found


class TerraceLexical(_Terrace):
    """BM25 alone."""

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:  # noqa: ARG002
        rows, _ = self.index.view().top_lexical([terms(text) for text in texts], k)
        return [self._number(found) for found in rows]

    def _rank(self, view: Any, text: str, vector: Vectors, k: int, mask: np.ndarray) -> Rows:  # noqa: ARG002
        rows, _ = view.top_lexical([terms(text)], k, mask)
        return self._number(rows[0])


class TerraceDense(_Terrace):
    """Vectors alone, exact."""

    has_vectors = True

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:  # noqa: ARG002
        rows, _ = self.index.view().top_dense(_MODEL, vectors, k)
        return [self._number(found) for found in rows]

    def _rank(self, view: Any, text: str, vector: Vectors, k: int, mask: np.ndarray) -> Rows:  # noqa: ARG002
        rows, _ = view.top_dense(_MODEL, vector[None, :], k, mask)
        return self._number(rows[0])


class TerraceHybrid(Engine):
    """What a search as one types does: the first stage of matching, words and one space fused."""

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:
        self.given = GivenEmbedder(vectors.shape[1])
        self.corpus = Corpus(self.folder, VectorCache(self.folder / "cache"), (self.given,))
        fill_corpus(self.corpus, documents, attributes, vectors)

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:
        mask = self.corpus.view().rows_where(passing(wanted))
        with blas_threads(1):
            return self._search([text], vector[np.newaxis], k, mask)[0]

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:
        return self._search(texts, vectors, k, self.corpus.view().live)

    def close(self) -> None:
        self.corpus.close()

    def _search(
        self, texts: Sequence[str], vectors: Vectors, k: int, mask: np.ndarray
    ) -> list[Rows]:
        encoded = [encode_given(text, vector) for text, vector in zip(texts, vectors, strict=True)]
        found = search_encoded(self.corpus, encoded, top=k, mask=mask)
        return [[int(name) for name in each["record_id"]] for each in found]


class TerraceMatcher(Engine):
    """The whole match: candidates, features, learned ranker, rivals."""

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:
        self.given = GivenEmbedder(vectors.shape[1])
        self.matcher = Matcher(folder=self.folder, embedders=(self.given,))
        fill_corpus(self.matcher.corpus, documents, attributes, vectors)
        self.matcher.corpus.embed()

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:
        return self._match([text], vector[np.newaxis], k, where=passing(wanted))[0]

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:
        return self._match(texts, vectors, k)

    def close(self) -> None:
        self.matcher.close()

    def _match(
        self, texts: Sequence[str], vectors: Vectors, k: int, where: pl.Expr | None = None
    ) -> list[Rows]:
        self.given.known |= dict(zip(texts, vectors, strict=True))
        needs = [Need(id=str(at), texts=(Text(title=text),)) for at, text in enumerate(texts)]
        pairs = self.matcher.match(to_frame("need", needs), top=k, where=where)
        found = dict(pairs.group_by("need_id").agg("achievement_id").iter_rows())
        return [[int(name) for name in found.get(str(at), [])] for at in range(len(texts))]


class GivenEmbedder:
    """Hands out the vectors that the benchmark embedded for everybody."""

    languages = frozenset({"*"})
    is_symmetric = True
    id = _MODEL

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.known: dict[str, Vectors] = {}

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.known[text] for text in texts]).astype(np.float32)

    encode_queries = encode_documents


def passing(wanted: AttributeFilter) -> pl.Expr:
    return (pl.col("year") >= wanted.year_from) & (pl.col("phase") == wanted.phase)


def encode_given(text: str, vector: Vectors) -> EncodedQuery:
    listed, vectors = tuple(terms(text)), {MULTILINGUAL: vector}
    return EncodedQuery(Query("", text, text, ""), listed, listed, vectors, vectors)


def fill_corpus(
    corpus: Corpus, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors
) -> None:
    names = [str(row) for row in range(len(documents))]
    named = attributes.with_columns(
        pl.Series("id", names),
        pl.Series("record_id", names),
        pl.Series("text", documents),
        language=pl.lit("en"),
    )
    entries = [Entry(id=name, text=text) for name, text in zip(names, documents, strict=True)]
    corpus.index.write(entries, named)
    corpus.index.add_vectors(_MODEL, names, np.asarray(vectors))
