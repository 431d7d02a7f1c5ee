"""Cells to the row of a record's frame, or everything that is wrong with them."""

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from terrace.errors import InputError, Problem
from terrace.records import RECORD_TYPES, Kind, Text, Visibility, Work
from terrace.sources.cells import Cells
from terrace.sources.rows import bad_value
from terrace.sources.texts import build_texts, build_works
from terrace.sources.values import (
    parse_count,
    parse_currency,
    parse_date,
    parse_level,
    parse_number,
    parse_readiness,
    parse_string,
    parse_strings,
    parse_truth,
    require_storable,
)

Parse = Callable[[Any], Any]
Build = Callable[[Cells], Any]

# A deadline of "2027" could mean its first or its last day: it has to be said.
_EXACT_DATES = frozenset({"deadline", "opens"})
_PARSERS_BY_NAME: Mapping[str, Parse] = {
    "readiness": parse_readiness,
    "readiness_min": parse_readiness,
    "currency": parse_currency,
}
_PARSERS_BY_TYPE: Mapping[Any, Parse] = {
    str: parse_string,
    tuple[str, ...]: parse_strings,
    int | None: parse_count,
    float | None: parse_number,
    bool | None: parse_truth,
}


@dataclass(slots=True)
class Draft:
    """A row on its way into a frame: its values, and the problems that keep it out."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def draft_record(kind: Kind, cells: Cells, *, date_formats: tuple[str, ...] = ()) -> Draft:
    """Parse every field; all that is wrong with the row is reported together."""
    draft = Draft()
    for name, build in _builders_of(kind, date_formats).items():
        try:
            draft.values[name] = build(cells)
        except InputError as error:
            draft.problems += [_name_field(problem, name) for problem in error.problems]
    if not draft.problems:
        draft.problems += _find_nonsense(kind, draft.values)
    return draft


def _name_field(problem: Problem, name: str) -> Problem:
    return dataclasses.replace(problem, field=problem.field or name)


@functools.cache
def _builders_of(kind: Kind, date_formats: tuple[str, ...]) -> dict[str, Build]:
    return {
        f.name: _builder_of(f.name, f.type, date_formats)
        for f in dataclasses.fields(RECORD_TYPES[kind])
    }


def _builder_of(name: str, field_type: Any, formats: tuple[str, ...]) -> Build:
    if field_type == tuple[Text, ...]:
        return build_texts
    if field_type == tuple[Work, ...]:
        return build_works
    if field_type == Visibility:
        return _build_visibility
    if name == "extra":
        return _build_extra
    if field_type == date | None:
        coarse = name not in _EXACT_DATES
        parse: Parse = functools.partial(parse_date, formats=formats, allow_coarse=coarse)
    else:
        parse = _PARSERS_BY_NAME.get(name) or _PARSERS_BY_TYPE[field_type]
    return functools.partial(_parse_first, name, parse)


def _parse_first(name: str, parse: Parse, cells: Cells) -> Any:
    gathered = cells.by_target.get(name, [])
    if parse is parse_strings and len(gathered) > 1:
        return list(dict.fromkeys(entry for value in gathered for entry in parse(value)))
    return parse(gathered[0] if gathered else None)


def _build_visibility(cells: Cells) -> dict[str, str]:
    general = cells.first("visibility")
    given = dict(general) if isinstance(general, Mapping) else _levels_of(general)
    levels = dataclasses.asdict(Visibility())
    for group in levels:
        own = cells.first(f"visibility_{group}") or given.get(group)
        levels[group] = parse_level(own) or levels[group]
    return levels


def _levels_of(general: Any) -> dict[str, Any]:
    # One word for all leaves what is confidential as closed as it is by default.
    return {"teaser": general, "identity": general} if general else {}


def _build_extra(cells: Cells) -> str:
    kept = json.dumps(cells.extra, ensure_ascii=False, sort_keys=True, default=str)
    if "\\u0000" in kept:
        raise bad_value("holds a NUL byte", "Remove it, or export the file again")
    return require_storable(kept)


def _find_nonsense(kind: Kind, values: Mapping[str, Any]) -> list[Problem]:
    checks = [_check_id(values), _check_substance(kind, values)]
    if kind == "need":
        checks += [_check_budget(values), _check_dates(values)]
    return [problem for problem in checks if problem]


def _check_id(values: Mapping[str, Any]) -> Problem | None:
    if values["id"]:
        return None
    return Problem("", 0, "id", "is missing", "Give every record an id of its own")


def _check_substance(kind: Kind, values: Mapping[str, Any]) -> Problem | None:
    if kind in ("need", "achievement") and not values["texts"]:
        return Problem("", 0, "title", "has no text", "Give it a title, a summary or a body")
    if kind == "company" and not values["name"]:
        return Problem("", 0, "name", "is missing", "Give the company's name")
    if kind == "expert" and not (values["name"] or values["works"]):
        return Problem("", 0, "name", "has neither name nor works", "Give one of them")
    return None


def _check_budget(values: Mapping[str, Any]) -> Problem | None:
    low, high = values["budget_min"], values["budget_max"]
    if low is None or high is None or low <= high:
        return None
    message = f"{low:,g} is more than the highest budget {high:,g}"
    return Problem("", 0, "budget_min", message, "Correct one of them")


def _check_dates(values: Mapping[str, Any]) -> Problem | None:
    opens, deadline = values["opens"], values["deadline"]
    if opens is None or deadline is None or opens <= deadline:
        return None
    message = f"{opens} lies after the deadline {deadline}"
    return Problem("", 0, "opens", message, "Correct one of them")
