"""SBIR and STTR: solicitation topics (needs), awards (achievements) and firms (companies)."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from terrace.sources.files import read_rows
from terrace.sources.mapping import ColumnMapping
from terrace.sources.rows import Row, Values
from terrace.sources.source import Layout, Source, prepare_each
from terrace.sources.values import parse_string

_US_DATES = ("%m-%d-%Y", "%m/%d/%Y")
_CONSTANTS = {"language": "en", "region": "US"}
_CONTROL = re.compile(r"The technology within this topic is restricted")
_CONTROL_END = re.compile(r"\n|(?=(?:ACQUISITION PROGRAM|OBJECTIVE)\s*:)")
_PHASES = {"phase1": "Phase I", "phase2": "Phase II", "phase3": "Phase III"}


def prepare_need(values: Values) -> Values:
    """Areas apart from the export note that follows them; description and phases as one body."""
    areas, note = split_technology_area(parse_string(values.get("technology_area")))
    body = [parse_string(values.get("description"))]
    body += [
        f"{label}: {text}"
        for key, label in _PHASES.items()
        if (text := parse_string(values.get(key)))
    ]
    changed = {
        "technology_area": [area.strip() for area in areas.split(",")],
        "export_control": note or find_export_note(parse_string(values.get("full_text"))),
        "description": "\n".join(filter(None, body)),
    }
    return {key: value for key, value in values.items() if key not in _PHASES} | changed


def split_technology_area(text: str) -> tuple[str, str]:
    """The listed areas, and the export note that is glued to some of them ('' if none)."""
    match = _CONTROL.search(text)
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


def find_export_note(full_text: str) -> str:
    """The export note of a topic's full text, in its words, '' if it has none."""
    match = _CONTROL.search(full_text)
    return _CONTROL_END.split(full_text[match.start() :], maxsplit=1)[0].strip() if match else ""


def prepare_companies(path: Path, rows: Sequence[Row]) -> list[Row]:
    """Give each firm its awards, from the file achievements.jsonl beside it, as works."""
    works = works_by_firm(row.values for row in _rows_beside(path, "achievements.jsonl"))
    return [row if row.problem else Row(row.number, _with_works(row.values, works)) for row in rows]


def works_by_firm(awards: Iterable[Values]) -> dict[str, list[dict[str, Any]]]:
    """The awards of each firm as works, by firm id, oldest first."""
    known = [award for award in awards if award.get("firm_id")]
    ordered = sorted(known, key=lambda award: (str(award["firm_id"]), str(award.get("award_year"))))
    return {
        firm: [_work_of(award) for award in of_firm]
        for firm, of_firm in groupby(ordered, key=lambda award: str(award["firm_id"]))
    }


def _work_of(award: Values) -> dict[str, Any]:
    texts = {"id": award.get("id"), "title": award.get("title"), "body": award.get("abstract")}
    return {**texts, "kind": "award", "language": "en", "year": award.get("award_year")}


def _with_works(values: Values, works: dict[str, list[dict[str, Any]]]) -> Values:
    region = f"US-{state}" if (state := parse_string(values.get("state"))) else "US"
    return {**values, "works": works.get(str(values.get("id")), []), "region": region}


def _rows_beside(path: Path, name: str) -> list[Row]:
    beside = path.parent / name
    return list(read_rows(beside)[0]) if beside.is_file() else []


SBIR = Source(
    "sbir",
    {
        "need": Layout(
            mapping=ColumnMapping(
                columns={
                    "summary": ("objective",),
                    "body": ("description",),
                    "fields": ("technology_area",),
                    "owner": ("branch",),
                    "owner_name": ("agency",),
                    "opens": ("open_date",),
                    "deadline": ("close_date",),
                },
                constants=_CONSTANTS,
                date_formats=("%B %d, %Y", *_US_DATES),
            ),
            signature=frozenset({"solicitation", "technology_area", "objective", "close_date"}),
            prepare=prepare_each(prepare_need),
        ),
        "achievement": Layout(
            mapping=ColumnMapping(
                columns={
                    "body": ("abstract",),
                    "owner": ("firm_id",),
                    "owner_name": ("firm",),
                    "funder": ("branch",),
                    "published": ("award_year",),
                    "available_from": ("end",),
                },
                constants=_CONSTANTS,
                date_formats=_US_DATES,
            ),
            signature=frozenset({"firm_id", "award_year", "abstract"}),
        ),
        "company": Layout(
            mapping=ColumnMapping(constants=_CONSTANTS),
            signature=frozenset({"hubzone", "woman_owned", "awards_by_year"}),
            prepare=prepare_companies,
        ),
    },
)

SBIR_LARGE = Source(
    "sbir_large",
    {
        "achievement": Layout(
            mapping=ColumnMapping(
                columns={
                    "body": ("abstract",),
                    "owner_name": ("firm",),
                    "funder": ("agency",),
                    "published": ("year",),
                },
                constants=_CONSTANTS,
            ),
            signature=frozenset({"agency", "firm", "phase", "program", "year"}),
        )
    },
)
