"""LanceDB: its full text and vector search in one table, fused by its own rerankers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import lancedb
import numpy as np
import polars as pl
import pyarrow as pa
from lancedb.index import FTS, Bitmap, BTree, IvfPq
from lancedb.rerankers import LinearCombinationReranker, Reranker, RRFReranker

from peers.engine import AttributeFilter, Engine, Rows, Vectors


class LanceExact(Engine):
    """No vector index: it then compares with every row. Filters apply before ranking."""

    reranker: Reranker = RRFReranker()

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:
        database = lancedb.connect(self.folder)
        self.table = database.create_table("documents", _to_table(documents, attributes, vectors))
        self.table.create_index("text", config=FTS())
        self.table.create_index("year", config=BTree())
        self.table.create_index("phase", config=Bitmap())
        self._index_vectors()
        self.table.optimize()

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:
        condition = f"year >= {wanted.year_from} AND phase = '{wanted.phase}'"
        return self._search(text, vector, k, condition)

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:
        with ThreadPoolExecutor(self.threads) as pool:
            return list(
                pool.map(lambda text, vector: self._search(text, vector, k), texts, vectors)
            )

    def _index_vectors(self) -> None:
        """Leave the vectors without an index."""

    def _search(self, text: str, vector: Vectors, k: int, condition: str = "") -> Rows:
        search = self.table.search(query_type="hybrid", fts_columns="text")
        search = search.text(text).vector(vector).distance_type("dot").rerank(self.reranker)
        if condition:
            search = search.where(condition, prefilter=True)
        found = search.select(["row"]).limit(k).to_arrow()
        rows: Rows = found["row"].to_pylist()
        return rows


class LanceLinear(LanceExact):
    """Scores of both halves combined linearly, the vectors weighing 0.7."""

    reranker = LinearCombinationReranker()


class LanceApproximate(LanceExact):
    """The vector index that LanceDB makes when nothing else is said."""

    def _index_vectors(self) -> None:
        self.table.create_index("vector", config=IvfPq(distance_type="dot"))


def _to_table(documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> pa.Table:
    flat = pa.array(np.ascontiguousarray(vectors).reshape(-1))
    return pa.table(
        {
            "row": pa.array(range(len(documents)), pa.int64()),
            "text": pa.array(documents, pa.string()),
            "year": attributes["year"].cast(pl.Int32).to_arrow(),
            "phase": attributes["phase"].to_arrow().cast(pa.string()),
            "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
        }
    )
