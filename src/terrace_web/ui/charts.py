"""Charts for those who cannot see them: the same figures as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Column heads, and rows whose first cell names the row."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


def table_of(option: Mapping[str, Any]) -> ChartTable | None:
    """The table in an ECharts option's ``dataset.source`` (first row: heads); None without one."""
    dataset = option.get("dataset")
    source = dataset.get("source") if isinstance(dataset, Mapping) else None
    if not source or not isinstance(source[0], Sequence) or isinstance(source[0], str):
        return None
    return ChartTable(source[0], source[1:])
