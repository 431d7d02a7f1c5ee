"""The contents of a segment in memory: rows, attributes and term counts, aligned."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from terrace.match.index.entries import Entry
from terrace.match.index.vocabulary import Numbering
from terrace.match.text import terms
from terrace.progress import Progress

Bools = NDArray[np.bool_]
Integers = NDArray[np.integer]
Counts: TypeAlias = "csr_array[Any, tuple[int, int]]"
_PROGRESS_STEP = 500


@dataclass(frozen=True, slots=True)
class Contents:
    """``n`` documents.

    ``rows`` has the columns id, counted, length (in terms) and generation (in
    which the row was written); ``attributes`` has ``id`` and any others;
    ``counts [n, vocabulary]`` says how often a term occurs in a document.
    """

    rows: pl.DataFrame
    attributes: pl.DataFrame
    counts: Counts

    def select(self, kept: Bools) -> "Contents":
        """The contents without the rows where ``kept [n]`` is False."""
        if kept.all():
            return self
        mask = pl.Series(kept)
        return Contents(self.rows.filter(mask), self.attributes.filter(mask), self.counts[kept])


def read_contents(
    entries: Sequence[Entry],
    attributes: pl.DataFrame,
    *,
    generation: int,
    numbering: Numbering,
    progress: Progress,
) -> Contents:
    """Cut the entries' texts into terms and count them."""
    counts, lengths = _count_terms([entry.text for entry in entries], numbering, progress)
    columns = {
        "id": pl.Series([entry.id for entry in entries], dtype=pl.String),
        "counted": pl.Series([entry.counted for entry in entries], dtype=pl.Boolean),
        "length": pl.Series(lengths, dtype=pl.Int32),
        "generation": pl.Series([generation] * len(entries), dtype=pl.Int64),
    }
    return Contents(pl.DataFrame(columns), attributes, counts)


def join_contents(parts: Sequence[Contents]) -> Contents:
    """One after the other; a column that some lack is null there."""
    if len(parts) == 1:
        return parts[0]
    width = max(part.counts.shape[1] for part in parts)
    counts = stack_counts([part.counts for part in parts], width)
    attributes = pl.concat([part.attributes for part in parts], how="diagonal_relaxed")
    return Contents(pl.concat([part.rows for part in parts]), attributes, counts)


def widen(counts: Counts, width: int) -> Counts:
    """The same counts over a vocabulary that has grown to ``width`` terms."""
    arrays = (counts.data, counts.indices, counts.indptr)
    return csr_array(arrays, shape=(counts.shape[0], width))


def stack_counts(parts: Sequence[Counts], width: int) -> Counts:
    """The counts of several parts below one another ``[sum of rows, width]``."""
    empty = csr_array((0, width), dtype=np.uint8)
    stacked: Counts = vstack([empty, *(widen(part, width) for part in parts)], format="csr")
    return stacked


def _count_terms(
    texts: Sequence[str], numbering: Numbering, progress: Progress
) -> tuple[Counts, Integers]:
    tokens, starts = array("i"), [0]
    for done, text in enumerate(texts, 1):
        tokens.extend(map(numbering.__getitem__, terms(text)))
        starts.append(len(tokens))
        if done % _PROGRESS_STEP == 0 or done == len(texts):
            progress("indexing texts", done, len(texts))
    numbers = np.frombuffer(tokens, dtype=np.int32) if tokens else np.zeros(0, np.int32)
    return _sum_counts(numbers, np.array(starts), numbering.total), np.diff(starts)


def _sum_counts(numbers: Integers, starts: Integers, width: int) -> Counts:
    bounds = starts.astype(np.int32 if starts[-1] < 2**31 else np.int64)
    ones = np.ones(len(numbers), dtype=np.int32)
    counts: Counts = csr_array((ones, numbers.copy(), bounds), shape=(len(starts) - 1, width))
    counts.sum_duplicates()
    largest = np.max(counts.data, initial=1)
    counts.data = counts.data.astype(np.min_scalar_type(largest))
    return counts
