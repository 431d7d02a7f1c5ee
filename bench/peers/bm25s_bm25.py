"""bm25s: BM25 precomputed into a sparse matrix, its numba backend, English stemmer."""

from collections.abc import Sequence

import bm25s
import numpy as np
import polars as pl
import Stemmer

from peers.engine import AttributeFilter, Engine, Rows, Vectors


class Bm25s(Engine):
    """The filter is its weight mask: one float for every document."""

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:  # noqa: ARG002
        self.attributes = attributes.select("year", "phase")
        self.stemmer = Stemmer.Stemmer("english")
        self.scores = bm25s.BM25(k1=1.2, b=0.75, backend="numba")
        self.scores.index(self._tokenize(documents), show_progress=False)
        self.scores.save(str(self.folder))

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:  # noqa: ARG002
        mask = wanted.select_rows(self.attributes).astype(np.float32)
        return self._retrieve([text], k, mask, threads=1)[0]

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:  # noqa: ARG002
        return self._retrieve(texts, k, None, threads=self.threads)

    def _retrieve(
        self, texts: Sequence[str], k: int, mask: np.ndarray | None, *, threads: int
    ) -> list[Rows]:
        rows, scores = self.scores.retrieve(
            self._tokenize(texts), k=k, n_threads=threads, weight_mask=mask, show_progress=False
        )
        return [
            [int(row) for row in found[score > 0]]
            for found, score in zip(rows, scores, strict=True)
        ]

    def _tokenize(self, texts: Sequence[str]) -> object:
        return bm25s.tokenize(
            list(texts), stopwords="en", stemmer=self.stemmer, show_progress=False
        )
