"""Which of an input's columns is which of our fields, by declaration or by a known name.

Targets are the fields of a record, the text slots ``title``, ``summary`` and
``body``, each also with a language (``title_zh``), ``language`` for a record's
only language, and ``visibility_teaser`` and its like.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from terrace.errors import InputError
from terrace.records import Kind
from terrace.sources.targets import find_target, is_target, targets_of

_SECTIONS = frozenset({"fields", "constants", "date_formats"})


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A declaration of columns, as read from a small YAML file.

    ``columns`` lists for each of our fields their columns, in order;
    ``constants`` holds values that every row gets where it has none of its own;
    ``date_formats`` are strptime formats tried before the usual ones.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    uses_aliases: bool = True


def read_mapping(path: Path) -> ColumnMapping:
    """The mapping in a YAML file with ``fields``, ``constants`` and ``date_formats``.

    A field may name one column, a list of them, or one per language
    (``title: {en: Title, zh: 名称}``).

    Raises:
        InputError: unreadable, not YAML, or with sections that are not known.
    """
    try:
        # Only text: a column called "no" or "2024" must not turn into a truth or a number.
        declared = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError.of_file(path, f"is no readable YAML: {error}", "Correct it") from error
    if not isinstance(declared, dict) or not declared.keys() <= _SECTIONS:
        known = ", ".join(sorted(_SECTIONS))
        raise InputError.of_file(path, "is no column mapping", f"Use the sections {known}")
    return ColumnMapping(
        columns=_read_columns(path, declared.get("fields")),
        constants=_require_section(path, "constants", declared.get("constants")),
        date_formats=tuple(str(form) for form in declared.get("date_formats") or ()),
    )


def _require_section(path: Path, name: str, section: Any) -> dict[str, Any]:
    if not isinstance(section or {}, dict):
        raise InputError.of_file(path, f"'{name}' is no mapping", "Write lines of 'field: value'")
    return dict(section or {})


def _read_columns(path: Path, section: Any) -> dict[str, tuple[str, ...]]:
    columns: dict[str, tuple[str, ...]] = {}
    for target, named in _require_section(path, "fields", section).items():
        by_language = named.items() if isinstance(named, dict) else [("", named)]
        for language, names in by_language:
            full = f"{target}_{language}" if language else target
            columns[full] = tuple(names if isinstance(names, list) else [names])
    return columns


def require_known_targets(mapping: ColumnMapping, *, kind: Kind, file: Path | str) -> None:
    """Refuse a mapping that fills a field which records of this kind do not have.

    Raises:
        InputError: naming the field, and the likeliest one that exists.
    """
    for name in (*mapping.columns, *mapping.constants):
        if not is_target(name, kind=kind):
            near = difflib.get_close_matches(name, sorted(targets_of(kind)), n=1)
            hint = f"Did you mean '{near[0]}'" if near else f"Known: {_listed(targets_of(kind))}"
            raise InputError.of_file(
                file, f"there is no field '{name}' in records of kind {kind}", hint
            )


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def target_of(column: str, mapping: ColumnMapping, *, kind: Kind) -> str | None:
    """The field that a column fills, or None if it is none we know."""
    for target, columns in mapping.columns.items():
        if column in columns:
            return target
    if not mapping.uses_aliases:
        return None
    target_found = find_target(column, kind=kind)
    return None if target_found in mapping.columns else target_found
