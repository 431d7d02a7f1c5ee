"""Texts in batches of like length, vectors of unit length."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""float32 [n, d]; each row has length 1, or 0 where the text says nothing."""


def unit_rows(vectors: npt.NDArray[np.floating]) -> Vectors:
    """The rows at length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)


def plain_text(text: str, max_characters: int) -> str:
    """The text's beginning, without the lone surrogates that tokenizers refuse."""
    clipped = text[:max_characters]
    if not clipped.strip():
        return ""
    return clipped.encode("utf-8", "replace").decode("utf-8")


def encode_in_batches(
    texts: Sequence[str],
    encode: Callable[[list[str]], npt.NDArray[np.floating]],
    *,
    dimension: int,
    batch_size: int,
    max_characters: int,
) -> Vectors:
    """Unit vectors [n, dimension] of the texts, in their order; zero for a blank text.

    Texts of like length share a batch, because a batch costs as much as its longest text.
    """
    plain = [plain_text(text, max_characters) for text in texts]
    spoken = sorted((row for row, text in enumerate(plain) if text), key=lambda i: len(plain[i]))
    vectors = np.zeros((len(texts), dimension), np.float32)
    for start in range(0, len(spoken), batch_size):
        rows = spoken[start : start + batch_size]
        vectors[rows] = unit_rows(encode([plain[row] for row in rows]))
    return vectors
