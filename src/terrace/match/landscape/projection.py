"""Projection: from a model's space to the few directions in which public records differ.

Needs are written otherwise than achievements, and Chinese lies apart from English, whatever
they are about. Each group's mean is taken off first, so that what is left is the subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terrace.match.embedders.batches import unit_rows

Floats = npt.NDArray[np.float32]

_DIRECTIONS = 50
_FEWEST_OF_GROUP = 20


@dataclass(frozen=True, eq=False)
class Projection:
    """``mean [d]`` of all, ``means [d]`` of the groups large enough, ``directions [d, k]``."""

    mean: Floats
    means: Mapping[str, Floats]
    directions: Floats

    @classmethod
    def fit(cls, vectors: Floats, groups: Sequence[str]) -> "Projection":
        """The main directions of ``vectors [n, d]``; ``groups [n]`` says whose mean to take off."""
        named = np.array(groups)
        large = [g for g in sorted(set(groups)) if (named == g).sum() >= _FEWEST_OF_GROUP]
        means = {group: vectors[named == group].mean(axis=0) for group in large}
        start = cls(vectors.mean(axis=0), means, np.zeros((0, 0), np.float32))
        centred = start._centre(vectors, groups).astype(np.float64)
        _, found = np.linalg.eigh(centred.T @ centred)
        kept = found[:, ::-1][:, : min(_DIRECTIONS, len(vectors) - 1)]
        # A direction may point either way; its largest part is made positive.
        largest = kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])]
        return cls(start.mean, means, (kept * np.sign(largest)).astype(np.float32))

    def __call__(self, vectors: Floats, groups: Sequence[str]) -> Floats:
        """Unit vectors ``[n, k]``: their inner product says how alike two records are."""
        return unit_rows(self._centre(vectors, groups) @ self.directions)

    def _centre(self, vectors: Floats, groups: Sequence[str]) -> Floats:
        means = [self.means.get(group, self.mean) for group in groups]
        return vectors - np.stack(means) if means else vectors
