"""A segment as of one generation: which rows live, which have vectors, what counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from terrace.match.index.attachments import Vectors, open_vectors
from terrace.match.index.contents import Bools
from terrace.match.index.manifest import Manifest, Part
from terrace.match.index.segments import FOLDER_NAME, Segment, open_segment, read_array

Located: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows of one shard: their places in what was asked for, their numbers in the shard."""


@dataclass(frozen=True)
class Shard:
    """One part of a view. ``live [n]``; ``vectors`` by model id."""

    part: Part
    segment: Segment
    live: Bools
    vectors: Mapping[str, Vectors]

    def __len__(self) -> int:
        return len(self.segment)

    @cached_property
    def in_statistics(self) -> Bools:
        """Which rows make up the corpus statistics ``[n]``: live and counted."""
        return self.live & self.segment.counted

    @cached_property
    def frequencies(self) -> NDArray[np.int64]:
        """In how many rows of the statistics each line of the postings occurs ``[t + 1]``."""
        everywhere = np.diff(self.segment.postings.indptr).astype(np.int64)
        if self.in_statistics.all():
            return everywhere
        left_out = self.segment.contents.counts[~self.in_statistics].indices
        numbers, times = np.unique(left_out, return_counts=True)
        everywhere[self.segment.lines_of(numbers)] -= times
        return everywhere

    @cached_property
    def document_count(self) -> int:
        """How many rows the statistics are made of."""
        return int(np.count_nonzero(self.in_statistics))

    @cached_property
    def total_length(self) -> int:
        """How many terms they have altogether."""
        return int(self.segment.lengths[self.in_statistics].sum(dtype=np.int64))


def open_shard(folder: Path, part: Part, manifest: Manifest, segment: Segment | None) -> Shard:
    """Map what a manifest says of one segment, which may be open already.

    Raises:
        OSError, ValueError, polars.exceptions.PolarsError: a file is not there or damaged.
    """
    place = folder / FOLDER_NAME / part.segment
    segment = segment or open_segment(place, manifest.vocabulary_terms)
    live = ~np.asarray(read_array(place / part.dead), dtype=np.bool_) if part.dead else None
    vectors = {
        model: open_vectors(place, files, rows=len(segment), dimension=manifest.models[model])
        for model, files in part.attached
    }
    every = np.ones(len(segment), dtype=np.bool_)
    return Shard(part, segment, every if live is None else live, vectors)
