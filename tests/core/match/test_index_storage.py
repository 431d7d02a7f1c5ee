import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from terrace.errors import IndexFault, TerraceError
from terrace.match.index import Entry, Index, change, store
from terrace.match.index.manifest import read_manifest
from terrace.match.index.merging import plan_merge

ENTRIES = [Entry(id=f"R{i}", text=f"laser number{i}") for i in range(20)]
YEARS = pl.DataFrame({"id": [e.id for e in ENTRIES], "year": list(range(20))})
VECTORS = np.eye(20, dtype=np.float32)


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "zone" / "index"


@pytest.fixture
def index(folder: Path) -> Index:
    return Index.open(folder)


@pytest.fixture
def full(index: Index) -> Index:
    index.write(ENTRIES, YEARS)
    index.add_vectors("m", [e.id for e in ENTRIES], VECTORS)
    return index


def describe(index: Index) -> dict[str, object]:
    view = index.view()
    rows = np.flatnonzero(view.live)
    return {
        "generation": view.generation,
        "ids": [view.ids[row] for row in rows],
        "scores": view.lexical(["laser", "number3"])[rows].tolist(),
        "vectors": view.has_vectors("m")[rows].tolist(),
        "attributes": view.attributes[rows].to_dicts(),
    }


def run_python(code: str, *arguments: Path | str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_opened_again_it_is_the_same(full: Index, folder: Path) -> None:
    before = describe(full)
    full.close()
    assert describe(Index.open(folder)) == before


def test_a_closed_index_may_be_used_on(full: Index) -> None:
    before = describe(full)
    with full as index:
        held = index.view()
    assert held.lexical(["laser"]).max() > 0
    assert describe(full) == before


WRITE_ONE = """
import sys
from pathlib import Path
from terrace.match.index import Entry, Index
index = Index.open(Path(sys.argv[1]))
index.write([Entry(id=sys.argv[2], text="other process")], delete=["R0"])
"""


def test_what_another_process_writes_is_in_the_next_view(full: Index, folder: Path) -> None:
    held = full.view()
    assert run_python(WRITE_ONE, folder, "new").wait(60) == 0
    view = full.view()
    assert view.lexical(["process"])[view.row_of("new")] > 0
    assert view.find_row("R0") is None
    assert held.row_of("R0") == 0
    full.write([Entry(id="own", text="this process")])
    view = full.view()
    assert np.count_nonzero(view.lexical(["process"])) == 2


def test_several_writers_lose_nothing(index: Index, folder: Path) -> None:
    writers = [run_python(WRITE_ONE, folder, f"P{i}") for i in range(3)]
    for i in range(5):
        index.write([Entry(id=f"own{i}", text="laser")])
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    expected = {f"P{i}" for i in range(3)} | {f"own{i}" for i in range(5)}
    view = index.view()
    assert {view.ids[row] for row in np.flatnonzero(view.live)} == expected


def test_readers_see_whole_generations_while_another_thread_writes(folder: Path) -> None:
    Index.open(folder).write([Entry(id=f"R{i}", text="even even") for i in range(4)])
    torn: list[list[str]] = []
    finished = threading.Event()

    def read() -> None:
        reader = Index.open(folder)
        while not finished.is_set():
            view = reader.view()
            words = {
                view.vocabulary[t] for t in view.term_counts(np.flatnonzero(view.live)).indices
            }
            if len(words) != 1 or view.live.sum() != 4:
                torn.append(sorted(words))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    writer = Index.open(folder)
    for i in range(12):
        word = ("odd", "even")[i % 2]
        writer.write([Entry(id=f"R{n}", text=f"{word} {word}") for n in range(4)])
    finished.set()
    for thread in threads:
        thread.join()
    assert torn == []


KILLED_AT = """
import os, signal, sys
from pathlib import Path
import numpy as np
from terrace.match.index import Entry, Index
index = Index.open(Path(sys.argv[1]))
left = int(sys.argv[2])
sync = os.fsync
def count_down(handle):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    sync(handle)
os.fsync = count_down
index.write([Entry(id="new", text="laser brandnew words"), Entry(id="R1", text="changed")])
index.add_vectors("m", ["new", "R1"], np.ones((2, 20), np.float32))
"""


@pytest.mark.parametrize("syncs", [1, 10, 11, 13, 14])
def test_a_killed_writer_leaves_the_index_as_it_was(full: Index, folder: Path, syncs: int) -> None:
    before = describe(full)
    assert run_python(KILLED_AT, folder, str(syncs)).wait(60) == -signal.SIGKILL
    reopened = Index.open(folder)
    if reopened.view().generation == before["generation"]:
        assert describe(reopened) == before
    else:
        assert reopened.view().find_row("new") is not None
        assert not reopened.view().has_vectors("m")[reopened.view().row_of("R1")]
    reopened.write([Entry(id="later", text="laser later words")], delete=["R1", "new"])
    reopened.add_vectors("m", ["later"], np.ones((1, 20), np.float32))
    view = reopened.view()
    assert view.lexical(["later"])[view.row_of("later")] > 0
    assert view.vectors("m", [view.row_of("R5")])[0].tolist() == VECTORS[5].tolist()
    assert not any(".manifest" in name or "/." in name for name in files_below(folder))


def test_a_killed_writers_leftovers_are_removed(full: Index, folder: Path) -> None:
    before = files_below(folder)
    assert run_python(KILLED_AT, folder, "5").wait(60) == -signal.SIGKILL
    assert files_below(folder) > before
    full.write(delete=["never there"])
    assert files_below(folder) == before


@pytest.mark.parametrize("writes_before", range(0, 15, 2))
def test_a_full_disk_changes_nothing(
    full: Index, folder: Path, monkeypatch: pytest.MonkeyPatch, writes_before: int
) -> None:
    before, files_before = describe(full), files_below(folder)
    _let_the_disk_fill_up(monkeypatch, writes_before)
    with pytest.raises(TerraceError, match=r"[Ff]ree some space|Free space"):
        full.write([Entry(id="new", text="brandnew"), Entry(id="R1", text="changed")])
        full.add_vectors("m", ["new", "R1"], np.ones((2, 20), np.float32))
        raise AssertionError("the disk was not full")
    monkeypatch.setattr(os, "fsync", lambda _: None)
    if full.view().generation == before["generation"]:
        assert describe(full) == before
        assert files_below(folder) - {"vocabulary.txt"} == files_before - {"vocabulary.txt"}
    full.write([Entry(id="new", text="brandnew")])
    view = full.view()
    assert view.lexical(["brandnew"])[view.row_of("new")] > 0


def _let_the_disk_fill_up(monkeypatch: pytest.MonkeyPatch, writes_before: int) -> None:
    left = [writes_before]

    def sync(_: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", sync)


def test_an_error_while_writing_changes_nothing(
    full: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, files_before = describe(full), files_below(folder)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(change, "_carry_vectors", fail)
    with pytest.raises(RuntimeError, match="a defect"):
        full.write([Entry(id="new", text="laser")])
    assert describe(full) == before
    assert files_below(folder) == files_before


def test_a_second_writer_waits_and_then_says_so(full: Index, folder: Path) -> None:
    impatient = Index.open(folder, lock_timeout_s=0.05)
    with full._writer, pytest.raises(IndexFault, match="another process keeps writing"):
        impatient.write([Entry(id="new", text="laser")])
    assert impatient.write([Entry(id="new", text="laser")]) == 3


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("do not lose me")
    with pytest.raises(IndexFault, match=r"is not an index: it holds thesis\.txt"):
        Index.open(tmp_path)
    assert files_below(tmp_path) == {"thesis.txt"}


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    with pytest.raises(IndexFault, match="cannot write the index"):
        Index.open(tmp_path / "index")


def test_a_folder_that_a_killed_process_began(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ".lock").touch()
    (folder / ".manifest.json.x1y2").write_text("{")
    Index.open(folder).write(ENTRIES)
    assert ".manifest.json.x1y2" not in files_below(folder)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"format": "terrace-index/9"}', '{"format": "x", "parts": 1}']
)
def test_a_damaged_manifest(full: Index, folder: Path, content: str) -> None:
    full.close()
    (folder / "manifest.json").write_text(content)
    with pytest.raises(IndexFault, match="delete the folder and build it again"):
        Index.open(folder)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("damage", [Path.unlink, _truncate, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize(
    "pattern",
    [
        "vocabulary.txt",
        "segments/*/rows.arrow",
        "segments/*/attributes.arrow",
        "segments/*/term_ids.npy",
        "segments/*/by_term.indices.npy",
        "segments/*/by_document.data.npy",
        "segments/*/vectors-*.f32",
        "segments/*/vectors-*.npy",
    ],
)
def test_damaged_files(
    full: Index, folder: Path, pattern: str, damage: Callable[[Path], object]
) -> None:
    full.close()
    damage(next(folder.glob(pattern)))
    with pytest.raises(IndexFault, match="delete the folder and build it again"):
        Index.open(folder)


def test_an_index_deleted_while_open(full: Index, folder: Path) -> None:
    held = full.view()
    shutil.rmtree(folder)
    with pytest.raises(IndexFault, match="build it again"):
        full.view()
    assert held.lexical(["laser"]).max() > 0


def test_an_index_rebuilt_while_open(full: Index, folder: Path) -> None:
    full.view()
    shutil.rmtree(folder)
    rebuilt = Index.open(folder)
    rebuilt.write([Entry(id="X", text="pump laser")])
    rebuilt.write([Entry(id="Y", text="valve")])
    view = full.view()
    assert view.ids == ["X", "Y"]
    assert list(view.vocabulary) == ["pump", "laser", "valv"]
    assert np.flatnonzero(view.lexical(["laser"])).tolist() == [0]


def test_a_stream_of_single_changes_keeps_few_segments_and_files(
    index: Index, folder: Path
) -> None:
    for i in range(60):
        index.write([Entry(id=f"R{i % 40}", text=f"laser number{i}")])
    view = index.view()
    assert len(view.shards) <= 8
    assert len(view) <= 40 / 0.75
    assert view.live.sum() == 40
    assert np.count_nonzero(view.lexical(["laser"])) == 40
    assert {name.split("/")[1] for name in files_below(folder) if "segments/" in name} == {
        shard.part.segment for shard in view.shards
    }


def test_few_segments_and_few_deaths_are_left_alone() -> None:
    assert plan_merge(rows=[100, 10, 1], live=[90, 5, 1]) == []
    assert plan_merge(rows=[], live=[]) == []


def test_many_deaths_rewrite_everything() -> None:
    assert plan_merge(rows=[100, 10], live=[70, 10]) == [0, 1]


def test_many_segments_join_the_small_ones_at_the_end() -> None:
    sizes = [58_000, 900, 1, 1, 1, 1, 1, 1, 1]
    assert plan_merge(rows=sizes, live=sizes) == [2, 3, 4, 5, 6, 7, 8]


def test_segments_of_one_size_all_join() -> None:
    assert plan_merge(rows=[5] * 9, live=[5] * 9) == list(range(9))


def test_a_row_is_copied_seldom() -> None:
    sizes, copied = [10_000], 0
    for _ in range(2_000):
        sizes.append(1)
        joined = plan_merge(rows=sizes, live=sizes)
        if joined:
            merged = sum(sizes[position] for position in joined)
            copied += merged
            sizes = [*sizes[: joined[0]], merged]
        assert len(sizes) <= 8
    assert copied < 2_000 * 12


def test_a_reader_overtaken_by_a_writer_reads_again(
    full: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtaken = read_manifest(folder)
    full.write(delete=[entry.id for entry in ENTRIES[:10]])
    assert not (folder / "segments" / overtaken.parts[0].segment).exists()
    answers = [overtaken, read_manifest(folder)]
    monkeypatch.setattr(store, "read_manifest", lambda _: answers.pop(0))
    assert Index.open(folder).view().live.sum() == 10
    assert answers == []
