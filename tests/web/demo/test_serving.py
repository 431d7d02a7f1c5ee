"""Serving: the site and its worker start and stop together, and say why they cannot."""

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from terrace_web.demo.management.commands import serve


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_works(tmp_path: Path) -> None:
    """The whole of it: up, answering, logins told, and down at once on a signal."""
    port = free_port()
    environment = {
        "PATH": "",
        "TERRACE_MODE": "demo",
        "TERRACE_DATA_DIR": str(tmp_path),
        "TERRACE_EMBEDDERS": "none",
        "COLUMNS": "120",
    }
    command = [sys.executable, "-m", "terrace_web", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            told = read_until("Ctrl+C", process)
            # The logins come line by line; none of them is cut off by the signal.
            login = read_until("manager@demo.example", process)
            read_until("visitor@demo.example", process)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
                answer = page.read().decode()
            process.send_signal(signal.SIGTERM)
            rest, _errors = process.communicate(timeout=30)
        finally:
            process.kill()

    assert "Terrace" in answer
    assert f"http://127.0.0.1:{port}" in told
    assert "terrace-demo" in login
    assert rest.endswith("Stopping.\n")
    assert process.returncode == 0
    serve._require_free("127.0.0.1", port)


def read_until(wanted: str, process: "subprocess.Popen[str]") -> str:
    """The line with these words; the site answers when it is printed."""
    assert process.stdout is not None
    for line in process.stdout:
        if wanted in line:
            return line
    raise AssertionError(f"ended with {process.wait()} before it said {wanted}")


def test_a_taken_port_names_the_remedy(taken_port: int) -> None:
    with pytest.raises(CommandError, match=f"--port {taken_port + 1}"):
        call_command("serve", port=taken_port, stdout=StringIO())


def test_one_that_dies_ends_the_other(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def remember(
        command: list[str], *, env: dict[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        started.append(begin(command, env=env))
        return started[-1]

    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(serve.subprocess, "Popen", remember)
    monkeypatch.setattr(
        serve,
        "_commands",
        lambda *_: {"site": sleeper, "worker": [sys.executable, "-c", "raise SystemExit(3)"]},
    )

    with pytest.raises(CommandError, match=r"the worker stopped by itself \(code 3\)"):
        call_command("serve", port=free_port(), stdout=StringIO())

    assert [process.poll() is not None for process in started] == [True, True]


def test_one_process_with_several_threads() -> None:
    site = serve._commands("127.0.0.1", 8123, 6)["site"]

    assert site[site.index("--blocking-threads") + 1] == "6"
    assert "--workers" not in site
    assert site[-1] == "terrace_web.wsgi:application"


@pytest.mark.parametrize(
    ("hosts", "behind_proxy", "headers"),
    [
        ("zone.example,10.0.0.1", False, {"Host": "zone.example"}),
        (".zone.example", False, {"Host": "zone.example"}),
        ("*", False, {}),
        (
            "zone.example",
            True,
            {
                "Host": "zone.example",
                "X-Forwarded-Proto": "https",
                "X-Forwarded-For": "127.0.0.1",
            },
        ),
    ],
)
def test_its_first_pages_are_asked_for_as_users_do(
    settings, hosts: str, behind_proxy: bool, headers: dict[str, str]
) -> None:
    """Under a name it does not answer to, a production site refuses them."""
    given = {"hosts": hosts, "behind_proxy": behind_proxy}
    settings.CONFIG = settings.CONFIG.model_copy(update=given)

    assert serve._as_users_do() == headers


def test_links_lead_to_where_it_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERRACE_BASE_URL", raising=False)
    assert serve._environment("127.0.0.1", 8102)["TERRACE_BASE_URL"] == "http://127.0.0.1:8102"

    monkeypatch.setenv("TERRACE_BASE_URL", "https://zone.example")
    assert serve._environment("127.0.0.1", 8102)["TERRACE_BASE_URL"] == "https://zone.example"
