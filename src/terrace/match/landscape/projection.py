"""Projection: from a model's space to the few directions in which public records differ.

Texts of one language lie together in a multilingual space, whatever they are about. Each
language's mean is taken off first, so that more of what is left is the subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terrace.match.embedders.batches import unit_rows

Floats = npt.NDArray[np.float32]

_DIRECTIONS = 128
_FEWEST_OF_LANGUAGE = 20


@dataclass(frozen=True, eq=False)
class Projection:
    """``mean [d]`` of all, ``means [d]`` of the languages large enough, ``directions [d, k]``."""

    mean: Floats
    means: Mapping[str, Floats]
    directions: Floats

    @classmethod
    def fit(cls, vectors: Floats, languages: Sequence[str]) -> "Projection":
        """The main directions of ``vectors [n, d]``, their ``languages [n]`` set aside."""
        named = np.array(languages)
        large = [
            each for each in sorted(set(languages)) if (named == each).sum() >= _FEWEST_OF_LANGUAGE
        ]
        means = {each: vectors[named == each].mean(axis=0) for each in large}
        start = cls(vectors.mean(axis=0), means, np.zeros((0, 0), np.float32))
        centred = start._centre(vectors, languages).astype(np.float64)
        _, found = np.linalg.eigh(centred.T @ centred)
        kept = found[:, ::-1][:, : min(_DIRECTIONS, len(vectors) - 1)]
        # A direction may point either way; its largest part is made positive.
        largest = kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])]
        return cls(start.mean, means, (kept * np.sign(largest)).astype(np.float32))

    def __call__(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """Unit vectors ``[n, k]``: their inner product says how alike two records are."""
        return unit_rows(self._centre(vectors, languages) @ self.directions)

    def _centre(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        means = [self.means.get(language, self.mean) for language in languages]
        return vectors - np.stack(means) if means else vectors
