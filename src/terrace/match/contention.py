"""Contention: how well a record fits others than the one who asks.

Of two achievements that fit a need alike, the one that fits no other need
better is the likelier link; a record that resembles everything is seldom what
anybody meant. The others are the zone's public needs (or those of the file at
hand), so that a pair scores the same alone as in a batch.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import IndexFault
from terrace.files import write_atomically

Floats = npt.NDArray[np.float32]

RIVALS = 3
SCHEMA = pl.Schema({"record_id": pl.String, "query_id": pl.String, "score": pl.Float32})


@dataclass(frozen=True)
class Contention:
    """The best queries of each record with their scores (``SCHEMA``), at most four each."""

    best: pl.DataFrame

    @classmethod
    def empty(cls) -> "Contention":
        """Nobody else asks."""
        return cls(SCHEMA.to_frame())

    @classmethod
    def of(cls, scored: pl.DataFrame) -> "Contention":
        """From scored pairs with the columns of ``SCHEMA``."""
        ordered = scored.select(SCHEMA.names()).sort("score", descending=True, maintain_order=True)
        # One more than counts, because the one who asks is left out.
        return cls(ordered.group_by("record_id", maintain_order=True).head(RIVALS + 1))

    def joined(self, scored: pl.DataFrame) -> "Contention":
        """This with more scored pairs; a query's newer scores replace its older ones."""
        older = self.best.join(scored.select("query_id").unique(), on="query_id", how="anti")
        return Contention.of(pl.concat([older, scored.select(SCHEMA.names())]))

    def filled(self, scored: pl.DataFrame) -> "Contention":
        """This with the pairs of queries that are not known yet; the known keep their scores."""
        new = scored.join(self.best.select("query_id").unique(), on="query_id", how="anti")
        return self.joined(new)

    def measure(self, scored: pl.DataFrame) -> Floats:
        """The mean score of a record's three best other queries, per pair [n].

        A query that does not have the record among its candidates counts 0, and
        so does a negative score.
        """
        pairs = scored.select("query_id", "record_id").with_row_index("pair")
        rivals = pairs.join(self.best, on="record_id", suffix="_other").filter(
            pl.col("query_id") != pl.col("query_id_other")
        )
        summed = (
            rivals.with_columns(pl.col("score").clip(lower_bound=0))
            .group_by("pair")
            .agg(pl.col("score").top_k(RIVALS).sum() / RIVALS)
        )
        measured = pairs.join(summed, on="pair", how="left", maintain_order="left")
        return measured["score"].fill_null(0).cast(pl.Float32).to_numpy()

    def save(self, path: Path) -> None:
        """Write to a Parquet file, whole or not at all."""
        write_atomically(path, self.best.write_parquet)

    @classmethod
    def load(cls, path: Path) -> "Contention":
        """What ``save`` wrote; empty where there is nothing.

        Raises:
            IndexFault: the file is damaged or something else.
        """
        if not path.exists():
            return cls.empty()
        try:
            return cls(pl.read_parquet(path, schema=SCHEMA))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise IndexFault(
                f"{path} is damaged ({error}); delete it and learn the rivals anew"
            ) from error
