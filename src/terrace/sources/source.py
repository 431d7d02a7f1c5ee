"""A public format: how each kind of record is laid out in its files."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from terrace.errors import InputError
from terrace.records import Kind
from terrace.sources.mapping import ColumnMapping
from terrace.sources.rows import Row, Values

Prepare = Callable[[Path, Sequence[Row]], list[Row]]


def keep_rows(path: Path, rows: Sequence[Row]) -> list[Row]:
    """The rows as they are."""
    del path
    return list(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns of one kind of record in a public format.

    A file whose columns include ``signature`` is taken for this layout where
    no source is named; an empty signature is never recognised. ``prepare``
    may split, clean or add columns before they are mapped; it gets the file's
    path for what lies beside it.
    """

    mapping: ColumnMapping
    signature: frozenset[str] = field(default_factory=frozenset)
    beside: str = ""
    prepare: Prepare = keep_rows

    def fits(self, path: Path, columns: Set[str]) -> bool:
        """Whether a file with these columns is recognised as this layout."""
        known = bool(self.signature) and self.signature <= columns
        return known and (not self.beside or (path.parent / self.beside).is_file())


@dataclass(frozen=True, slots=True)
class Source:
    """A public format by name, with the kinds of record it has."""

    name: str
    layouts: Mapping[Kind, Layout]


def prepare_each(change: Callable[[Values], Values]) -> Prepare:
    """A ``prepare`` that changes one row at a time; a refusal is that row's problem."""

    def prepare(path: Path, rows: Sequence[Row]) -> list[Row]:
        del path
        return [_change_row(row, change) for row in rows]

    return prepare


def _change_row(row: Row, change: Callable[[Values], Values]) -> Row:
    try:
        return row if row.problem else Row(row.number, change(row.values))
    except InputError as error:
        return Row(row.number, problem=error.problems[0])
