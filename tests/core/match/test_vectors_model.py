import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from terrace.match.embedders.batches import Vectors
from terrace.match.vectors import Role, VectorCache
from terrace.testing.embedders import HashEmbedder

texts = st.lists(
    st.sampled_from(["laser", "pump", "", "fiber laser", "激光", "\ud800 x"]), max_size=5
)
roles = st.sampled_from(["query", "document"])
models = st.sampled_from([0, 1, 2])


@dataclass(frozen=True)
class Noting(HashEmbedder):
    """Queries get the opposite vector where the model is not symmetric."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(("document", text) for text in texts)
        return super().encode_documents(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(("query", text) for text in texts)
        return -super().encode_documents(texts)


class CacheAgainstMemory(RuleBasedStateMachine):
    """Any run of calls gives the model's own vectors, and asks for each only once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "v.sqlite3"
        self.cache = VectorCache(self.path, batch_size=2)
        self.embedders = [
            Noting(dimension=8),
            Noting(dimension=16, is_symmetric=False),
            Noting(dimension=32),
        ]
        self.exports = 0

    @rule(texts=texts, role=roles, model=models)
    def encode(self, texts: list[str], role: Role, model: int) -> None:
        embedder = self.embedders[model]
        vectors = self.cache.encode(embedder, texts, role)
        expected = HashEmbedder(dimension=embedder.dimension).encode_documents(texts)
        opposite = role == "query" and not embedder.is_symmetric
        assert np.allclose(vectors, -expected if opposite else expected, atol=1e-3)

    @rule(model=models)
    def ship_and_start_afresh(self, model: int) -> None:
        embedder = self.embedders[model]
        shipped = Path(self.folder.name) / f"{self.exports}.npz"
        self.exports += 1
        known: dict[Role, list[str]] = {"query": [], "document": []}
        for role, text in embedder.asked:
            known["query" if role == "query" else "document"].append(text)
        self.cache.export(shipped, embedder, known)
        self.cache = VectorCache(self.path, (*self.cache.fallbacks, shipped), batch_size=3)

    @rule()
    def lose_the_cache_file(self) -> None:
        self.path.unlink(missing_ok=True)
        self.cache = VectorCache(self.path, batch_size=2)
        for embedder in self.embedders:
            embedder.asked.clear()

    @invariant()
    def nothing_is_asked_twice_or_blank(self) -> None:
        for embedder in self.embedders:
            assert len(set(embedder.asked)) == len(embedder.asked)
            assert all(text.strip() for _, text in embedder.asked)

    def teardown(self) -> None:
        self.folder.cleanup()


CacheAgainstMemory.TestCase.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None
)
TestCacheAgainstMemory = CacheAgainstMemory.TestCase
