"""Facts that needs and achievements have in common, and how facts are quoted."""

from collections.abc import Sequence
from typing import Any

from terrace.match.reading import export_control, places
from terrace.match.reading.fact_columns import Facts
from terrace.match.reading.quotes import Passage, Reading, passages_with
from terrace.match.text import detect_language


def passages_of(row: Facts) -> list[Passage]:
    """The texts of a record, each with the field it stands in."""
    return [
        Passage(slot, text[slot])
        for text in row["texts"] or ()
        for slot in ("title", "summary", "body")
        if text[slot]
    ]


def read_shared(row: Facts, passages: Sequence[Passage]) -> Facts:
    """Languages, place and export restriction of a record."""
    stated = [language.lower() for language in row["languages"] or ()]
    languages = list(dict.fromkeys(stated or _text_languages(row)))
    reading = Reading(
        languages, bool(stated), ", ".join(languages), "languages" if stated else "texts"
    )
    return {
        **quoted("languages", reading if languages else None),
        "languages": joined(languages),
        "language_list": languages,
        "languages_stated": bool(stated),
        "country": places.country_of(row["region"] or ""),
        "region": places.place_code(row["region"] or "") or None,
        **_read_export(row, passages),
    }


def _text_languages(row: Facts) -> list[str]:
    texts = row["texts"] or ()
    read = (
        text["language"] or detect_language(text["title"] + text["summary"] + text["body"])
        for text in texts
    )
    return [language.lower() for language in read if language]


def _read_export(row: Facts, passages: Sequence[Passage]) -> Facts:
    texts = passages_with(export_control.HINTS, passages)
    reading = export_control.read_export(row["export_control"] or "", texts)
    found = reading.value if reading else None
    return {
        **quoted("export", reading),
        "export_regime": found and found.regime,
        "export_country": (found and found.country) or None,
        "export_owners_only": found and found.owners_only,
        "export_certain": reading and reading.certain,
    }


def stated_value(row: Facts, field: str, *more: str) -> Reading[Any] | None:
    """The value of a structured field, with the values beside it in the quote."""
    value = row[field]
    if value is None or value in ("", []):
        return None
    parts = [value, *(row[name] for name in more if row[name])]
    return Reading(value, True, " ".join(map(_shown, parts)), field)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.2f}".removesuffix(".00") if isinstance(value, float) else str(value)


def quoted(topic: str, reading: Reading[Any] | None) -> Facts:
    """The quote columns of a topic; empty where nothing was read."""
    return {
        f"{topic}_quote": reading.quote if reading else "",
        f"{topic}_source": reading.field if reading else "",
    }


def joined(words: Sequence[str]) -> str | None:
    """The words or codes as one text, None where there are none."""
    return ", ".join(words).replace("_", " ") or None
