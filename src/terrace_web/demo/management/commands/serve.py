"""``terrace-web serve``: the site and its worker, until Ctrl+C."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from terrace_web.demo.logins import PASSWORD, shown_logins
from terrace_web.exchange.tasks import run_hourly
from terrace_web.leftovers import take_up_leftovers

Running = Mapping[str, subprocess.Popen[bytes]]

_FIRST_PAGES = ("/", "/market/suggest?q=re")
# Python runs one thread at a time; more of them only help where one waits for the disk.
_THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
_START_S = 90
_STOP_S = 10
_HOUR_S = 3_600


class Command(BaseCommand):
    """Serve the site: one process of several threads, and one worker beside it."""

    help = "Serve the site and run its worker, until Ctrl+C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on.")
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on.")
        parser.add_argument("--threads", type=int, default=_THREADS, help="Requests at a time.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Start both, say where they are, and stop both.

        Raises:
            CommandError: the port is in use, or one of the two stopped by itself.
        """
        host, port = options["host"], options["port"]
        _require_free(host, port)
        call_command("migrate", verbosity=0)
        if settings.CONFIG.mode == "production":
            call_command("collectstatic", interactive=False, verbosity=0)
        _take_up_leftovers()
        commands = _commands(host, port, options["threads"])
        named = _environment(host, port)
        running = {name: subprocess.Popen(command, env=named) for name, command in commands.items()}
        signal.signal(signal.SIGTERM, _stop_like_ctrl_c)
        try:
            _wait_until_up(host, port, running)
            _say_where(host, port)
            _wait(running)
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        finally:
            _stop(running)


def _environment(host: str, port: int) -> dict[str, str]:
    """Links lead to where the site is served, where nobody has said what users call it."""
    return {"TERRACE_BASE_URL": f"http://{host}:{port}", **os.environ}


def _commands(host: str, port: int, threads: int) -> dict[str, list[str]]:
    python = sys.executable
    server = [python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    threaded = ["--blocking-threads", str(threads), "--log-level", "warning", "--no-ws"]
    worker = [python, "-m", "terrace_web", "db_worker", "--queue-name", "*", "--interval", "0.2"]
    return {
        "site": [*server, *threaded, "terrace_web.wsgi:application"],
        "worker": [*worker, "--no-startup-delay"],
    }


def _take_up_leftovers() -> None:
    """What an earlier start left undone, where that was killed."""
    taken = take_up_leftovers()
    if taken.again or taken.given_up:
        logging.getLogger(__name__).warning(
            "%d interrupted tasks are done again, %d are given up", taken.again, taken.given_up
        )


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"port {port} on {host} cannot be used ({error.strerror}); "
                f"stop what uses it, or name another: terrace-web serve --port {port + 1}"
            ) from error


def _wait_until_up(host: str, port: int, running: Running) -> None:
    """Until the site answers; the pages asked for make it read what every later one needs."""
    end = time.monotonic() + _START_S
    for path in _FIRST_PAGES:
        while not _answers(host, port, path):
            _require_running(running)
            if time.monotonic() > end:
                raise CommandError(f"the site did not answer within {_START_S} s")
            time.sleep(0.2)


def _answers(host: str, port: int, path: str) -> bool:
    connection = HTTPConnection(host, port, timeout=_START_S)
    try:
        connection.request("GET", path, headers=_as_users_do())
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _as_users_do() -> dict[str, str]:
    """What a request needs to be answered: a name the site answers to, and its proxy's word."""
    named = settings.CONFIG.hosts.split(",")[0].strip().lstrip(".")
    host = {"Host": named} if named not in ("", "*") else {}
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
    return host | (proxied if settings.CONFIG.behind_proxy else {})


def _say_where(host: str, port: int) -> None:
    console = Console()
    console.print(f"\nTerrace is at [bold]http://{host}:{port}[/bold]  (Ctrl+C stops it)\n")
    if settings.CONFIG.mode == "production":
        console.print(f"Its users come by way of {settings.CONFIG.base_url}\n")
    if logins := shown_logins():
        table = Table("role", "e-mail", "password", title="Logins of the demonstration")
        for login in logins:
            table.add_row(str(login.role), login.email, PASSWORD)
        console.print(table)


def _wait(running: Running) -> None:
    next_hour = time.monotonic()
    while True:
        _require_running(running)
        if time.monotonic() >= next_hour:
            run_hourly.enqueue()
            next_hour += _HOUR_S
        time.sleep(1)


def _require_running(running: Running) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise CommandError(
                f"the {name} stopped by itself (code {process.returncode}); its last lines above "
                "say why"
            )


def _stop(running: Running) -> None:
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    for process in running.values():
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()


def _stop_like_ctrl_c(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt
