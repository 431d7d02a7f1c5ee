"""One backup file for both databases: from SQLite into PostgreSQL and back, all is the same."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terrace_web.testing.postgres import is_required, is_there, running_server
from terrace_web.testing.site import Site

pytestmark = pytest.mark.skipif(
    not is_there() and not is_required(), reason="PostgreSQL's wheel has no build for this machine"
)

# Restoring and making a backup are noted in these themselves.
GROWING = {"audit.entry", "market.change"}
STORY = """
from django.utils import timezone
from terrace_web.market.actions import save_record
from terrace_web.market.moves import move_record
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Decision
from terrace_web.testing.cast import make_cast, make_record
now = timezone.now()
cast = make_cast()
seal = make_record(cast.lab, title="密封环 seal", stage="draft", fields=["materials"],
                   manager=cast.manager)
need = make_record(cast.company, "need", title="Seal for pumps", content={"summary": "a seal"})
by = {"by": cast.researcher, "audience": cast.audience(cast.researcher), "now": now}
save_record(seal.code, values={"readiness": 5, "title": "密封环 ring seal"}, **by)
move_record(seal.code, "submit", **by)
move_record(seal.code, "publish", by=cast.manager, audience=cast.audience(cast.manager), now=now)
follow_outbox(now)
Decision.objects.create(need=need, achievement=seal, choice="reject", reason="price",
                        by=cast.manager, at=now)
"""
TOLD = {"market.record": 2, "market.version": 1, "flows.event": 2, "matching.decision": 1}


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return made(tmp_path_factory.mktemp("sqlite"), "")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_server() as url:
        yield made(tmp_path_factory.mktemp("postgres"), url)


def made(folder: Path, url: str) -> Site:
    site = Site(folder, url)
    site.run("migrate", "--verbosity", "0")
    return site


def tables(path: Path) -> dict[str, list[dict[str, Any]]]:
    with tarfile.open(path) as archive:
        members = [each for each in archive.getmembers() if each.name.startswith("tables/")]
        read = {each.name[7:-6]: archive.extractfile(each).readlines() for each in members}  # type: ignore[union-attr]
    return {name: [json.loads(line) for line in lines] for name, lines in read.items()}


def test_it_works(sqlite: Site, postgres: Site, tmp_path: Path) -> None:
    files = [tmp_path / f"{place}.tar.gz" for place in range(3)]
    sqlite.run("shell", "--no-imports", "-c", STORY)
    sqlite.run("backup", str(files[0]))
    before = tables(files[0])
    assert before["matching.pair"]
    assert {name: len(before[name]) for name in TOLD} == TOLD

    postgres.run("restore", str(files[0]), "--yes", "--no-index")
    postgres.run("backup", str(files[1]))
    sqlite.run("restore", str(files[1]), "--yes", "--no-index")
    sqlite.run("backup", str(files[2]))

    for path in files[1:]:
        after = tables(path)
        assert {name: rows for name, rows in after.items() if name not in GROWING} == {
            name: rows for name, rows in before.items() if name not in GROWING
        }
        assert after["audit.entry"][: len(before["audit.entry"])] == before["audit.entry"]
    # PostgreSQL counts apart from its rows: a new record must not meet a restored one.
    assert postgres.run("shell", "--no-imports", "-c", ONE_MORE).split() == ["postgresql", "3"]


ONE_MORE = """
from django.db import connection
from terrace_web.accounts.models import Organisation
from terrace_web.market.models import Record
from terrace_web.testing.cast import make_record
make_record(Organisation.objects.get(code="lab"))
print(connection.vendor, Record.objects.count())
"""


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_others_write_meanwhile_and_do_not_disturb_it(
    request: pytest.FixtureRequest, database: str, tmp_path: Path
) -> None:
    site = request.getfixturevalue(database)
    path = tmp_path / "meanwhile.tar.gz"

    said = site.run("shell", "--no-imports", "-c", MEANWHILE.format(path=str(path)))

    assert said.split() == ["written"]
    assert {row["name"] for row in tables(path)["accounts.organisation"]} & {"Late"} == set()


MEANWHILE = """
from pathlib import Path
from threading import Thread
from django.utils import timezone
from terrace_web.accounts.models import Organisation
from terrace_web.backups.actions import make_backup

def write():
    Organisation.objects.create(code="late", kind="lab", name="Late")
    print("written")

def at_the_first_table(_work, done, _total):
    if done == 1:
        other = Thread(target=write)
        other.start()
        other.join(20)

make_backup(by=None, now=timezone.now(), path=Path("{path}"), progress=at_the_first_table)
"""
