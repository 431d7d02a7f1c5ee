"""Latent semantic analysis: an embedder trained on the zone's own public texts.

Texts are rows of TF-IDF weights over ``terrace.match.text.terms``; a truncated
singular value decomposition keeps their main directions (Deerwester and others,
"Indexing by latent semantic analysis", 1990). A new text is folded in: its
weights times the directions. It works in any language, but not across two.
"""

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from terrace.errors import EmbedderError
from terrace.match.embedders.arrays import read_arrays, write_arrays
from terrace.match.embedders.batches import Vectors, unit_rows
from terrace.match.text import terms

Sparse: TypeAlias = "sp.csr_array[np.float32]"

_FORMAT = "terrace-lsa-1"
_TEXTS_PER_BATCH = 4096


@dataclass(frozen=True, slots=True)
class LsaConfig:
    """What is kept: directions, and terms by the number of texts they occur in."""

    dimension: int = 256
    min_texts: int = 2
    max_terms: int = 50_000
    seed: int = 20261123


@dataclass(frozen=True)
class LsaEmbedder:
    """``vocabulary`` [v], their ``idf`` weights [v] and the directions [v, d]."""

    id: str
    vocabulary: tuple[str, ...]
    idf: npt.NDArray[np.float32]
    directions: npt.NDArray[np.float32]
    languages: frozenset[str] = frozenset({"*"})
    is_symmetric: bool = True

    @property
    def dimension(self) -> int:
        """How many directions were kept; fewer than asked for in a small corpus."""
        return int(self.directions.shape[1])

    @cached_property
    def _column_of(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.vocabulary)}

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, d]; zero where a text has no term of the vocabulary."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _TEXTS_PER_BATCH):
            batch = slice(start, start + _TEXTS_PER_BATCH)
            weights = _weights_of(_count_terms(texts[batch], self._column_of.get), self.idf)
            vectors[batch] = unit_rows(np.asarray(weights @ self.directions))
        return vectors

    encode_queries = encode_documents

    def save(self, path: Path) -> None:
        """Write the model to one ``.npz`` file, whole or not at all.

        Raises:
            TerraceError: the disk is full or not writable.
        """
        parts = {
            "format": np.array(_FORMAT),
            "id": np.array(self.id),
            "vocabulary": np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8),
            "idf": self.idf,
            "directions": self.directions,
        }
        write_arrays(path, parts)

    @classmethod
    def load(cls, path: Path) -> "LsaEmbedder":
        """The model that ``save`` wrote.

        Raises:
            EmbedderError: the file is missing, damaged or something else.
        """
        try:
            return cls._from_parts(read_arrays(path))
        except FileNotFoundError as error:
            raise EmbedderError(f"no LSA model at {path}; train one with fit_lsa") from error
        except (OSError, KeyError, ValueError) as error:
            raise EmbedderError(
                f"{path} is not an LSA model of this version ({error}); train it again"
            ) from error

    @classmethod
    def _from_parts(cls, parts: Mapping[str, npt.NDArray[Any]]) -> "LsaEmbedder":
        if str(parts["format"]) != _FORMAT:
            raise ValueError(f"its format is {parts['format']}, not {_FORMAT}")
        vocabulary = parts["vocabulary"].tobytes().decode().split("\n")
        idf, directions = parts["idf"], parts["directions"]
        if not len(vocabulary) == len(idf) == len(directions):
            raise ValueError("its parts differ in length")
        return cls(str(parts["id"]), tuple(vocabulary), idf, directions)


def fit_lsa(texts: Iterable[str], config: LsaConfig | None = None) -> LsaEmbedder:
    """Train on a corpus; the order and the repetition of its texts do not matter.

    Raises:
        EmbedderError: fewer than two different texts share any terms.
    """
    config = config or LsaConfig()
    corpus = sorted(set(texts))
    columns: defaultdict[str, int] = defaultdict()
    columns.default_factory = columns.__len__
    counts = _count_terms(corpus, columns.__getitem__)
    names, texts_with = list(columns), np.bincount(counts.indices, minlength=len(columns))
    kept = _kept_columns(names, texts_with, config)
    if len(kept) < 2 or len(corpus) < 2:
        raise EmbedderError(
            "the corpus is too small for LSA: fewer than two texts share any terms;"
            " give it more texts or leave LSA out"
        )
    idf = (1 + np.log((1 + len(corpus)) / (1 + texts_with[kept]))).astype(np.float32)
    directions = _main_directions(_weights_of(counts[:, kept], idf), config)
    vocabulary = tuple(names[column] for column in kept)
    return LsaEmbedder(_id_of(corpus, config, directions), vocabulary, idf, directions)


def _kept_columns(
    names: Sequence[str], texts_with: npt.NDArray[np.int64], config: LsaConfig
) -> list[int]:
    """The columns of the most frequent terms, in alphabetical order of these."""
    frequent = [column for column in range(len(names)) if texts_with[column] >= config.min_texts]
    frequent.sort(key=lambda column: (-texts_with[column], names[column]))
    return sorted(frequent[: config.max_terms], key=names.__getitem__)


def _count_terms(texts: Iterable[str], column_of: Callable[[str], int | None]) -> Sparse:
    """Occurrences of each term in each text; terms without a column are left out."""
    columns, counts, starts = array("i"), array("f"), array("q", [0])
    for text in texts:
        for term, count in Counter(terms(text)).items():
            if (column := column_of(term)) is not None:
                columns.append(column)
                counts.append(count)
        starts.append(len(columns))
    width = max(columns, default=-1) + 1
    data = (np.array(counts, np.float32), np.array(columns, np.int32), np.array(starts))
    return sp.csr_array(data, shape=(len(starts) - 1, width))


def _weights_of(counts: Sparse, idf: npt.NDArray[np.float32]) -> Sparse:
    """Rows of (1 + log of the count) times idf, at length 1."""
    weights = (1 + np.log(counts.data)) * idf[counts.indices]
    row_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(row_of, weights**2, minlength=counts.shape[0]))
    data = ((weights / lengths[row_of]).astype(np.float32), counts.indices, counts.indptr)
    return sp.csr_array(data, shape=(counts.shape[0], len(idf)))


def _main_directions(weights: Sparse, config: LsaConfig) -> npt.NDArray[np.float32]:
    # Takes a while to load, and only fitting needs it.
    import scipy.sparse.linalg as sla

    dimension = min(config.dimension, min(weights.shape) - 1)
    start = np.random.default_rng(config.seed).standard_normal(min(weights.shape))
    # On busy cores, the many small products wait for each other's threads: 40 times slower.
    with threadpool_limits(1, user_api="blas"):
        _, _, found = sla.svds(weights, k=dimension, v0=start, return_singular_vectors=True)
    directions = np.ascontiguousarray(found[::-1].T, dtype=np.float32)
    # A singular vector may point either way; its largest part is made positive.
    largest = directions[np.abs(directions).argmax(axis=0), np.arange(dimension)]
    return np.asarray(directions * np.sign(largest))


def _id_of(corpus: Sequence[str], config: LsaConfig, directions: npt.NDArray[np.float32]) -> str:
    digest = hashlib.blake2b(repr(config).encode(), digest_size=8)
    for text in corpus:
        digest.update(hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
    # Two machines may round apart: vectors of both must not meet under one id.
    digest.update(directions.tobytes())
    return f"lsa-{directions.shape[1]}@{digest.hexdigest()}"
