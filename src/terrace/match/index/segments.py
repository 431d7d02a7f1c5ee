"""Segments: immutable folders of memory-mapped arrays, written once and then only read.

Term counts lie there twice, by document (what is in this one?) and by term
(where does this one occur?), so that neither question scans the other's order.
"""

import itertools
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from terrace.files import write_atomically
from terrace.match.index.contents import Bools, Contents, Counts, Integers

FOLDER_NAME = "segments"
_CHANGING = ("dead-*", "vectors-*", ".*")
_BY_DOCUMENT, _BY_TERM = "by_document", "by_term"


@dataclass(frozen=True)
class Segment:
    """An opened segment of ``n`` rows.

    ``term_ids [t]`` are the terms that occur here, ascending; ``postings
    [t + 1, n]`` says how often each of them does in each row, and its last,
    empty line stands for every other term.
    """

    folder: Path
    contents: Contents
    term_ids: Integers
    postings: Counts

    def __len__(self) -> int:
        return self.contents.rows.height

    @cached_property
    def counted(self) -> Bools:
        """Which rows are part of the corpus statistics ``[n]``."""
        return self.contents.rows["counted"].to_numpy()

    @cached_property
    def lengths(self) -> Integers:
        """The length of each row's text in terms ``[n]``."""
        return self.contents.rows["length"].to_numpy()

    @cached_property
    def local_rows(self) -> Mapping[str, int]:
        """The row of each id within the segment."""
        ids = self.contents.rows["id"]
        return dict(zip(ids.to_list(), range(len(ids)), strict=True))

    def lines_of(self, terms: Integers) -> NDArray[np.int64]:
        """The line of ``postings`` for each term number; the empty one where it is not here."""
        lines = np.searchsorted(self.term_ids, terms)
        return np.where(self._padded[lines] == terms, lines, len(self.term_ids)).astype(np.int64)

    @cached_property
    def _padded(self) -> Integers:
        return np.append(self.term_ids, -1)


def write_segment(folder: Path, contents: Contents) -> None:
    """Write a new segment; it becomes part of the index with the next manifest.

    Raises:
        TerraceError: the disk is full or not writable.
    """
    folder.mkdir(parents=True)
    term_ids, postings = _invert(contents.counts)
    _write_frame(folder / "rows.arrow", contents.rows)
    _write_frame(folder / "attributes.arrow", contents.attributes)
    write_array(folder / "term_ids.npy", term_ids)
    _write_counts(folder, _BY_DOCUMENT, contents.counts)
    _write_counts(folder, _BY_TERM, postings)


def open_segment(folder: Path, vocabulary_terms: int) -> Segment:
    """Map a segment into memory.

    Raises:
        OSError, ValueError, polars.exceptions.PolarsError: it is not there or damaged.
    """
    rows = pl.read_ipc(folder / "rows.arrow")
    attributes = pl.read_ipc(folder / "attributes.arrow")
    term_ids = read_array(folder / "term_ids.npy")
    counts = _read_counts(folder, _BY_DOCUMENT, (rows.height, vocabulary_terms))
    postings = _read_counts(folder, _BY_TERM, (len(term_ids) + 1, rows.height))
    if attributes.height != rows.height:
        raise ValueError(f"{folder.name}/attributes.arrow does not have a row for each row")
    return Segment(folder, Contents(rows, attributes, counts), term_ids, postings)


def remove_segments_except(folder: Path, kept: Mapping[str, set[str]]) -> None:
    """Delete segments that no manifest names, and files of others that it names no more."""
    for segment in (folder / FOLDER_NAME).glob("*"):
        if segment.name not in kept:
            shutil.rmtree(segment, ignore_errors=True)
            continue
        for file in itertools.chain.from_iterable(map(segment.glob, _CHANGING)):
            if file.name not in kept[segment.name]:
                file.unlink(missing_ok=True)


def write_array(path: Path, values: NDArray[np.generic]) -> None:
    """Write one array that ``read_array`` maps."""
    write_atomically(path, lambda file: np.save(file, values))


def read_array(path: Path) -> NDArray[Any]:
    """Map one array into memory."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _invert(counts: Counts) -> tuple[Integers, Counts]:
    frequencies = np.bincount(counts.indices, minlength=counts.shape[1])
    term_ids = np.flatnonzero(frequencies)
    by_term = counts.tocsc()
    bounds = np.append(by_term.indptr[:-1][term_ids], [counts.nnz, counts.nnz])
    arrays = (by_term.data, by_term.indices, bounds.astype(by_term.indptr.dtype))
    shape = (len(term_ids) + 1, counts.shape[0])
    return term_ids.astype(np.int32), csr_array(arrays, shape=shape)


def _write_frame(path: Path, frame: pl.DataFrame) -> None:
    write_atomically(path, lambda file: frame.rechunk().write_ipc(file, compression="uncompressed"))


def _write_counts(folder: Path, name: str, counts: Counts) -> None:
    for array_name in ("data", "indices", "indptr"):
        write_array(folder / f"{name}.{array_name}.npy", getattr(counts, array_name))


def _read_counts(folder: Path, name: str, shape: tuple[int, int]) -> Counts:
    data, indices, bounds = (
        read_array(folder / f"{name}.{array_name}.npy")
        for array_name in ("data", "indices", "indptr")
    )
    return csr_array((data, indices, bounds), shape=shape)
