"""Files that are either whole or not there: written aside, synced, then renamed."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from terrace.errors import TerraceError


def _read_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


# Read once at import: the mask belongs to the process, and reading it means setting it.
_UMASK = _read_umask()


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write`` fill a file that replaces ``path`` in one step.

    Raises:
        TerraceError: the disk is full or not writable; ``path`` is as before.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_aside(path, write)
    except OSError as error:
        raise _unwritable(path, error) from error


def _write_aside(path: Path, write: Callable[[BinaryIO], object]) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o666 & ~_UMASK)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> TerraceError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    remedy = "free some space and run again" if full else "check that the folder can be written"
    return TerraceError(f"cannot write {path}: {error.strerror}; nothing was changed, {remedy}")
