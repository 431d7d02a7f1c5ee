"""faiss: the exact dense reference, a brute-force inner product."""

from collections.abc import Sequence

import faiss
import numpy as np
import polars as pl

from peers.engine import AttributeFilter, Engine, Rows, Vectors


class FaissDense(Engine):
    """``faiss.knn`` over all rows; a filter becomes a bitmap selector of a flat index."""

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:  # noqa: ARG002
        faiss.omp_set_num_threads(self.threads)
        self.attributes = attributes.select("year", "phase")
        self.vectors = np.array(vectors)
        self.index = faiss.IndexFlatIP(self.vectors.shape[1])
        self.index.add(self.vectors)

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:  # noqa: ARG002
        allowed = np.packbits(wanted.select_rows(self.attributes), bitorder="little")
        selector = faiss.IDSelectorBitmap(allowed)
        _, rows = self.index.search(vector[None, :], k, params=faiss.SearchParameters(sel=selector))
        return [int(row) for row in rows[0] if row >= 0]

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:  # noqa: ARG002
        _, rows = faiss.knn(vectors, self.vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
        return rows.tolist()

    def index_bytes(self) -> int:
        return int(self.vectors.nbytes)
