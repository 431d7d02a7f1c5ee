"""Masks: the rows of a view that belong to the records somebody may see.

The caller knows records, the index knows rows. ``RecordRows`` lays one beside the
other once, so that a mask for each request is a single look-up per row.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import IndexFault
from terrace.match.index import View

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RecordRows:
    """Which of the caller's records each row of ``view`` speaks for.

    ``record_ids [m]`` are the caller's, ``places [n]`` say where in them a row's
    record stands, m where it is not among them.
    """

    view: View
    record_ids: pl.Series
    places: npt.NDArray[np.int64]

    @classmethod
    def align(cls, view: View, record_ids: pl.Series) -> "RecordRows":
        """Lay the caller's records (text ids, each once) beside the rows of a view.

        Raises:
            IndexFault: an id stands there twice.
        """
        if record_ids.n_unique() < len(record_ids):
            twice = record_ids.filter(record_ids.is_duplicated())[0]
            raise IndexFault(f"the record id '{twice}' is listed twice; list every record once")
        listed = record_ids.cast(pl.String).alias("record_id").to_frame().with_row_index("place")
        joined = _record_ids(view).join(listed, on="record_id", how="left", maintain_order="left")
        places = joined["place"].fill_null(len(record_ids)).cast(pl.Int64)
        return cls(view, record_ids, places.to_numpy())

    def mask(self, allowed: Bools) -> Bools:
        """The live rows ``[n]`` of the records that are ``allowed [m]``.

        Raises:
            IndexFault: not one truth value per record.
        """
        if allowed.shape != (len(self.record_ids),) or allowed.dtype != np.bool_:
            raise IndexFault(
                f"{allowed.dtype} {allowed.shape} was given for {len(self.record_ids)} records; "
                "give one truth value per record, in the order of the ids"
            )
        rows: Bools = np.append(allowed, np.False_)[self.places]
        return rows & self.view.live


def rows_of(view: View, allowed: pl.Series | Collection[str]) -> Bools:
    """The live rows ``[n]`` of a view that speak for these records; unknown ids have none."""
    ids = allowed if isinstance(allowed, pl.Series) else pl.Series(list(allowed), dtype=pl.String)
    found = _record_ids(view)["record_id"].is_in(ids.cast(pl.String).implode())
    return found.fill_null(value=False).to_numpy() & view.live


def _record_ids(view: View) -> pl.DataFrame:
    if not len(view):
        return pl.DataFrame(schema={"record_id": pl.String})
    return view.attributes.select("record_id")
