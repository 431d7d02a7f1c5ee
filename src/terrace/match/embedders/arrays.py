"""Named arrays in one ``.npz`` file, read and written whole."""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from terrace.files import write_atomically


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """All arrays of the file; nothing in it is executed.

    Raises:
        OSError: it is missing or not readable.
        ValueError: it is damaged or something else.
    """
    try:
        with np.load(path, allow_pickle=False) as parts:
            return {name: parts[name] for name in parts.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError) as error:
        raise ValueError(f"damaged: {error}") from error


def write_arrays(
    path: Path, arrays: Mapping[str, npt.NDArray[Any]], *, compress: bool = False
) -> None:
    """Replace the file by one with these arrays; the same arrays give the same bytes.

    Raises:
        TerraceError: the disk is full or not writable; the file is as before.
    """
    save: Any = np.savez_compressed if compress else np.savez
    write_atomically(path, lambda file: save(file, **arrays))
