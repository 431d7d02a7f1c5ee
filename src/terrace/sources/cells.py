"""A row's values sorted by the field they fill; what fills none is kept as extra."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from terrace.records import Kind
from terrace.sources.mapping import ColumnMapping, target_of
from terrace.sources.rows import Values
from terrace.sources.targets import SLOT_IN_LANGUAGE, SLOTS

_GATHERED = frozenset({*SLOTS, "texts", "works", "fields", "keywords", "terms", "obligations"})

Targets = dict[str, str | None]
"""The field of each column, filled as columns turn up."""


@dataclass(slots=True)
class Cells:
    """The values for each field, in the order of their columns, and the rest."""

    by_target: dict[str, list[Any]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def first(self, target: str) -> Any:
        """The first value for a field, or None."""
        return next(iter(self.by_target.get(target, ())), None)


def sort_cells(values: Values, mapping: ColumnMapping, *, kind: Kind, targets: Targets) -> Cells:
    """Give each value that says something to its field, else to ``extra``.

    Several columns may fill a text or a list; of any other field the first
    column counts and the others are kept as extra.
    """
    cells = Cells()
    for column, value in _in_declared_order(values, mapping):
        if _is_blank(value):
            continue
        if column not in targets:
            targets[column] = target_of(column, mapping, kind=kind)
        _place(cells, column, targets[column], value)
    for target, value in mapping.constants.items():
        cells.by_target.setdefault(target, [value])
    return cells


def _in_declared_order(values: Values, mapping: ColumnMapping) -> list[tuple[str, Any]]:
    declared = [c for columns in mapping.columns.values() for c in columns if c in values]
    first = {column: values[column] for column in declared}
    return list({**first, **values}.items())


def _place(cells: Cells, column: str, target: str | None, value: Any) -> None:
    if target == "extra" and (kept := _parse_extra(value)) is not None:
        cells.extra.update(kept)
    elif target is None or target == "extra" or not _has_room(cells, target):
        cells.extra[column] = value
    else:
        cells.by_target.setdefault(target, []).append(value)


def _has_room(cells: Cells, target: str) -> bool:
    gathered = target in _GATHERED or SLOT_IN_LANGUAGE.fullmatch(target)
    return bool(gathered) or target not in cells.by_target


def _parse_extra(value: Any) -> dict[str, Any] | None:
    if isinstance(value, Mapping):
        return dict(value)
    try:
        parsed = json.loads(value)
    except (TypeError, ValueError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _is_blank(value: Any) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
