"""Which of a file's columns fill which fields of a kind, beyond what the core knows itself.

The core reads what it matches by; a kind has more fields (contact, patents, title in the
other language ...). Their columns go by the field's name or its label in either language.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from django.utils import translation

from terrace.records import Kind
from terrace.sources.mapping import ColumnMapping
from terrace.sources.targets import find_target, is_target, targets_of
from terrace_web.market.kinds import Field, fields_of
from terrace_web.market.snapshots import CORE_KINDS

_OWN_PAGE = ("works", "assessment")
_CODE = "id"
_CODE_NAMES = ("code", "number", "编号", "编码")
_LANGUAGES = ("en", "zh-hans")
# What people write for a label in short.
_SHORT = {"最低成熟度": "readiness_min", "最低技术成熟度": "readiness_min", "联系人": "contact"}


@dataclass(frozen=True, slots=True)
class Columns:
    """How a file's columns are read: by the core's mapping, or as fields of the kind.

    ``unknown`` are neither, and are left out.
    """

    mapping: ColumnMapping
    own: Mapping[str, Field]
    unknown: tuple[str, ...] = ()


def fit_columns(kind: str, columns: Iterable[str], given: ColumnMapping) -> Columns:
    """The columns that the core does not know are tried as fields of the kind."""
    core_kind = CORE_KINDS[kind]
    given, mapped = split_mapping(kind, given)
    declared = {*mapped, *(column for named in given.columns.values() for column in named)}
    targets: dict[str, tuple[str, ...]] = dict(given.columns)
    own: dict[str, Field] = {}
    unknown = []
    for column in columns:
        if column in declared or find_target(column, kind=core_kind):
            continue
        target = target_of(kind, column)
        if isinstance(target, Field):
            own[column] = target
        elif target and target not in targets:
            targets[target] = (column,)
        elif not target:
            unknown.append(column)
    # Of two columns for a field the last one counts: the one that was named.
    return Columns(replace(given, columns=targets), {**own, **mapped}, tuple(unknown))


def split_mapping(kind: str, given: ColumnMapping) -> tuple[ColumnMapping, dict[str, Field]]:
    """What a mapping says of fields that the core knows, and which columns fill the others."""
    core: dict[str, tuple[str, ...]] = {}
    own: dict[str, Field] = {}
    for name, columns in given.columns.items():
        target = name if is_target(name, kind=CORE_KINDS[kind]) else target_of(kind, name) or name
        if isinstance(target, Field):
            own |= dict.fromkeys(columns, target)
        else:
            core[target] = (*core.get(target, ()), *columns)
    return replace(given, columns=core), own


def entered_fields(kind: str) -> list[Field]:
    """The fields that a file can fill."""
    return [field for field in fields_of(kind) if field.type not in _OWN_PAGE]


def core_name(kind: str, field: Field) -> str | None:
    """What the core calls a field of this kind, None where it does not know it."""
    name = field.core or field.name
    core_kind: Kind = CORE_KINDS[kind]
    if core_kind in ("company", "expert") and name == "title":
        return "name"
    return name if name in targets_of(core_kind) else None


def target_of(kind: str, column: str) -> Field | str | None:
    """What a column of this name fills: a field of the kind, or one by the core's name."""
    if _normalise(column) in _CODE_NAMES:
        return _CODE
    field = _fields_by_name(kind).get(_normalise(column))
    return None if field is None else core_name(kind, field) or field


@cache
def _fields_by_name(kind: str) -> Mapping[str, Field]:
    named: dict[str, Field] = {}
    for field in entered_fields(kind):
        for name in (field.name, *(_label(field, language) for language in _LANGUAGES)):
            named.setdefault(_normalise(name), field)
    by_core = {core_name(kind, field) or field.name: field for field in entered_fields(kind)}
    short = {name: by_core[core] for name, core in _SHORT.items() if core in by_core}
    return {**short, **named}


def _label(field: Field, language: str) -> str:
    with translation.override(language):
        return str(field.label)


def _normalise(name: str) -> str:
    return re.sub(r"[^\w]+", "_", name.strip().lower()).strip("_")
