"""A killed server loses nothing that it acknowledged, and its index heals.

A real site on SQLite is killed while several clients write; what they were told is done
must be there when it is started again, whole, with its history and found by its words.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from terrace_web.testing.site import Site

ROUNDS, CLIENTS, WAITING_S = 3, 3, 60
# Acknowledged records after which the site is killed, and the most a client writes (a token
# may call 300 times a minute).
ENOUGH, MOST = 8, 60
PREPARE = """
from django.utils import timezone
from terrace_web.accounts.models import User
from terrace_web.api.models import SCOPES
from terrace_web.api.tokens import make_token
from terrace_web.testing.cast import make_cast
cast = make_cast()
# With one technology manager it is clear who reviews.
User.objects.filter(pk=cast.other_manager.pk).update(is_active=False)
for user in (cast.researcher, cast.manager):
    for name in range({clients}):
        print("TOKEN", make_token(str(name), list(SCOPES), by=user,
              audience=cast.audience(user), now=timezone.now()))
"""


@dataclass
class Told:
    """What the site acknowledged: versions of titles, and stages, by code."""

    titles: dict[str, tuple[int, str]] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    made.run("migrate", "--verbosity", "0")
    yield made
    made.kill()


@pytest.fixture(scope="module")
def tokens(site: Site) -> list[str]:
    said = site.run("shell", "--no-imports", "-c", PREPARE.format(clients=CLIENTS))
    return [line.split()[1] for line in said.splitlines() if line.startswith("TOKEN")]


def write_until_killed(site: Site, editor: str, reviewer: str, name: str, told: Told) -> None:
    """Create, change, submit and publish; only what was answered is noted."""
    try:
        for number in range(MOST):
            _write_one(site, editor, reviewer, f"{name}x{number}", told)
    except HTTPError as refused:
        told.refused.append(refused.read().decode())
    except (OSError, HTTPException):
        return


def _write_one(site: Site, editor: str, reviewer: str, word: str, told: Told) -> None:
    values = {"title": f"Seal {word}", "summary": f"About {word}.", "fields": ["materials"]}
    given = {"kind": "achievement", "owner_code": "lab", "values": values}
    made = site.call("POST", "records", editor, given)
    note(told, made)
    changed = {"values": {"title": f"Better seal {word}"}, "version": made["version"]}
    note(told, site.call("PATCH", f"records/{made['code']}", editor, changed))
    note(told, site.call("POST", f"records/{made['code']}/moves/submit", editor, {"note": ""}))
    note(told, site.call("POST", f"records/{made['code']}/moves/publish", reviewer, {"note": ""}))


def note(told: Told, answer: dict[str, Any]) -> None:
    told.titles[answer["code"]] = (answer["version"], answer["title"])
    told.stages[answer["code"]] = answer["stage"]


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "terrace.sqlite3")) as connection:
        return connection.execute(query).fetchall()


STAGES = ("draft", "in_review", "published")


def assert_all_there(site: Site, token: str, told: Told) -> None:
    """At least what was told: a write whose answer did not arrive may have been done."""
    for code, (version, title) in told.titles.items():
        found = site.call("GET", f"records/{code}", token)
        assert found["version"] >= version, code
        assert found["version"] > version or found["title"] == title, code
        assert STAGES.index(found["stage"]) >= STAGES.index(told.stages[code]), code


def assert_nothing_half_written(folder: Path) -> None:
    """Every record has its run, its events, its versions and its audit entries, and no more."""
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
    assert rows(folder, "PRAGMA foreign_key_check") == []
    assert rows(folder, RUNS_WITHOUT_RECORD) == []
    assert rows(folder, STAGE_IS_NOT_LAST_EVENT) == []
    assert rows(folder, VERSIONS_MISSING) == []
    assert rows(folder, AUDIT_MISSING) == []


RUNS_WITHOUT_RECORD = """
SELECT id FROM flows_run WHERE id NOT IN (SELECT run_id FROM market_record)"""
STAGE_IS_NOT_LAST_EVENT = """
SELECT run.id FROM flows_run run WHERE run.stage !=
  (SELECT to_stage FROM flows_event WHERE run_id = run.id ORDER BY at DESC, id DESC LIMIT 1)"""
VERSIONS_MISSING = """
SELECT record.id FROM market_record record WHERE record.version - 1 !=
  (SELECT count(*) FROM market_version WHERE record_id = record.id)"""
AUDIT_MISSING = """
SELECT code FROM market_record record WHERE NOT EXISTS
  (SELECT 1 FROM audit_entry WHERE action = 'record:create' AND subject LIKE '%' || record.code)"""


def unfound(site: Site, token: str, told: Told) -> list[str]:
    """Acknowledged publications that a search for their own word does not find."""
    shown = [code for code, stage in told.stages.items() if stage == "published"]
    return [code for code in shown if not _is_found(site, token, code, told.titles[code][1])]


def _is_found(site: Site, token: str, code: str, title: str) -> bool:
    word = title.rsplit(maxsplit=1)[-1]
    page = site.call("GET", f"records?kind=achievement&q={word}", token)
    return code in {each["code"] for each in page["records"]}


def wait_until_followed(folder: Path) -> None:
    """Until the worker has nothing left to do."""
    waiting = "SELECT count(*) FROM market_change WHERE applied_at IS NULL"
    open_states = "status IN ('READY', 'RUNNING')"
    open_tasks = f"SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE {open_states}"
    wait_until(lambda: rows(folder, waiting) == rows(folder, open_tasks) == [(0,)])


def wait_until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + WAITING_S
    while not is_so():
        assert time.monotonic() < end, f"not within {WAITING_S} s"
        time.sleep(0.02)


def test_a_killed_site_loses_nothing_it_acknowledged(site: Site, tokens: list[str]) -> None:
    folder, told = site.folder, Told()
    editors, reviewers = tokens[:CLIENTS], tokens[CLIENTS:]
    site.start()
    for turn in range(ROUNDS):
        before = len(told.titles)
        clients = [
            threading.Thread(target=write_until_killed, args=(site, *pair, f"q{turn}{place}", told))
            for place, pair in enumerate(zip(editors, reviewers, strict=True))
        ]
        for client in clients:
            client.start()
        wait_until(lambda at=before + ENOUGH: len(told.titles) >= at or told.refused)
        site.kill()
        for client in clients:
            client.join(60)
        assert told.refused == []
        assert_nothing_half_written(folder)

        site.start()
        assert_all_there(site, editors[0], told)
    wait_until_followed(folder)
    assert_nothing_half_written(folder)
    assert unfound(site, editors[1], told) == []


def test_a_task_whose_worker_is_killed_is_done_again(site: Site, tokens: list[str]) -> None:
    """The worker is held up at a write in the middle of its task, and killed there."""
    site.kill()
    site.run("shell", "--no-imports", "-c", CHANGE_EVERYTHING)
    site.start_worker()
    with held_up_while_it_runs(site.folder):
        site.kill()
    assert task_states(site.folder) == {"RUNNING"}

    site.start()

    wait_until_followed(site.folder)
    assert task_states(site.folder) == {"SUCCESSFUL"}


CHANGE_EVERYTHING = """
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_many
DBTaskResult.objects.all().delete()
note_many(list(Record.objects.values_list("pk", flat=True)), timezone.now())
"""


@contextmanager
def held_up_while_it_runs(folder: Path) -> Iterator[None]:
    """Hold the write lock from a moment at which a task has begun and not ended."""
    with closing(sqlite3.connect(folder / "terrace.sqlite3", isolation_level=None)) as connection:
        wait_until(lambda: _lock_if_running(connection))
        yield
        connection.execute("ROLLBACK")


def _lock_if_running(connection: sqlite3.Connection) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute(f"{TASK_STATES} WHERE status = 'RUNNING'").fetchone():
        return True
    connection.execute("ROLLBACK")
    return False


TASK_STATES = "SELECT status FROM django_tasks_database_dbtaskresult"


def task_states(folder: Path) -> set[str]:
    return {state for (state,) in rows(folder, TASK_STATES)}
