"""The SQLite file under the cache: keys to vectors in half precision.

Write-ahead logging lets several processes read while one writes; each write is
one transaction, so that a killed process loses at most its last batch.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from terrace.errors import TerraceError

Halves = npt.NDArray[np.float16]

_APPLICATION_ID = 0x54455652  # 'TEVR' tells our files from other SQLite files
_KEYS_PER_QUERY = 500
_LOCK_WAIT_S = 60.0
_PAGE_BYTES = 16_384  # holds 15 vectors of 512 halves; the default wastes a quarter
_CREATE = (
    "CREATE TABLE IF NOT EXISTS vectors"
    " (key BLOB PRIMARY KEY, model TEXT NOT NULL, vector BLOB NOT NULL)"
)


def read_vectors(path: Path, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """The stored vectors among these keys, as bytes of float16."""
    if not path.exists():
        return {}
    found: dict[bytes, bytes] = {}
    with _opened(path) as connection:
        for start in range(0, len(keys), _KEYS_PER_QUERY):
            found.update(_read_some(connection, keys[start : start + _KEYS_PER_QUERY]))
    return found


def write_vectors(path: Path, model_id: str, vectors: Mapping[bytes, Halves]) -> None:
    """Store the vectors in one transaction; what is there already stays."""
    rows = [(key, model_id, vector.tobytes()) for key, vector in vectors.items()]
    with _opened(path) as connection, connection:
        connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", rows)


def count_vectors(path: Path) -> dict[str, int]:
    """How many vectors of each model are stored."""
    if not path.exists():
        return {}
    with _opened(path) as connection:
        return dict(connection.execute("SELECT model, count(*) FROM vectors GROUP BY model"))


def _read_some(connection: sqlite3.Connection, keys: Sequence[bytes]) -> sqlite3.Cursor:
    marks = ",".join("?" * len(keys))
    return connection.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", keys)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    # A connection per call costs under a millisecond and is safe with threads and forks.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_LOCK_WAIT_S)) as connection:
            _prepare(connection, path)
            yield connection
    except (sqlite3.Error, OSError, Timeout) as error:
        raise _fault(path, error) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    if not _is_ours(connection, path):
        # Two processes that switch to write-ahead logging at once would both fail.
        with FileLock(f"{path}.lock", timeout=_LOCK_WAIT_S):
            _create(connection)
    connection.execute("PRAGMA synchronous = NORMAL")


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    # One statement, so that both answers are of one moment.
    marker, tables = connection.execute(
        "SELECT (SELECT application_id FROM pragma_application_id),"
        " (SELECT count(*) FROM sqlite_master)"
    ).fetchone()
    if tables and marker != _APPLICATION_ID:
        raise TerraceError(f"{path} is an SQLite file of something else; choose another path")
    return bool(tables)


def _create(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        connection.execute(_CREATE)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")


def _fault(path: Path, error: Exception) -> TerraceError:
    remedy = "delete the file: it is only a cache, vectors will be computed again"
    if "full" in str(error):
        remedy = "free some space and run again; what was embedded before is kept"
    elif "lock" in str(error):
        remedy = "another process is writing to it: wait for it, then run again"
    elif isinstance(error, (OSError, sqlite3.OperationalError)):
        remedy = "check that its folder exists and can be written"
    return TerraceError(f"the vector cache {path} cannot be used ({error}); {remedy}")
