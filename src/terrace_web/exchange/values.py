"""What a row says, as values of a kind's fields, with what keeps it from being one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from terrace.errors import InputError, Problem
from terrace.fields import shipped_fields
from terrace.match.reading.places import is_known, place_code
from terrace.match.text import detect_language
from terrace.sources.cells import Cells
from terrace.sources.drafts import Draft
from terrace.sources.rows import bad_value
from terrace.sources.texts import build_texts
from terrace.sources.values import (
    parse_date,
    parse_number,
    parse_readiness,
    parse_string,
    parse_strings,
    parse_truth,
)
from terrace_web.exchange.columns import Columns, core_name, entered_fields
from terrace_web.market.forms import RecordForm
from terrace_web.market.kinds import TERMS, Field, fields_of

_TEXTS = ("title", "summary", "body")
_LANGUAGES = ("zh", "en")
_JUDGED_DAYS = ("priority_date", "expires")
_NEUTRALISED = re.compile(r"'[=+\-@]")
_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "line": parse_string,
    "text": parse_string,
    "number": parse_number,
    "truth": parse_truth,
    "level": parse_readiness,
    "list": parse_strings,
    "region": parse_string,
    "regions": parse_strings,
    "fields": parse_strings,
    "terms": parse_strings,
}


@dataclass(slots=True)
class Said:
    """The filled fields of a row; an empty cell says nothing."""

    language: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def read_values(kind: str, draft: Draft, cells: Cells, columns: Columns) -> Said:
    """The row's values by field name; what ``draft`` has problems with is left out."""
    said = Said()
    found = {**_known_values(kind, draft), **_texts(kind, draft, cells, said)}
    for column, own in columns.own.items():
        if column in cells.extra:
            formats = columns.mapping.date_formats
            _try(
                said,
                own.name,
                lambda f=own, c=column, d=formats: found.update(_parsed(f, cells.extra[c], d)),
            )
    for each in entered_fields(kind):
        if found.get(each.name) not in (None, "", []):
            _try(said, each.name, lambda f=each: _take(said, kind, f, found[f.name]))
    if "works" in found:
        said.values["works"] = found["works"]
    said.problems += _refused_days(kind, said.values)
    return said


def _refused_days(kind: str, values: Mapping[str, Any]) -> list[Problem]:
    """Days that the record's form refuses too, by its own rule."""
    days = {name: values[name] for name in _JUDGED_DAYS if values.get(name)}
    errors = RecordForm(kind, days).errors if days else {}
    said = {name: " ".join(map(str, errors[name])) for name in days if name in errors}
    return [Problem("", 0, name, message, "") for name, message in said.items()]


def _try(said: Said, name: str, step: Callable[[], None]) -> None:
    try:
        step()
    except InputError as error:
        said.problems += [
            Problem("", 0, problem.field or name, problem.message, problem.remedy)
            for problem in error.problems
        ]


def _parsed(own: Field, value: Any, date_formats: Sequence[str]) -> dict[str, Any]:
    if own.type == "date":
        return {own.name: parse_date(value, formats=date_formats)}
    return {own.name: _PARSERS[own.type](value)}


def _known_values(kind: str, draft: Draft) -> dict[str, Any]:
    names = {each.name: core_name(kind, each) for each in entered_fields(kind)}
    found = {
        name: draft.values.get(core)
        for name, core in names.items()
        if core is not None and (name not in _TEXTS or core == "name")
    }
    works = [work for work in draft.values.get("works") or () if work["kind"] != "profile"]
    has_works = any(each.name == "works" for each in fields_of(kind))
    return {**found, "works": works} if works and has_works else found


def _texts(kind: str, draft: Draft, cells: Cells, said: Said) -> dict[str, Any]:
    """The texts in the record's language, and title and summary in the other one."""
    by_language: dict[str, dict[str, str]] = {}
    for text in build_texts(cells):
        language = _language_of(text)
        by_language.setdefault(language, {}).update({s: text[s] for s in _TEXTS if text[s]})
    name = str(draft.values.get("name") or "")
    said.language = next(iter(by_language), _language_of({"title": name}))
    own = by_language.pop(said.language, {})
    if name:
        own["title"] = name
    other = next(iter(by_language.values()), {})
    also = {f"{slot}_other": other[slot] for slot in ("title", "summary") if slot in other}
    return {**own, **also}


def _language_of(text: Mapping[str, str]) -> str:
    given = text.get("language", "")
    found = given or detect_language("\n".join(text.get(slot, "") for slot in _TEXTS))
    return found if found in _LANGUAGES else "en"


def _take(said: Said, kind: str, own: Field, value: Any) -> None:
    if own.type == "fields":
        _take_fields(said, value)
    elif own.type in ("region", "regions"):
        _take_regions(said, kind, own, value)
    elif own.type == "terms":
        said.values[own.name] = [_term_code(each) for each in value]
    else:
        if own.name == "keywords":
            value = list(dict.fromkeys([*value, *said.values.get("keywords", [])]))
        said.values[own.name] = _checked(kind, own, _plain(value))


def _take_regions(said: Said, kind: str, own: Field, value: Any) -> None:
    """By their codes; a place that is no region known here stays as it is written."""
    several = [value] if own.type == "region" else value
    codes = {each: place_code(each) for each in several}
    unknown = [each for each, code in codes.items() if code and not is_known(code)]
    if unknown:
        remedy = "Write a country, a province or a code such as CN-SN"
        message = f"no region is called '{unknown[0]}'; it stays as text"
        said.notes.append(Problem("", 0, own.name, message, remedy))
    found = [each if each in unknown else code for each, code in codes.items() if code]
    if found:
        said.values[own.name] = _checked(kind, own, found[0] if own.type == "region" else found)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _NEUTRALISED.match(value):
        # Our own exports put the quote there, so that a spreadsheet takes it as text.
        return value[1:]
    return value


def _take_fields(said: Said, names: list[str]) -> None:
    codes, unknown = shipped_fields().file_names(names)
    if codes:
        said.values["fields"] = codes
    if unknown:
        kept = [*said.values.get("keywords", []), *unknown]
        said.values["keywords"] = list(dict.fromkeys(kept))
        message = f"'{', '.join(unknown)}' is no field of this zone and is kept as a keyword"
        said.notes.append(Problem("", 0, "fields", message, "Choose fields in the draft"))


def _term_code(name: str) -> str:
    code = _term_codes().get(name.strip().lower())
    if code is None:
        raise bad_value(
            f"'{name}' is no term of transfer",
            f"Write one of {', '.join(map(str, TERMS.values()))}",
        )
    return code


@cache
def _term_codes() -> Mapping[str, str]:
    found = {code: code for code in TERMS}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found |= {str(label).lower(): code for code, label in TERMS.items()}
    return found


def _checked(kind: str, own: Field, value: Any) -> Any:
    """The same value, if the record's form would take it."""
    entered = _form_fields(kind)[own.name]
    if own.type in ("line", "text", "region"):
        return _no_longer(value, getattr(entered, "max_length", None))
    if own.type == "list":
        try:
            entered.clean("\n".join(value) + "\n")
        except ValidationError as error:
            raise bad_value(" ".join(error.messages), "Shorten the list") from error
    return value


def _no_longer(value: str, most: int | None) -> str:
    if most is not None and len(value) > most:
        raise bad_value(f"is {len(value):,} characters long, the limit is {most:,}", "Shorten it")
    return value


@cache
def _form_fields(kind: str) -> Mapping[str, forms.Field]:
    return dict(RecordForm(kind).fields)
