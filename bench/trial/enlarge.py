"""A corpus made smaller or larger: copies with changed words, and vectors with noise."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

_BORROWED = 0.10
_INVENTED = 0.005
_NOISE = 0.3
_ROWS_AT_ONCE = 50_000

Vectors = NDArray[np.float32]


def resize_documents(documents: pl.DataFrame, size: int, rng: np.random.Generator) -> pl.DataFrame:
    """``size`` documents: a sample, or all of them and then changed copies.

    A copy borrows every tenth word from another document and invents one in two
    hundred, so that the vocabulary grows as it does with real texts.
    """
    if size <= documents.height:
        return documents[np.sort(rng.permutation(documents.height)[:size])]
    rows = np.arange(size) % documents.height
    texts = documents["text"].to_list()
    words = [text.split() for text in texts]
    copies = [change_words(words[row], words, rng) for row in rows[len(texts) :]]
    return documents[rows].with_columns(pl.Series("text", texts + copies))


def change_words(
    words: Sequence[str], others: Sequence[Sequence[str]], rng: np.random.Generator
) -> str:
    """One copy of a text."""
    changed = list(words)
    donor = others[int(rng.integers(len(others)))] or ["word"]
    drawn = rng.random(len(changed))
    for place in np.flatnonzero(drawn < _BORROWED).tolist():
        changed[place] = donor[place % len(donor)]
    for place in np.flatnonzero(drawn > 1 - _INVENTED).tolist():
        changed[place] += str(rng.integers(10**6))
    return " ".join(changed)


def resize_vectors(vectors: Vectors, size: int, rng: np.random.Generator) -> Vectors:
    """Unit vectors [size, d] for ``resize_documents``; copies point a little elsewhere."""
    if size <= len(vectors):
        return vectors[np.sort(rng.permutation(len(vectors))[:size])]
    resized = np.empty((size, vectors.shape[1]), np.float32)
    resized[: len(vectors)] = vectors
    for start in range(len(vectors), size, _ROWS_AT_ONCE):
        rows = np.arange(start, min(start + _ROWS_AT_ONCE, size))
        resized[rows] = add_noise(vectors[rows % len(vectors)], rng)
    return resized


def add_noise(vectors: Vectors, rng: np.random.Generator) -> Vectors:
    """The vectors turned by about 17 degrees, again of length 1."""
    noise = rng.standard_normal(vectors.shape, dtype=np.float32) / np.sqrt(vectors.shape[1])
    moved: Vectors = vectors + _NOISE * noise.astype(np.float32)
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return moved


def list_sizes(documents: int, factors: Sequence[float]) -> Iterator[int]:
    """How many documents each factor makes."""
    return (max(round(documents * factor), 1) for factor in factors)
