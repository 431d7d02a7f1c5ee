import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from terrace.errors import EmbedderError, TerraceError
from terrace.match.embedders.batches import Vectors
from terrace.match.vectors import VectorCache
from terrace.match.vectors import store as vector_store
from terrace.testing.embedders import HashEmbedder


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "cache" / "vectors.sqlite3", batch_size=2)


def test_a_file_that_is_no_database_says_delete_it(cache: VectorCache) -> None:
    cache.path.parent.mkdir()
    cache.path.write_bytes(b"this is not a database, but long enough to be one" * 100)
    with pytest.raises(TerraceError, match=r"vectors\.sqlite3 cannot be used.*delete the file"):
        cache.encode(HashEmbedder(), ["laser"], "document")


def test_a_damaged_database_says_delete_it(cache: VectorCache) -> None:
    texts = [f"text {n}" for n in range(600)]
    VectorCache(cache.path).encode(HashEmbedder(), texts, "document")
    content = bytearray(cache.path.read_bytes())
    content[20_000:60_000] = bytes(40_000)
    cache.path.write_bytes(content)
    with pytest.raises(TerraceError, match="delete the file"):
        VectorCache(cache.path).encode(HashEmbedder(), texts, "document")
    cache.path.unlink()
    assert VectorCache(cache.path).encode(HashEmbedder(), texts, "document").any(axis=1).all()


def test_a_database_of_something_else_is_left_alone(cache: VectorCache) -> None:
    cache.path.parent.mkdir()
    with sqlite3.connect(cache.path) as other:
        other.execute("CREATE TABLE customers (name TEXT)")
    before = cache.path.read_bytes()
    with pytest.raises(TerraceError, match="choose another path"):
        cache.encode(HashEmbedder(), ["laser"], "document")
    assert cache.path.read_bytes() == before


def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(TerraceError, match="can be written"):
        VectorCache(tmp_path).encode(HashEmbedder(), ["laser"], "document")


def test_a_full_disk_keeps_what_was_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite3", batch_size=50)
    cache.encode(HashEmbedder(), ["laser"], "document")
    prepare = vector_store._prepare

    def prepare_small(connection: sqlite3.Connection, path: Path) -> None:
        prepare(connection, path)
        connection.execute("PRAGMA max_page_count = 1")

    monkeypatch.setattr(vector_store, "_prepare", prepare_small)
    many = [f"text {n}" for n in range(500)]
    with pytest.raises(TerraceError, match=r"full.*free some space"):
        cache.encode(HashEmbedder(), many, "document")
    monkeypatch.undo()
    kept = cache.counts()["hash-64"]
    assert 1 <= kept < 501
    assert cache.encode(HashEmbedder(), many, "document").any(axis=1).all()


def test_a_writer_that_never_lets_go_is_named(
    cache: VectorCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.encode(HashEmbedder(), ["laser"], "document")
    monkeypatch.setattr(vector_store, "_LOCK_WAIT_S", 0.05)
    holder = sqlite3.connect(cache.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(TerraceError, match=r"locked.*wait for it"):
        cache.encode(HashEmbedder(), ["pump"], "document")
    holder.execute("ROLLBACK")
    holder.close()
    assert cache.encode(HashEmbedder(), ["pump"], "document").any()


def test_threads_may_share_one_cache(cache: VectorCache) -> None:
    texts = [f"text {n}" for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: cache.encode(HashEmbedder(), texts, "document"), range(4)))
    assert all(np.array_equal(vectors, found[0]) for vectors in found)
    assert cache.counts() == {"hash-64": 40}


SLOW_RUN = """
import sys, time
from pathlib import Path
from terrace.match.vectors import VectorCache
from terrace.testing.embedders import HashEmbedder

class Slow(HashEmbedder):
    def encode_documents(self, texts):
        time.sleep(float(sys.argv[2]))
        return super().encode_documents(texts)

texts = [f"text {n}" for n in range(int(sys.argv[3]))]
print("ready", flush=True)
VectorCache(Path(sys.argv[1]), batch_size=5).encode(Slow(), texts, "document")
"""


def start_run(cache: VectorCache, *, pause_s: float, texts: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SLOW_RUN, str(cache.path), str(pause_s), str(texts)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def wait_for_vectors(cache: VectorCache, count: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and cache.counts().get("hash-64", 0) < count:
        time.sleep(0.02)


def test_a_killed_run_is_taken_up_where_it_was(cache: VectorCache) -> None:
    run = start_run(cache, pause_s=0.05, texts=2000)
    wait_for_vectors(cache, 10)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    kept = cache.counts()["hash-64"]
    assert 10 <= kept < 2000
    assert kept % 5 == 0
    embedded: list[str] = []

    class Noting(HashEmbedder):
        def encode_documents(self, texts: Sequence[str]) -> Vectors:
            embedded.extend(texts)
            return super().encode_documents(texts)

    texts = [f"text {n}" for n in range(kept + 20)]
    vectors = cache.encode(Noting(), texts, "document")
    assert len(embedded) == 20
    assert np.allclose(vectors, HashEmbedder().encode_documents(texts), atol=1e-3)


def test_two_processes_write_one_cache(cache: VectorCache) -> None:
    runs = [start_run(cache, pause_s=0.01, texts=30) for _ in range(2)]
    assert [run.wait(timeout=30) for run in runs] == [0, 0]
    for run in runs:
        run.stdout.close()
    assert cache.counts() == {"hash-64": 30}


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, EmbedderError, MemoryError])
def test_an_interrupted_run_keeps_its_whole_batches(
    cache: VectorCache, interruption: type[BaseException]
) -> None:
    class Tiring(HashEmbedder):
        def encode_documents(self, texts: Sequence[str]) -> Vectors:
            if "text 5" in texts:
                raise interruption("enough")
            return super().encode_documents(texts)

    texts = [f"text {n}" for n in range(8)]
    with pytest.raises(interruption):
        cache.encode(Tiring(), texts, "document")
    assert cache.counts() == {"hash-64": 4}
    assert cache.encode(HashEmbedder(), texts, "document").any(axis=1).all()


def test_progress_that_fails_loses_nothing(cache: VectorCache) -> None:
    def stop(_what: str, done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.encode(HashEmbedder(), ["laser", "pump", "fiber"], "document", stop)
    assert cache.counts() == {"hash-64": 2}
