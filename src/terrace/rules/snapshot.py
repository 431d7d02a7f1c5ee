"""What was known about each company on a day: facts by fiscal year, side by side.

A facts frame has one row per company, fiscal year and time of recording, with the
columns ``company``, ``fiscal_year`` and any of the declared facts; ``recorded`` (a date)
may be absent. Later records replace earlier ones cell by cell, and an empty cell
replaces nothing. The last closed fiscal year is the calendar year before ``as_of``.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from terrace.errors import CriteriaError
from terrace.rules.facts import Fact, Facts
from terrace.rules.formulas import fact_column

KEYS = ("company", "fiscal_year")


def facts_schema(facts: Facts) -> pl.Schema:
    """The columns of a full facts frame."""
    own = {name: fact.dtype for name, fact in facts.items()}
    keys = {"company": pl.String(), "fiscal_year": pl.Int64(), "recorded": pl.Date()}
    return pl.Schema({**keys, **own})


def known_facts(frame: pl.DataFrame, *, known_at: date | None = None) -> pl.DataFrame:
    """One row per company and fiscal year: the values as last recorded by that day.

    What has no day of recording is taken as known all along.
    """
    if "recorded" not in frame.columns:
        return frame
    if known_at is not None:
        recorded = pl.col("recorded")
        frame = frame.filter(recorded.is_null() | (recorded <= known_at))
    if not frame.select(pl.struct(KEYS).is_duplicated().any()).item():
        return frame.drop("recorded")
    ordered = frame.sort("recorded", nulls_last=False, maintain_order=True).drop("recorded")
    values = pl.exclude(KEYS).drop_nulls().last()
    return ordered.group_by(KEYS, maintain_order=True).agg(values)


def take_snapshot(
    known: pl.DataFrame, subjects: pl.DataFrame, columns: Iterable[str], facts: Facts
) -> pl.DataFrame:
    """The subjects (``company``, ``as_of``, ...) with the fact columns that plans read.

    Args:
        known: one row per company and fiscal year, see ``known_facts``.
        subjects: one row per company and day of evaluation.
        columns: names such as ``revenue.y0``; see ``formulas.fact_column``.
        facts: the declared facts; those without a column come as missing.
    """
    positions = _Positions(known, subjects)
    yearly, current = _sort_columns(columns, facts)
    parts = [subjects]
    for years_ago, wanted in sorted(yearly.items()):
        parts.append(positions.take(years_ago, {f: fact_column(f.id, years_ago) for f in wanted}))
    if current:
        parts.append(_take_newest(positions, current))
    return pl.concat(parts, how="horizontal")


def _sort_columns(columns: Iterable[str], facts: Facts) -> tuple[dict[int, list[Fact]], list[Fact]]:
    """The facts wanted of each year, and those that hold until a newer value."""
    yearly: dict[int, list[Fact]] = {}
    current = []
    for column in sorted(set(columns)):
        name, _, year = column.rpartition(".")
        if facts[name].period == "current":
            current.append(facts[name])
        else:
            years_ago = -1 if year == "this" else int(year[1:])
            yearly.setdefault(years_ago, []).append(facts[name])
    return yearly, current


class _Positions:
    """Where the row of each subject and year stands among the known facts."""

    def __init__(self, known: pl.DataFrame, subjects: pl.DataFrame) -> None:
        self._known = known
        closed = pl.col("as_of").dt.year().cast(pl.Int64) - 1
        self._subjects = subjects.select("company", closed.alias("fiscal_year"))
        self._rows = known.select("company", pl.col("fiscal_year").cast(pl.Int64))
        self._rows = self._rows.with_row_index("_row")

    def years_back(self) -> range:
        """From the running year (-1) back to the oldest that is known."""
        oldest, newest = self._rows["fiscal_year"].min(), self._subjects["fiscal_year"].max()
        if not isinstance(oldest, int) or not isinstance(newest, int):
            return range(0)
        return range(-1, max(newest - oldest, -1) + 1)

    def take(self, years_ago: int, facts: Mapping[Fact, str]) -> pl.DataFrame:
        """The values of these facts in one year, under the given names."""
        at = self._find(years_ago)
        return self._known.select(
            pl.col(fact.id).gather(at).cast(fact.dtype).alias(name)
            if fact.id in self._known.columns
            else pl.repeat(None, len(at), dtype=fact.dtype).alias(name)
            for fact, name in facts.items()
        )

    def _find(self, years_ago: int) -> pl.Series:
        wanted = self._subjects.with_columns(pl.col("fiscal_year") - years_ago)
        years = wanted["fiscal_year"].unique()
        rows = self._rows.filter(pl.col("fiscal_year").is_in(years.implode()))
        joined = wanted.join(rows, on=list(KEYS), how="left", maintain_order="left")
        if joined.height > wanted.height:
            raise CriteriaError(
                "the facts hold a company's fiscal year twice; "
                "let the column 'recorded' say which row is newer"
            )
        return joined["_row"]


def _take_newest(positions: _Positions, facts: list[Fact]) -> pl.DataFrame:
    """The newest value up to the running year."""
    years = positions.years_back()
    names = {fact: [f"{fact.id}~{years_ago}" for years_ago in years] for fact in facts}
    by_year = [
        positions.take(years_ago, {fact: names[fact][n] for fact in facts})
        for n, years_ago in enumerate(years)
    ]
    if not by_year:
        return positions.take(0, {fact: fact_column(fact.id, 0) for fact in facts})
    merged = (pl.coalesce(names[fact]).alias(fact_column(fact.id, 0)) for fact in facts)
    return pl.concat(by_year, how="horizontal").select(merged)
