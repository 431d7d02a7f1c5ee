"""What an engine must do to take part: build, query, batch, close."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Family = Literal["lexical", "dense", "hybrid", "product"]
Vectors = NDArray[np.float32]
Rows = list[int]
DEPTH = 100
"""How many candidates of each half a hybrid engine fuses, where it wants a number."""


@dataclass(frozen=True, slots=True)
class AttributeFilter:
    """The filter of every interactive query: published since a year, of one phase."""

    year_from: int
    phase: str

    def select_rows(self, attributes: pl.DataFrame) -> NDArray[np.bool_]:
        """The mask of the rows that pass, bool [n]."""
        passing = (pl.col("year") >= self.year_from) & (pl.col("phase") == self.phase)
        return attributes.select(passing.fill_null(value=False)).to_series().to_numpy()


class Engine(ABC):
    """One engine in a process of its own; documents are known by their row number.

    It keeps its files below ``folder`` and uses at most ``threads`` threads.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        self.folder = folder
        self.threads = threads

    @abstractmethod
    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:
        """Index all documents; ``attributes`` has ``year`` and ``phase``, vectors [n, d]."""

    @abstractmethod
    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:
        """The best ``k`` rows that pass the filter, best first."""

    @abstractmethod
    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:
        """The best ``k`` rows of every query, without a filter, as fast as it can."""

    def index_bytes(self) -> int:
        """How much the index takes on disk."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    def server_pids(self) -> list[int]:
        """The processes beside this one that do the work."""
        return []

    def close(self) -> None:
        """Give back what a process does not give back by ending."""
        return
