"""The facts of records that gates compare, one row per record, with the words they stand in."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from terrace.errors import CriteriaError
from terrace.match.reading.achievement_facts import read_achievement
from terrace.match.reading.fact_columns import COLUMNS, FactKind, Facts, schema_of
from terrace.match.reading.need_facts import read_need
from terrace.match.reading.quotes import Passage
from terrace.match.reading.shared_facts import passages_of
from terrace.progress import Progress, silent

_READERS: Mapping[FactKind, Callable[[Facts, Sequence[Passage]], Facts]] = {
    "need": read_need,
    "achievement": read_achievement,
}


def read_facts(kind: FactKind, frame: pl.DataFrame, *, progress: Progress = silent) -> pl.DataFrame:
    """The facts of every record of a frame with the schema ``records.SCHEMAS[kind]``.

    Returns:
        One row per record: ``id``, the columns of ``FACT_TYPES[kind]``, a quote and
        its source per topic ('' where there is none), and the list columns.

    Raises:
        CriteriaError: the frame lacks columns of the schema.
    """
    read, total = _READERS[kind], frame.height
    _check_columns(kind, frame)
    rows = []
    for number, row in enumerate(frame.select(COLUMNS[kind]).iter_rows(named=True), start=1):
        rows.append({"id": row["id"], **read(row, passages_of(row))})
        if number % 1000 == 0 or number == total:
            progress("reading facts", number, total)
    return pl.DataFrame(rows, schema=schema_of(kind), orient="row")


def _check_columns(kind: FactKind, frame: pl.DataFrame) -> None:
    absent = sorted(set(COLUMNS[kind]) - set(frame.columns))
    if absent:
        raise CriteriaError(
            f"the frame of {kind}s lacks {', '.join(absent)}; build it with records.to_frame"
        )
