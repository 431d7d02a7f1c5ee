import multiprocessing
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import filelock
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import terrace.zone
from terrace.errors import InputError, NotFound, TerraceError
from terrace.records import SCHEMAS, to_frame
from terrace.testing.records import make_company, make_need, tiny_needs, tiny_zone
from terrace.zone import Change, Zone, is_zone, merge_records, read_links


def needs(*pairs: Any) -> pl.DataFrame:
    return to_frame("need", [make_need(i, title) for i, title in pairs])


def titles(frame: pl.DataFrame) -> dict[str, str]:
    firsts = frame["texts"].list.first().struct.field("title")
    return dict(zip(frame["id"], firsts, strict=True))


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    return Zone.create(tmp_path / "z")


def test_it_works(zone: Zone) -> None:
    frame = to_frame("need", tiny_needs())
    assert zone.upsert("need", frame) == Change(added=6)
    assert Zone.open(zone.folder).records("need").equals(frame)


def test_a_new_zone_is_empty_but_whole(zone: Zone) -> None:
    assert is_zone(zone.folder)
    assert zone.kinds() == ()
    assert zone.records("company").schema == SCHEMAS["company"]
    assert zone.records("company").is_empty()
    assert zone.links().is_empty()


def test_reimport_updates_by_id_and_keeps_the_others(zone: Zone) -> None:
    zone.upsert("need", needs(("1", "a"), ("2", "b"), ("3", "c")))
    change = zone.upsert("need", needs(("4", "d"), ("2", "B"), ("3", "c")))
    assert change == Change(added=1, updated=1, unchanged=1)
    assert titles(zone.records("need")) == {"1": "a", "2": "B", "3": "c", "4": "d"}
    assert zone.records("need")["id"].to_list() == ["1", "2", "3", "4"]


def test_the_same_again_writes_nothing(zone: Zone) -> None:
    zone.upsert("need", needs(("1", "a")))
    before = zone.records_path("need").stat().st_mtime_ns
    assert zone.upsert("need", needs(("1", "a"))) == Change(unchanged=1)
    assert zone.records_path("need").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "changed",
    [
        {"deadline": date(2026, 1, 1)},
        {"keywords": ("a",)},
        {"budget_max": 1.0},
        {"wants_exclusive": False},
        {"extra": '{"a": 1}'},
    ],
)
def test_a_change_of_any_field_is_an_update(zone: Zone, changed: Any) -> None:
    zone.upsert("need", to_frame("need", [make_need()]))
    frame = to_frame("need", [make_need(**changed)])
    assert zone.upsert("need", frame) == Change(updated=1)
    assert zone.records("need").equals(frame)


IMPORT = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y", "z"]))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(IMPORT, min_size=1, max_size=5))
def test_any_imports_end_like_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, imports: Any
) -> None:
    zone = Zone.create(tmp_path_factory.mktemp("z") / "z")
    expected: dict[str, str] = {}
    for imported in imports:
        change = zone.upsert("need", needs(*imported.items()))
        known = expected.keys() & imported.keys()
        same = {key for key in known if expected[key] == imported[key]}
        assert change == Change(len(imported) - len(known), len(known - same), len(same))
        expected |= imported
    assert titles(zone.records("need")) == expected
    assert list(titles(zone.records("need"))) == list(expected)


def test_kinds_do_not_touch_each_other(zone: Zone) -> None:
    zone.upsert("need", needs(("1", "a")))
    zone.upsert("company", to_frame("company", [make_company("1")]))
    assert zone.kinds() == ("need", "company")
    assert titles(zone.records("need")) == {"1": "a"}


def test_an_id_twice_is_refused_and_nothing_stored(zone: Zone) -> None:
    with pytest.raises(InputError, match="the id '2' twice"):
        zone.upsert("need", needs(("1", "a"), ("2", "b"), ("2", "c")))
    assert zone.kinds() == ()


def test_another_schema_is_refused(zone: Zone) -> None:
    with pytest.raises(InputError, match=r"records\.SCHEMAS\['need'\]"):
        zone.upsert("need", pl.DataFrame({"id": ["1"]}))


def test_merge_keeps_order_and_columns() -> None:
    merged = merge_records(needs(("2", "b"), ("1", "a")), needs(("3", "c"), ("2", "B")))
    assert merged["id"].to_list() == ["2", "1", "3"]
    assert merged.schema == SCHEMAS["need"]


def test_paths_lie_in_the_folder(zone: Zone) -> None:
    paths = (
        zone.vectors_path,
        zone.index_path,
        zone.ranker_path,
        zone.decisions_path,
        zone.links_path,
        zone.records_path("need"),
    )
    assert all(path.is_relative_to(zone.folder) for path in paths)
    assert len(set(paths)) == len(paths)


def test_a_folder_without_marker_is_no_zone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(NotFound, match=r"no zone .*terrace import"):
        Zone.open(tmp_path)
    with pytest.raises(NotFound):
        Zone.open(tmp_path / "nowhere")


def test_a_folder_in_use_is_not_made_a_zone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="is in use already"):
        Zone.create(tmp_path)
    with pytest.raises(InputError, match="is in use already"):
        Zone.create(tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_zone_is_not_created_twice(zone: Zone) -> None:
    with pytest.raises(InputError):
        Zone.create(zone.folder)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("terrace_zone: 99", "is of layout 99"),
        ("name: other", "is of layout None"),
        ("- a list", "is of layout None"),
        ("terrace_zone: [", "cannot be read"),
        (b"\xff\xfe\xfa", "cannot be read"),
    ],
)
def test_a_foreign_or_damaged_marker_is_refused(zone: Zone, marker: Any, message: str) -> None:
    payload = marker if isinstance(marker, bytes) else marker.encode()
    (zone.folder / "zone.yaml").write_bytes(payload)
    with pytest.raises(InputError, match=message):
        Zone.open(zone.folder)


@pytest.mark.parametrize("damage", [b"", b"no parquet at all", b"PAR1PAR1"])
def test_damaged_records_are_refused_and_not_overwritten(zone: Zone, damage: bytes) -> None:
    zone.upsert("need", needs(("1", "a")))
    zone.records_path("need").write_bytes(damage)
    with pytest.raises(InputError, match=r"need\.parquet: is damaged.*import the records again"):
        zone.records("need")
    with pytest.raises(InputError):
        zone.upsert("need", needs(("2", "b")))
    assert zone.records_path("need").read_bytes() == damage


def test_half_a_file_is_refused(zone: Zone) -> None:
    zone.upsert("need", needs(("1", "a")))
    path = zone.records_path("need")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="is damaged"):
        zone.records("need")


def test_records_with_other_columns_are_refused(zone: Zone) -> None:
    path = zone.records_path("need")
    path.parent.mkdir()
    needs(("1", "a")).drop("budget_max").write_parquet(path)
    with pytest.raises(InputError, match="'budget_max'"):
        zone.records("need")


def test_links_are_read(tmp_path: Path) -> None:
    links = tiny_zone(tmp_path).links()
    assert links.columns == ["need_id", "achievement_id", "relevance"]
    assert links.row(0) == ("N1", "A1", 1)
    assert links.height == 6


@pytest.mark.parametrize(
    "text", ["", "need_id\nN1\n", "need_id\tachievement_id\trelevance\nN\tA\tx\n"]
)
def test_damaged_links_are_refused(zone: Zone, text: str) -> None:
    zone.links_path.write_text(text)
    with pytest.raises(InputError, match=r"qrels\.tsv: holds no links"):
        zone.links()


def test_missing_links_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_links(tmp_path / "qrels.tsv")


def test_a_lock_that_is_held_is_named(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terrace.zone, "_LOCK_WAIT_S", 0.05)
    with (
        filelock.FileLock(zone.folder / ".lock"),
        pytest.raises(TerraceError, match="another process has been writing"),
    ):
        zone.upsert("need", needs(("1", "a")))
    assert zone.upsert("need", needs(("1", "a"))) == Change(added=1)


def upsert_some(folder: Path, first: int) -> None:
    zone = Zone.open(folder)
    for number in range(first, first + 5):
        zone.upsert("need", needs((str(number), "a")))


def test_several_processes_lose_nothing(zone: Zone) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=upsert_some, args=(zone.folder, n)) for n in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert sorted(map(int, zone.records("need")["id"])) == [0, 1, 2, 3, 4, 100, 101, 102, 103, 104]


_KILLED = """
import os, signal, sys
import polars as pl
import terrace.zone
from terrace.records import to_frame
from terrace.testing.records import make_need

def die(self, file, **options):
    file.write(b"half a file")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

pl.DataFrame.write_parquet = die
terrace.zone.Zone.open(sys.argv[1]).upsert("need", to_frame("need", [make_need("2")]))
"""


def test_a_writer_killed_in_the_middle_leaves_the_zone_as_it_was(zone: Zone) -> None:
    zone.upsert("need", needs(("1", "a")))
    code = subprocess.run([sys.executable, "-c", _KILLED, zone.folder], check=False).returncode
    assert code == -signal.SIGKILL
    assert titles(zone.records("need")) == {"1": "a"}
    assert zone.upsert("need", needs(("2", "b"))) == Change(added=1)


def test_a_full_disk_changes_nothing(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    zone.upsert("need", needs(("1", "a")))

    def fill(*_: Any, **_named: Any) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(pl.DataFrame, "write_parquet", fill)
        with pytest.raises(TerraceError, match="free some space"):
            zone.upsert("need", needs(("2", "b")))
    assert titles(zone.records("need")) == {"1": "a"}
    assert [path.name for path in (zone.folder / "records").iterdir()] == ["need.parquet"]
