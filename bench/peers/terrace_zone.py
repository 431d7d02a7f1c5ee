"""Terrace's own index: BM25, vectors, and both with their z-scores added."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from peers.engine import AttributeFilter, Engine, Rows, Vectors
from terrace.match.index import Entry, Index
from terrace.match.text import terms

_MODEL = "bench"
_WRITTEN_AT_ONCE = 60_000
_QUERIES_AT_ONCE = 64


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
        passing = (pl.col("year") >= wanted.year_from) & (pl.col("phase") == wanted.phase)
        return self._rank(view, text, vector, k, view.rows_where(passing))

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


class TerraceHybrid(_Terrace):
    """Every row gets both scores; their z-scores over the allowed rows are added."""

    has_vectors = True

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:
        view = self.index.view()
        stored = view.vectors(_MODEL, np.arange(len(view.ids)))
        found: list[Rows] = []
        for start in range(0, len(texts), _QUERIES_AT_ONCE):
            block = slice(start, start + _QUERIES_AT_ONCE)
            dense = vectors[block] @ stored.T
            for text, scores in zip(texts[block], dense, strict=True):
                found.append(self._fuse(view.lexical(terms(text)), scores, k, view.live))
        return found

    def _rank(self, view: Any, text: str, vector: Vectors, k: int, mask: np.ndarray) -> Rows:
        return self._fuse(view.lexical(terms(text)), view.dense(_MODEL, vector), k, mask)

    def _fuse(self, lexical: np.ndarray, dense: np.ndarray, k: int, mask: np.ndarray) -> Rows:
        rows = np.flatnonzero(mask)
        if not len(rows):
            return []
        scores = standardise(lexical[rows]) + standardise(dense[rows])
        best = np.argpartition(scores, -min(k, len(rows)))[-min(k, len(rows)) :]
        return self._number(rows[best[np.argsort(-scores[best], kind="stable")]])


def standardise(scores: np.ndarray) -> np.ndarray:
    """The scores in standard deviations from their mean; all zero where they are all alike."""
    deviation = scores.std()
    return (scores - scores.mean()) / (deviation if deviation > 0 else 1.0)
