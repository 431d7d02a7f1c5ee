"""A served site in a folder of its own, started and killed as an operator's would be."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_START_S = 90
_ANSWER_S = 60


class Site:
    """``terrace-web serve`` as a process group, and its API by address and token."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder, self.port = folder, _free_port()
        self._environment = _environment(folder, database_url)
        self._log = folder / "site.log"
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> str:
        """Run a command of this installation; what it printed.

        Raises:
            CalledProcessError: it failed.
        """
        command = [sys.executable, "-m", "terrace_web", *arguments]
        done = subprocess.run(command, env=self._environment, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()

    def start(self) -> None:
        """Start it, and return when it answers.

        Raises:
            AssertionError: it ended by itself, or did not answer in time.
        """
        self._begin("serve", "--port", str(self.port))
        end = time.monotonic() + _START_S
        while not self.answers():
            assert self._process is not None
            assert self._process.poll() is None, self._log.read_text(errors="replace")
            assert time.monotonic() < end, self._log.read_text(errors="replace")
            time.sleep(0.1)

    def start_worker(self) -> None:
        """Start the worker alone."""
        self._begin("db_worker", "--queue-name", "*", "--interval", "0", "--no-startup-delay")

    def kill(self) -> None:
        """End all its processes at once, without a word to any of them."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None
            _wait_until_free(self.port)

    def call(
        self, method: str, path: str, token: str, given: Mapping[str, Any] | None = None
    ) -> Any:
        """The answer of the API as Python values.

        Raises:
            OSError: nobody answers, or refuses (urllib's HTTPError is one of them).
        """
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            method=method,
            data=None if given is None else json.dumps(given).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=_ANSWER_S) as answer:
            return json.load(answer)

    def answers(self) -> bool:
        """Whether it says anything, even that a token is missing."""
        try:
            self.call("GET", "me", "")
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _begin(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "terrace_web", *arguments]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )


def _environment(folder: Path, database_url: str) -> dict[str, str]:
    """Of this process, less what it says of Terrace: the site has settings of its own."""
    left = {name: value for name, value in os.environ.items() if not name.startswith("TERRACE_")}
    left.pop("DJANGO_SETTINGS_MODULE", None)
    said = {"MODE": "demo", "DATA_DIR": str(folder), "EMBEDDERS": "none"}
    return left | {f"TERRACE_{k}": v for k, v in (said | {"DATABASE_URL": database_url}).items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_free(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
