"""Soft whitening: spreads a model's vectors over the directions that a corpus really uses.

Embeddings of one field crowd into a narrow cone; what all texts share then
outweighs what tells them apart. Centring on the corpus and shrinking its main
directions part of the way undoes that (after Mu and Viswanath, "All-but-the-top",
2018, with a soft exponent in place of removed directions).
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from terrace.errors import EmbedderError
from terrace.match.embedders.arrays import read_arrays, write_arrays
from terrace.match.embedders.batches import Vectors, unit_rows

_POWER = 0.25
_MIN_TEXTS = 32


@dataclass(frozen=True)
class Whitening:
    """``(v - mean) @ transform`` of a vector of model ``model_id``; mean [d], transform [d, d]."""

    model_id: str
    mean: npt.NDArray[np.float32]
    transform: npt.NDArray[np.float32]

    @cached_property
    def id(self) -> str:
        """Names the model and, by digest, the corpus this was learned from."""
        digest = hashlib.blake2b(self.transform.tobytes() + self.mean.tobytes(), digest_size=6)
        return f"{self.model_id}+white-{digest.hexdigest()}"

    def __call__(self, vectors: Vectors) -> Vectors:
        """Whitened unit vectors [n, d]; a zero vector stays zero."""
        blank = ~vectors.any(axis=1)
        white = unit_rows((vectors - self.mean) @ self.transform)
        white[blank] = 0
        return white

    def save(self, path: Path) -> None:
        """Write to one ``.npz`` file, whole or not at all."""
        parts = {"id": np.array(self.model_id), "mean": self.mean, "transform": self.transform}
        write_arrays(path, parts)

    @classmethod
    def load(cls, path: Path) -> "Whitening":
        """What ``save`` wrote.

        Raises:
            EmbedderError: the file is missing or damaged.
        """
        try:
            parts = read_arrays(path)
            return cls(str(parts["id"]), parts["mean"], parts["transform"])
        except (OSError, KeyError, ValueError) as error:
            raise EmbedderError(
                f"{path} is missing or damaged ({error}); delete it and embed again"
            ) from error


def fit_whitening(model_id: str, vectors: Vectors) -> Whitening | None:
    """Learn from a corpus's vectors [n, d]; None where there are too few to learn from."""
    present = vectors[vectors.any(axis=1)]
    if len(present) < _MIN_TEXTS:
        return None
    mean = present.mean(axis=0)
    centred = (present - mean).astype(np.float64)
    values, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    values = values.clip(min=0)
    # The median keeps directions that are mere noise from being blown up.
    scale = (values + np.median(values)).clip(min=1e-12) ** -_POWER
    return Whitening(model_id, mean.astype(np.float32), (directions * scale).astype(np.float32))
