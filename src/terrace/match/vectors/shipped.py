"""Vectors that come with a data set: one compact, read-only file per model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from terrace.errors import TerraceError
from terrace.match.embedders.arrays import read_arrays, write_arrays
from terrace.match.vectors.keys import KEY_BYTES
from terrace.match.vectors.store import Halves


@dataclass(frozen=True, eq=False)
class ShippedVectors:
    """The content of such a file: the row of each key, and vectors float16 [n, d]."""

    model_id: str
    row_of: Mapping[bytes, int]
    vectors: Halves

    def read(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors among these keys, as bytes of float16."""
        rows = self.row_of
        return {key: self.vectors[rows[key]].tobytes() for key in keys if key in rows}


def read_shipped(path: Path) -> ShippedVectors:
    """The content of a file; read once per process and change of the file.

    Raises:
        TerraceError: it is missing or damaged.
    """
    try:
        return _read_once(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError) as error:
        raise TerraceError(
            f"the shipped vectors {path} cannot be read ({error}); install the data set again"
        ) from error


def write_shipped(path: Path, model_id: str, vectors: Mapping[bytes, Halves]) -> None:
    """Write the vectors by key, whole or not at all; the same vectors give the same bytes."""
    keys = sorted(vectors)
    parts = {
        "model": np.array(model_id),
        "keys": np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, KEY_BYTES),
        "vectors": np.array([vectors[key] for key in keys], dtype=np.float16),
    }
    write_arrays(path, parts, compress=True)


@lru_cache(maxsize=8)
def _read_once(path: Path, _changed_ns: int) -> ShippedVectors:
    parts = read_arrays(path)
    rows = {key.tobytes(): row for row, key in enumerate(parts["keys"])}
    if len(rows) != len(parts["vectors"]):
        raise ValueError("its keys and vectors differ in number")
    return ShippedVectors(str(parts["model"]), rows, parts["vectors"])
