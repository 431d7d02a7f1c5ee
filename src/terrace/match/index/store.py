"""The index as a folder: opened by any number of processes, written by one at a time."""

import dataclasses
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import polars as pl
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from terrace.errors import IndexFault
from terrace.match.index import change, manifest, segments
from terrace.match.index.bm25 import Bm25
from terrace.match.index.entries import Entry, align_attributes, check_change, check_columns
from terrace.match.index.manifest import Manifest, Part, read_manifest, unreadable, write_manifest
from terrace.match.index.shards import Shard, open_shard
from terrace.match.index.view import View
from terrace.match.index.vocabulary import FILE_NAME as VOCABULARY_FILE
from terrace.match.index.vocabulary import Vocabulary
from terrace.progress import Progress, silent

_DEFAULT_BM25 = Bm25()
_LOCK_FILE = ".lock"
_OWN_NAMES = {_LOCK_FILE, segments.FOLDER_NAME, VOCABULARY_FILE, manifest.FILE_NAME}
_READ_FAULTS = (OSError, EOFError, ValueError, KeyError, IndexError, pl.exceptions.PolarsError)


class Index:
    """A search index on disk; see the package's docstring for its use.

    Safe to share between threads. Every change is one new generation, whole or
    not at all, whatever happens to the process.
    """

    def __init__(self, folder: Path, *, bm25: Bm25, lock_timeout_s: float) -> None:
        self._folder = folder
        self._bm25 = bm25
        self._writer = FileLock(folder / _LOCK_FILE, timeout=lock_timeout_s)
        self._reader = threading.Lock()
        self._vocabulary = Vocabulary()
        self._view: View | None = None
        self._stamp: tuple[int, int] = (0, 0)

    @classmethod
    def open(
        cls, folder: Path, *, bm25: Bm25 = _DEFAULT_BM25, lock_timeout_s: float = 60.0
    ) -> "Index":
        """Open the index in a folder; create an empty one where there is none.

        Raises:
            IndexFault: the folder holds something else, or an index that is damaged.
        """
        index = cls(folder, bm25=bm25, lock_timeout_s=lock_timeout_s)
        if not (folder / manifest.FILE_NAME).exists():
            with _explained(folder):
                _create(folder, index._writer)
        index.view()
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the mapped files; views still held stay usable."""
        self._view = None
        self._stamp = (0, 0)

    def view(self) -> View:
        """The newest generation; the same object as long as nothing was written.

        Raises:
            IndexFault: the index is damaged or was deleted.
        """
        with self._reader:
            stamp = self._read_stamp()
            if self._view is None or stamp != self._stamp:
                self._view, self._stamp = self._open_view(read_manifest(self._folder)), stamp
            return self._view

    def write(
        self,
        upsert: Sequence[Entry] = (),
        attributes: pl.DataFrame | None = None,
        delete: Sequence[str] = (),
        progress: Progress = silent,
    ) -> int:
        """Add, replace and delete records in one generation, and return its number.

        An entry replaces the one with its id, vectors and attributes included.
        ``attributes`` has a row per entry: the column ``id`` and any others.
        Deleting an id that is not there changes nothing.

        Raises:
            IndexFault: an ambiguous change, or the index cannot be written; it is as before.
            TerraceError: the disk is full or not writable; it is as before.
        """
        check_change(upsert, delete)
        aligned = align_attributes(upsert, attributes)
        with self._writing() as view:
            check_columns(aligned.schema, view.attribute_types)
            wanted = change.Change(upsert, aligned, delete)
            return self._commit(view, change.apply_change(self._folder, view, wanted, progress))

    def add_vectors(
        self,
        model_id: str,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        *,
        generation: int | None = None,
    ) -> int:
        """Attach ``vectors [len(ids), d]`` to rows that have none of this model yet.

        Ids that are not in the index (any more) are passed over, and with
        ``generation`` also rows written after it: their text may be another
        one than the text that was embedded. Returns the number of the new generation.

        Raises:
            MixedVectors: the model's vectors in the index have another dimension.
            EmbedderError: not one finite vector per id.
            TerraceError: the disk is full or not writable; the index is as before.
        """
        change.check_vectors(model_id, ids, vectors)
        with self._writing() as view:
            given = change.NewVectors(model_id, ids, vectors, generation)
            return self._commit(view, change.attach_vectors(view, given))

    @contextmanager
    def _writing(self) -> Iterator[View]:
        with _explained(self._folder), self._writer:
            view = self.view()
            _remove_garbage(self._folder, view.manifest)
            try:
                yield view
            finally:
                _remove_garbage(self._folder, read_manifest(self._folder))

    def _commit(self, view: View, changed: Manifest) -> int:
        if changed != view.manifest:
            changed = dataclasses.replace(changed, generation=view.generation + 1)
            write_manifest(self._folder, changed)
        return changed.generation

    def _open_view(self, newest: Manifest) -> View:
        while True:
            try:
                return self._map_view(newest)
            except _READ_FAULTS as error:
                # A writer may have replaced the files between the two readings.
                before, newest = newest, read_manifest(self._folder)
                if newest == before:
                    raise unreadable(self._folder, str(error)) from error

    def _map_view(self, newest: Manifest) -> View:
        held = self._view
        if held is None or held.manifest.identity != newest.identity:
            held, self._vocabulary = None, Vocabulary()
        self._vocabulary.read_on(self._folder, newest.vocabulary_bytes)
        shards = {shard.part.segment: shard for shard in held.shards} if held else {}
        opened = [self._open_shard(part, newest, shards.get(part.segment)) for part in newest.parts]
        return View(newest, tuple(opened), self._bm25, self._vocabulary)

    def _open_shard(self, part: Part, newest: Manifest, held: Shard | None) -> Shard:
        if held and held.part == part:
            return held
        return open_shard(self._folder, part, newest, held.segment if held else None)

    def _read_stamp(self) -> tuple[int, int]:
        try:
            found = (self._folder / manifest.FILE_NAME).stat()
        except OSError as error:
            raise unreadable(self._folder, str(error)) from error
        return found.st_mtime_ns, found.st_ino


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except Timeout as error:
        raise IndexFault(
            f"another process keeps writing to the index in {folder}; try again when it is done"
        ) from error
    except OSError as error:
        raise IndexFault(
            f"cannot write the index in {folder}: {error}; it is as before. "
            "Free space or correct the folder's permissions and run again"
        ) from error


def _create(folder: Path, writer: FileLock) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    foreign = [found.name for found in folder.iterdir() if not _is_own(found.name)]
    if foreign:
        raise IndexFault(
            f"{folder} is not an index: it holds {', '.join(sorted(foreign)[:5])}; "
            "give an empty or a new folder"
        )
    with writer:
        if not (folder / manifest.FILE_NAME).exists():
            write_manifest(folder, Manifest(identity=uuid.uuid4().hex))


def _is_own(name: str) -> bool:
    return name in _OWN_NAMES or name.startswith(f".{manifest.FILE_NAME}.")


def _remove_garbage(folder: Path, current: Manifest) -> None:
    kept = {part.segment: part.files() for part in current.parts}
    segments.remove_segments_except(folder, kept)
    for aside in folder.glob(f".{manifest.FILE_NAME}.*"):
        aside.unlink(missing_ok=True)
