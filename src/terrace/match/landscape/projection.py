"""Projection: from a model's space to the few directions in which public records differ.

Texts of one language lie together in a multilingual space, whatever they are about, and so do
those of one source, for its forms and its way of speaking. The mean of each language and source
is taken off first, so that more of what is left is the subject.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terrace.match.embedders.batches import unit_rows

Floats = npt.NDArray[np.float32]

_DIRECTIONS = 128
_FEWEST_OF_VOICE = 20

Voice = tuple[str, str]
"""A language, and the source that speaks it."""


@dataclass(frozen=True, eq=False)
class Projection:
    """``mean [d]`` of all, ``means [d]`` of the voices large enough, ``directions [d, k]``.

    A language as a whole is the voice without a source.
    """

    mean: Floats
    means: Mapping[Voice, Floats]
    directions: Floats

    @classmethod
    def fit(cls, vectors: Floats, voices: Sequence[Voice]) -> "Projection":
        """The main directions of ``vectors [n, d]``, their ``voices [n]`` set aside."""
        languages = [(language, "") for language, _ in voices]
        means = {**_means_of(vectors, languages), **_means_of(vectors, voices)}
        start = cls(vectors.mean(axis=0), means, np.zeros((0, 0), np.float32))
        centred = start._centre(vectors, voices).astype(np.float64)
        _, found = np.linalg.eigh(centred.T @ centred)
        kept = found[:, ::-1][:, : min(_DIRECTIONS, len(vectors) - 1)]
        # A direction may point either way; its largest part is made positive.
        largest = kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])]
        return cls(start.mean, means, (kept * np.sign(largest)).astype(np.float32))

    def __call__(self, vectors: Floats, voices: Sequence[Voice]) -> Floats:
        """Unit vectors ``[n, k]``: their inner product says how alike two records are."""
        return unit_rows(self._centre(vectors, voices) @ self.directions)

    def _centre(self, vectors: Floats, voices: Sequence[Voice]) -> Floats:
        means = [self._mean_of(voice) for voice in voices]
        return vectors - np.stack(means) if means else vectors

    def _mean_of(self, voice: Voice) -> Floats:
        of_language = self.means.get((voice[0], ""), self.mean)
        return self.means.get(voice, of_language)


def _means_of(vectors: Floats, voices: Sequence[Voice]) -> dict[Voice, Floats]:
    rows: defaultdict[Voice, list[int]] = defaultdict(list)
    for row, voice in enumerate(voices):
        rows[voice].append(row)
    large = (voice for voice in sorted(rows) if len(rows[voice]) >= _FEWEST_OF_VOICE)
    return {voice: vectors[rows[voice]].mean(axis=0) for voice in large}
