"""The platform under load: how long its pages take for people who read and type.

    python bench/zone_scale.py                     # once: a zone of Xi'an's size
    python bench/load.py [--folder out/zone_scale] [--users 20] [--seconds 90]

The site is served as ``terrace-web serve`` does, one process and its worker, on loopback
alone. Half of the users are visitors, half technology managers; each pauses one to three
seconds between two requests. Every page is asked for once before the clock starts.
Results: ``load.json`` and ``load.md`` in the folder.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import gevent
from locust import HttpUser, between, task
from locust.env import Environment

from trial.tables import describe_machine, lay_out
from trial.visits import FACETS, LISTS, MANAGER, QUERIES

HOST, START_S = "127.0.0.1", 120
PAGE_MS, TYPING_MS = 150, 100
TYPING, SIGN_IN = "suggestions while typing", "sign in"
PASSWORD = "terrace-demo"
_TOKEN_MAKER = """
import sys, django; django.setup()
from django.utils import timezone
from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import User
from terrace_web.api.tokens import make_token
email, *scopes = sys.argv[1:]
user = User.objects.get(email=email)
print(make_token("bench", scopes, by=user, audience=audience_of(user), now=timezone.now()))
"""
_FOUND_CODE = 'href="/market/r/'


class Reader(HttpUser):
    """What visitors and managers do alike; ``known`` has codes of records, by list."""

    abstract = True
    wait_time = between(1, 3)
    known: Mapping[str, Sequence[str]] = {}
    token = ""

    def on_start(self) -> None:
        """Everybody draws differently, and the same in every run."""
        self.chance = Random(f"{type(self).__name__} {self.environment.runner.user_count}")

    def read(self, path: str, name: str, **options: Any) -> None:
        """Ask for a page; the answer has to be one."""
        self.client.get(path, name=name, **options)

    @task(2)
    def open_start_page(self) -> None:
        self.read("/", "start page")

    @task(3)
    def browse(self) -> None:
        name = self.chance.choice(LISTS)
        page = self.chance.choice(("", "?page=2", "?page=7", "?order=title"))
        self.read(f"/market/{name}/{page}", f"list of {name}")

    @task(3)
    def narrow(self) -> None:
        name, facets = self.chance.choice(LISTS), self.chance.choice(FACETS)
        self.read(f"/market/{name}/?{facets}", f"list of {name}, facets")

    @task(6)
    def search(self) -> None:
        name, query = self.chance.choice(LISTS), self.chance.choice(QUERIES)
        self.read(f"/market/{name}/?q={query}", f"list of {name}, query")

    @task(2)
    def search_with_facets(self) -> None:
        facets, query = self.chance.choice(FACETS), self.chance.choice(QUERIES)
        self.read(f"/market/achievements/?q={query}&{facets}", "list, query and facets")

    @task(2)
    def search_all(self) -> None:
        self.read(f"/search/?q={self.chance.choice(QUERIES)}", "search in all kinds")

    @task(8)
    def type_letters(self) -> None:
        query = self.chance.choice(QUERIES)
        typed = query[: self.chance.randint(min(2, len(query)), len(query))]
        self.read(f"/market/suggest?q={typed}", TYPING, headers={"HX-Request": "true"})

    @task(6)
    def open_record(self) -> None:
        name = self.chance.choice([each for each in LISTS if self.known[each]])
        code = self.chance.choice(self.known[name])
        self.read(f"/market/r/{code}/", "record")

    @task(1)
    def see_similar(self) -> None:
        code = self.chance.choice(self.known["achievements"])
        self.read(f"/market/r/{code}/similar/", "similar records", headers={"HX-Request": "true"})

    @task(1)
    def see_map(self) -> None:
        self.read("/map/", "map")
        self.read("/map/points.json", "points of the map")


class Visitor(Reader):
    """Somebody without an account."""


class Manager(Reader):
    """A technology manager at the desk, signed in."""

    def on_start(self) -> None:
        """Sign in as a person does, with the form's own token."""
        super().on_start()
        self.client.get("/accounts/login/", name=SIGN_IN)
        said = {
            "login": MANAGER,
            "password": PASSWORD,
            "csrfmiddlewaretoken": self.client.cookies["csrftoken"],
        }
        self.client.post("/accounts/login/", said, name=SIGN_IN)

    @task(3)
    def see_desk(self) -> None:
        self.read("/desk/", "desk")

    @task(4)
    def see_matches(self) -> None:
        self.read(f"/desk/{self.chance.choice(self.known['needs'])}/", "matches of a need")

    @task(1)
    def see_managers(self) -> None:
        self.read("/managers/", "technology managers")

    @task(1)
    def see_profile(self) -> None:
        self.read("/profile/", "profile")

    @task(1)
    def see_own(self) -> None:
        self.read("/market/review/", "reviews")

    @task(3)
    def ask_api(self) -> None:
        query = self.chance.choice(("", *QUERIES))
        headers = {"Authorization": f"Bearer {self.token}"}
        self.read(f"/api/v1/records?kind=achievement&q={query}", "API list", headers=headers)


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("out/zone_scale"), help="data folder")
    parser.add_argument("--users", type=int, default=20, help="at the same time, at most 50")
    parser.add_argument("--seconds", type=int, default=90, help="at most 300")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument(
        "--threads", type=int, default=0, help="requests at a time, the default of serve if 0"
    )
    chosen = parser.parse_args(arguments)
    chosen.users, chosen.seconds = min(chosen.users, 50), min(chosen.seconds, 300)
    return chosen


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve, warm up, load, print, keep; ends with 1 where a threshold is missed."""
    chosen = read_arguments(arguments)
    if not (chosen.folder / "terrace.sqlite3").exists():
        sys.exit(f"{chosen.folder} holds no zone; make one with: python bench/zone_scale.py")
    with served(chosen) as address:
        Reader.known = {name: find_codes(f"{address}/market/{name}/") for name in LISTS}
        Reader.token = make_token(chosen.folder, MANAGER, "market:read")
        run_users(address, users=2, seconds=30, spread=3)
        rows = run_users(address, users=chosen.users, seconds=chosen.seconds, spread=8)
    keep(rows, chosen)
    sys.exit(0 if rows and all(row["held"] for row in rows) else 1)


@contextmanager
def served(chosen: argparse.Namespace) -> Iterator[str]:
    """The site on this folder while the block runs; its address."""
    address = f"http://{HOST}:{chosen.port}"
    command = [sys.executable, "-m", "terrace_web", "serve", "--port", str(chosen.port)]
    threads = ["--threads", str(chosen.threads)] if chosen.threads else []
    quiet = {"stdout": subprocess.DEVNULL}
    with subprocess.Popen([*command, *threads], env=_platform(chosen.folder), **quiet) as process:
        try:
            _wait_for(address, process)
            yield address
        finally:
            process.terminate()


def find_codes(address: str) -> list[str]:
    """The codes of the records on a list page."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        parts = answer.read().decode().split(_FOUND_CODE)[1:]
    return sorted({part.split("/", 1)[0] for part in parts})


def make_token(folder: Path, email: str, *scopes: str) -> str:
    """A token of somebody for the API."""
    command = [sys.executable, "-c", _TOKEN_MAKER, email, *scopes]
    made = subprocess.run(
        command, env=_platform(folder), capture_output=True, text=True, check=True
    )
    return made.stdout.strip()


def run_users(address: str, *, users: int, seconds: int, spread: float) -> list[dict[str, Any]]:
    """Let so many people use the site; one row per page, see ``summarise``."""
    environment = Environment(user_classes=[Visitor, Manager], host=address)
    runner = environment.create_local_runner()
    runner.start(users, spawn_rate=users / spread)
    gevent.sleep(spread)
    # Signing in and arriving are over: only what follows is counted.
    environment.stats.reset_all()
    gevent.sleep(seconds)
    # A password is slow to check on purpose.
    entries = environment.stats.entries.values()
    rows = [summarise(entry) for entry in entries if entry.num_requests and entry.name != SIGN_IN]
    runner.quit()
    return sorted(rows, key=lambda row: row["page"])


def summarise(entry: Any) -> dict[str, Any]:
    """The figures of one page, and whether it kept to its threshold."""
    limit_ms = TYPING_MS if entry.name == TYPING else PAGE_MS
    p95 = entry.get_response_time_percentile(0.95)
    return {
        "page": entry.name,
        "requests": entry.num_requests,
        "failures": entry.num_failures,
        "p50_ms": entry.get_response_time_percentile(0.5),
        "p95_ms": p95,
        "limit_ms": limit_ms,
        "held": p95 < limit_ms and not entry.num_failures,
    }


def keep(rows: Sequence[Mapping[str, Any]], chosen: argparse.Namespace) -> None:
    """Print the table, and write it with the raw figures."""
    header = ("page", "requests", "failures", "p50 ms", "p95 ms", "below", "held")
    table = lay_out(header, [[_say(value) for value in row.values()] for row in rows])
    title = f"{chosen.users} users for {chosen.seconds} s; {describe_machine(2)}"
    print(f"{title}\n\n{table}")
    (chosen.folder / "load.json").write_text(json.dumps(list(rows), indent=2))
    (chosen.folder / "load.md").write_text(f"{title}\n\n{table}\n")


def _say(value: Any) -> str:
    return {True: "yes", False: "NO"}[value] if isinstance(value, bool) else str(value)


def _platform(folder: Path) -> dict[str, str]:
    own = {
        "TERRACE_MODE": "demo",
        "TERRACE_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "terrace_web.settings",
    }
    return {**os.environ, **own}


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=60).close()
            return
        except OSError:
            time.sleep(0.5)
    sys.exit("the site did not start; see the lines above")


if __name__ == "__main__":
    main()
