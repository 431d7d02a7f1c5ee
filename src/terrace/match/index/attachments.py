"""A model's vectors for the rows of a segment: a matrix on disk that fills up over time.

The matrix is written in place, but only into rows that no committed
``present`` array declares yet, so no reader ever sees a row change.
"""

import hashlib
import itertools
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terrace.match.index.contents import Bools
from terrace.match.index.manifest import Attachment
from terrace.match.index.segments import read_array, write_array

Floats = NDArray[np.float32]
_FLOAT_BYTES = 4


@dataclass(frozen=True, slots=True)
class Vectors:
    """``matrix [n, d]`` and ``present [n]``: a row that is not present holds anything."""

    matrix: Floats
    present: Bools


def open_vectors(folder: Path, files: Attachment, *, rows: int, dimension: int) -> Vectors:
    """Map the vectors of a segment into memory.

    Raises:
        OSError, ValueError: a file is not there or damaged.
    """
    present = np.asarray(read_array(folder / files.present), dtype=np.bool_)
    shape = (rows, dimension)
    matrix = np.asarray(np.memmap(folder / files.vectors, dtype=np.float32, mode="r", shape=shape))
    if present.shape != (rows,):
        raise ValueError(f"{folder.name}/{files.present} does not have a value for each row")
    return Vectors(matrix, present)


def name_files(model_id: str, generation: int) -> Attachment:
    """What the files of a model are called; a new generation has a new ``present``."""
    key = hashlib.sha256(model_id.encode()).hexdigest()[:16]
    return Attachment(f"vectors-{key}.f32", f"vectors-{key}-{generation:08d}.npy")


def write_vectors(
    folder: Path,
    files: Attachment,
    *,
    local_rows: NDArray[np.int64],
    vectors: Floats,
    present: Bools,
) -> None:
    """Fill ``vectors [m, d]`` into rows that had none, and write which rows have one now.

    Raises:
        OSError, TerraceError: the disk is full or not writable; no reader notices.
    """
    order = np.argsort(local_rows)
    ordered, values = local_rows[order], np.ascontiguousarray(vectors[order], dtype=np.float32)
    row_bytes = values.shape[1] * _FLOAT_BYTES
    handle = os.open(folder / files.vectors, os.O_RDWR | os.O_CREAT, 0o666)
    with os.fdopen(handle, "r+b") as file:
        file.truncate(len(present) * row_bytes)
        for start, stop in _runs(ordered):
            file.seek(int(ordered[start]) * row_bytes)
            file.write(values[start:stop].tobytes())
        file.flush()
        os.fsync(file.fileno())
    write_array(folder / files.present, present)


def _runs(ordered: NDArray[np.int64]) -> list[tuple[int, int]]:
    breaks = np.flatnonzero(np.diff(ordered) != 1) + 1
    bounds = [0, *breaks.tolist(), len(ordered)]
    return list(itertools.pairwise(bounds))
