"""What was known about one company: the same as ``snapshot``, record by record.

For one company the record that gave a value is wanted too, so that a decision can be
defended; and Polars takes longer to start than a few rows take to read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from terrace.errors import CriteriaError
from terrace.rules.facts import Fact, Facts

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The records of one company that could be known, the newest year and record first."""

    as_of: date
    records: Sequence[Record]
    facts: Facts
    _found: dict[str, Record | None] = field(default_factory=dict)

    def find_record(self, column: str) -> Record | None:
        """The record that gives an input such as ``revenue.y0``; None where none does."""
        if column not in self._found:
            self._found[column] = self._search(column)
        return self._found[column]

    def _search(self, column: str) -> Record | None:
        name, year = self._read_column(column)
        for record in self.records:
            if year in (None, record["fiscal_year"]) and record.get(name) is not None:
                return record
        return None

    def _read_column(self, column: str) -> tuple[str, int | None]:
        """The fact, and the fiscal year asked for; None: whichever is the newest."""
        name, _, year = column.rpartition(".")
        if self.facts[name].period == "current":
            return name, None
        closed = self.as_of.year - 1
        return name, closed + 1 if year == "this" else closed - int(year[1:])

    def take(self, columns: Iterable[str]) -> dict[str, Any]:
        """The values of inputs, missing ones as None, with ``as_of``."""
        values: dict[str, Any] = {"as_of": self.as_of}
        for column in columns:
            record = self.find_record(column)
            values[column] = None if record is None else record[_fact_of(column)]
        return values

    def schema(self, columns: Iterable[str]) -> dict[str, pl.DataType]:
        """The types of what ``take`` gives."""
        own = {column: self.facts[_fact_of(column)].dtype for column in columns}
        return {"as_of": pl.Date(), **own}


def _fact_of(column: str) -> str:
    return column.rpartition(".")[0]


def open_dossier(
    own: pl.DataFrame, facts: Facts, *, as_of: date, known_at: date | None = None
) -> Dossier:
    """The dossier of the one company that the frame is of.

    Raises:
        CriteriaError: a fiscal year stands twice, and nothing says which row is newer.
    """
    typed = own.with_columns(_retype(own, facts.values()))
    records = [record for record in typed.to_dicts() if _is_known(record, as_of, known_at)]
    if "recorded" not in own.columns:
        _refuse_twice(records)
    # Of rows recorded on one day the later one stands, as in ``known_facts``.
    records.reverse()
    records.sort(key=_age)
    return Dossier(as_of, records, facts)


def _retype(own: pl.DataFrame, facts: Iterable[Fact]) -> list[pl.Expr]:
    """Casts of the columns that have another type than declared."""
    schema = own.schema
    return [
        pl.col(fact.id).cast(fact.dtype)
        for fact in facts
        if fact.id in schema and schema[fact.id] != fact.dtype
    ]


def _is_known(record: Record, as_of: date, known_at: date | None) -> bool:
    recorded = record.get("recorded")
    is_recorded = known_at is None or recorded is None or recorded <= known_at
    return bool(is_recorded and record["fiscal_year"] <= as_of.year)


def _refuse_twice(records: Sequence[Record]) -> None:
    years = Counter(record["fiscal_year"] for record in records)
    if any(count > 1 for count in years.values()):
        raise CriteriaError(
            "the facts hold a company's fiscal year twice; "
            "let the column 'recorded' say which row is newer"
        )


def _age(record: Record) -> tuple[int, int]:
    recorded = record.get("recorded") or date.min
    return -record["fiscal_year"], -recorded.toordinal()
