"""Writing the indexes; one process at a time does so (the worker), readers follow."""

import shutil
from collections.abc import Sequence

import polars as pl

from terrace.progress import Progress, silent
from terrace_web.index.corpora import close_all, index_folder, matcher_of


def put(kind: str, frame: pl.DataFrame, progress: Progress = silent) -> None:
    """Add or replace records; found by their words when this returns."""
    matcher_of(kind).corpus.put(frame, progress)


def embed(kind: str, progress: Progress = silent) -> None:
    """Add the vectors that are missing."""
    matcher_of(kind).corpus.embed(progress)


def remove(kind: str, codes: Sequence[str]) -> None:
    """Take records out; codes that are not there change nothing."""
    matcher_of(kind).corpus.remove(codes)


def learn_rivals(kind: str, queries: pl.DataFrame, progress: Progress = silent) -> None:
    """Remember how well the public queries of the zone fit each record."""
    matcher_of(kind).learn_rivals(queries, progress)


def forget_all() -> None:
    """Remove all indexes; what they held is rebuilt from the records."""
    close_all()
    shutil.rmtree(index_folder(), ignore_errors=True)
