"""The outside of an engine's process: commands with a time limit, and a sure end."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trial.worker import Job, serve_commands

_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
    "LANCE_CPU_THREADS",
)
_QUIET = {"LANCEDB_LOG": "error"}
_GOODBYE_S = 20


class EngineFailed(Exception):
    """An engine raised an error, died or took too long."""


class EngineProcess:
    """One engine in a process of its own."""

    def __init__(self, peer: str, inputs: Path, threads: int, work: Path | None = None) -> None:
        self._root = Path(tempfile.mkdtemp(prefix=f"bench-{peer}-", dir=work))
        folder = self._root / "index"
        folder.mkdir()
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        job = Job(peer=peer, inputs=inputs, folder=folder, threads=threads)
        self._process = context.Process(target=serve_commands, args=(theirs, job), daemon=True)
        with set_environment(dict.fromkeys(_THREAD_VARIABLES, str(threads)) | _QUIET):
            self._process.start()
        theirs.close()

    def call(self, command: str, limit_s: float, arguments: dict[str, Any]) -> Any:
        """The answer to a command.

        Raises:
            EngineFailed: it failed or took longer than ``limit_s``; the process is ended.
        """
        worked, answer = self._exchange(command, limit_s, arguments)
        if not worked:
            self.end()
            raise EngineFailed(answer)
        return answer

    def end(self) -> None:
        """Stop the process and whatever servers it started, and remove its files."""
        if self._process.is_alive():
            self._say_goodbye()
        self._end_servers()
        shutil.rmtree(self._root, ignore_errors=True)

    def _exchange(
        self, command: str, limit_s: float, arguments: dict[str, Any]
    ) -> tuple[bool, Any]:
        try:
            self._connection.send((command, arguments))
            if not self._connection.poll(limit_s):
                self._process.terminate()
                return False, f"'{command}' was stopped after {limit_s:.0f} s"
            answer: tuple[bool, Any] = self._connection.recv()
        except (EOFError, OSError):
            return False, f"its process died during '{command}'"
        return answer

    def _say_goodbye(self) -> None:
        try:
            self._connection.send(("close", {}))
        except OSError:
            self._process.terminate()
        self._process.join(_GOODBYE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_GOODBYE_S)

    def _end_servers(self) -> None:
        # A server left behind names this engine's own folder in its command line.
        for pid in find_processes(str(self._root)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def set_environment(values: Mapping[str, str]) -> Iterator[None]:
    """The environment that processes started meanwhile begin with."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def end_cleanly_when_told() -> None:
    """Let a SIGTERM end this program as an exception does, so that no engine is left behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def find_processes(argument: str) -> list[int]:
    """The processes that have this text in their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if argument.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found
