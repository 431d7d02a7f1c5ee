"""The bare matrix product of all queries with all documents: what no exact search can beat."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from peers.engine import AttributeFilter, Engine, Rows, Vectors

_BLOCK_ROWS = 4096


class NumpyProduct(Engine):
    """Block by block into one buffer; nothing is ranked."""

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:  # noqa: ARG002
        self.vectors = np.array(vectors)

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:
        raise NotImplementedError("the bare product answers no query")

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:  # noqa: ARG002
        buffer = np.empty((len(vectors), _BLOCK_ROWS), np.float32)
        for start in range(0, len(self.vectors), _BLOCK_ROWS):
            block = self.vectors[start : start + _BLOCK_ROWS]
            np.matmul(vectors, block.T, out=buffer[:, : len(block)])
        return []

    def index_bytes(self) -> int:
        return int(self.vectors.nbytes)
