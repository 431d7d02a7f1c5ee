"""Cells to texts by language, and to the works of companies and experts."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from terrace.sources.cells import Cells
from terrace.sources.rows import bad_value
from terrace.sources.targets import LANGUAGE_NAMES, SLOT_IN_LANGUAGE, SLOTS
from terrace.sources.values import parse_string, parse_strings, parse_year, require_storable

_CODE = re.compile(r"[a-z]{2,3}")
_WORK_KEYS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "kind": ("kind", "type"),
    "title": ("title", "name"),
    "body": ("body", "abstract", "text", "description", "summary"),
}
Text = dict[str, str]
Work = dict[str, Any]


def parse_language(value: Any) -> str:
    """A language code of two or three letters ('zh-CN' and 'Chinese' give 'zh')."""
    name = parse_string(value).lower()
    code = LANGUAGE_NAMES.get(name, re.split(r"[-_]", name)[0])
    if code and not _CODE.fullmatch(code):
        raise bad_value(f"'{name}' is no language code", "Write its code, e.g. en or zh")
    return code


def build_texts(cells: Cells) -> list[Text]:
    """The texts of a row, one per language, in the order in which they turn up."""
    spoken = parse_language(cells.first("language"))
    texts: dict[str, Text] = {}
    for language, slot, value in _slot_values(cells, spoken):
        text = texts.setdefault(language, {"language": language} | dict.fromkeys(SLOTS, ""))
        text[slot] = require_storable(_join(text[slot], _parse_passage(value)))
    return [text for text in texts.values() if any(text[slot] for slot in SLOTS)]


def _slot_values(cells: Cells, spoken: str) -> Iterator[tuple[str, str, Any]]:
    for text in _parse_listed(cells.by_target.get("texts", ())):
        yield from _slots_of_text(text, spoken)
    for target, values in cells.by_target.items():
        slot, language = _slot_of_target(target, spoken)
        for value in values if slot else ():
            by_language = value if isinstance(value, Mapping) else {language: value}
            yield from ((parse_language(key), slot, part) for key, part in by_language.items())


def _slots_of_text(text: Any, spoken: str) -> Iterator[tuple[str, str, Any]]:
    if not isinstance(text, Mapping):
        raise bad_value(
            "holds a text that is no object", 'Write [{"language": "en", "title": ...}]'
        )
    language = parse_language(text.get("language")) or spoken
    yield from ((language, slot, text[slot]) for slot in SLOTS if text.get(slot))


def _slot_of_target(target: str, spoken: str) -> tuple[str, str]:
    if target in SLOTS:
        return target, spoken
    match = SLOT_IN_LANGUAGE.fullmatch(target)
    return (match[1], match[2]) if match else ("", "")


def _parse_passage(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, map(parse_string, value)))
    return parse_string(value)


def _join(before: str, text: str) -> str:
    return text if not before or before == text else f"{before}\n{text}" if text else before


def build_works(cells: Cells) -> list[Work]:
    """The works of a row: those listed, and its own texts as works of kind 'profile'.

    A listed work is an object (id, kind, language, title, body, year) or a
    title; keys beyond these are not kept.
    """
    spoken = parse_language(cells.first("language"))
    listed = _parse_listed(cells.by_target.get("works", ()))
    works = [_build_work(entry, spoken) for entry in listed]
    return works + [_profile_of(text) for text in build_texts(cells)]


def _build_work(entry: Any, spoken: str) -> Work:
    given = entry if isinstance(entry, Mapping) else {"title": entry}
    texts = {key: _first_filled(given, names) for key, names in _WORK_KEYS.items()}
    language = parse_language(given.get("language")) or spoken
    return {**texts, "language": language, "year": parse_year(given.get("year"))}


def _first_filled(given: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((text for name in names if (text := parse_string(given.get(name)))), "")


def _profile_of(text: Text) -> Work:
    body = _join(text["summary"], text["body"])
    profile = {"id": "", "kind": "profile", "title": text["title"], "body": body}
    return {**profile, "language": text["language"], "year": None}


def _parse_listed(values: Iterable[Any]) -> list[Any]:
    return [entry for value in values for entry in _entries_of(value)]


def _entries_of(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return [value]
    text = parse_string(value)
    if text.startswith("["):
        return _parse_entries(text)
    return list(parse_strings(text))


def _parse_entries(text: str) -> list[Any]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad_value(f"is no valid JSON: {error}", "Write a JSON list of objects") from error
    return list(entries)
