"""Embedders that need no model: the same text gives the same vector everywhere."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from terrace.match.embedders.batches import Vectors, unit_rows
from terrace.match.text import terms


@dataclass(frozen=True)
class HashEmbedder:
    """A text is the sum of one pseudo-random direction per term; zero where it has none."""

    dimension: int = 64
    languages: frozenset[str] = frozenset({"*"})
    is_symmetric: bool = True

    @property
    def id(self) -> str:
        """'hash-64' for 64 dimensions."""
        return f"hash-{self.dimension}"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, dimension]."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                vectors[row] += self._direction(term)
        return unit_rows(vectors)

    encode_queries = encode_documents

    def _direction(self, term: str) -> Vectors:
        seed = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        drawn = np.random.default_rng(int.from_bytes(seed, "little"))
        return drawn.standard_normal(self.dimension).astype(np.float32)


@dataclass(frozen=True)
class BilingualEmbedder(HashEmbedder):
    """Chinese terms lie where their English ``meanings`` do; others by themselves."""

    languages: frozenset[str] = frozenset({"en", "zh"})
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """'bilingual-64' for 64 dimensions."""
        return f"bilingual-{self.dimension}"

    def _direction(self, term: str) -> Vectors:
        meaning = self.meanings.get(term)
        return super()._direction(terms(meaning)[0] if meaning else term)
