"""The inputs of a trial in a folder, so that every process reads the very same."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from peers.engine import AttributeFilter


@dataclass(frozen=True, slots=True)
class Inputs:
    """Documents (``text, year, phase``) with vectors [n, d], queries by kind with theirs.

    The document vectors are mapped from the disk, not read.
    """

    documents: pl.DataFrame
    vectors: NDArray[np.float32]
    queries: pl.DataFrame
    query_vectors: Mapping[str, NDArray[np.float32]]


WANTED = AttributeFilter(year_from=2005, phase="Phase II")


def save_inputs(folder: Path, inputs: Inputs) -> None:
    """Write the inputs into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs.documents.select("text", "year", "phase").write_parquet(folder / "documents.parquet")
    inputs.queries.write_parquet(folder / "queries.parquet")
    np.save(folder / "documents.npy", inputs.vectors)
    for kind, vectors in inputs.query_vectors.items():
        np.save(folder / f"queries-{kind}.npy", vectors)


def load_inputs(folder: Path) -> Inputs:
    """Read what ``save_inputs`` wrote."""
    return Inputs(
        documents=pl.read_parquet(folder / "documents.parquet"),
        vectors=np.load(folder / "documents.npy", mmap_mode="r"),
        queries=pl.read_parquet(folder / "queries.parquet"),
        query_vectors={
            path.stem.removeprefix("queries-"): np.load(path)
            for path in sorted(folder.glob("queries-*.npy"))
        },
    )
