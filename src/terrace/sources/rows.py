"""A row as it stands in a file, before any column is understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from terrace.errors import InputError, Problem

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number as in ``Problem``, its cells by column, or why it is unreadable."""

    number: int
    values: Values = field(default_factory=dict)
    problem: Problem | None = None


def bad_value(message: str, remedy: str, *, field_name: str = "") -> InputError:
    """An error about one value; the reader adds the file and the row."""
    return InputError(Problem("", 0, field_name, message, remedy))


def unreadable_row(number: int, message: str, remedy: str) -> Row:
    """A row that stands for its own problem."""
    return Row(number, problem=Problem("", number, "", message, remedy))
