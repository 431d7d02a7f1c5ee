"""Files that are either whole or not there: written aside, synced, then renamed."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from terrace.errors import TerraceError


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let ``write`` fill a file that replaces ``path`` in one step.

    Raises:
        TerraceError: the disk is full or not writable; ``path`` is as before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> TerraceError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    remedy = "free some space and run again" if full else "check that the folder can be written"
    return TerraceError(f"cannot write {path}: {error.strerror}; nothing was changed, {remedy}")
