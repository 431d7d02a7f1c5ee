"""What is matched of a record: a query with a head and a whole, or one document text.

Any kind of record can stand on either side. A company or an expert is known by
its works, so each of its works is one document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from terrace.match.text import detect_language

_WHOLE_CHARS = 1_500


@dataclass(frozen=True, slots=True)
class Query:
    """One side of a match that looks for the other.

    ``head`` is the short statement (a title, else the first words), ``whole``
    the head with what explains it (objective or summary, else the beginning
    of the body).
    """

    id: str
    head: str
    whole: str
    language: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One document text. ``record_id`` is the record it speaks for."""

    id: str
    record_id: str
    text: str
    language: str


def make_query(row: Mapping[str, Any]) -> Query:
    """The query that a record's row (see ``records.SCHEMAS``) asks."""
    title, summary, body = (_joined(row, part) for part in ("title", "summary", "body"))
    explained = summary or body[:_WHOLE_CHARS]
    head = title or explained
    whole = f"{head}. {explained}" if title and explained else head
    return Query(row["id"], head, whole, _language_of(row, whole))


def make_passages(row: Mapping[str, Any]) -> list[Passage]:
    """The document texts of a record's row: its own text, or one per work."""
    if "works" in row:
        return [_passage_of_work(row, number, work) for number, work in enumerate(row["works"])]
    parts = [_joined(row, part) for part in ("title", "summary", "body")]
    text = ". ".join(part for part in [*parts, "; ".join(row.get("keywords") or ())] if part)
    return [Passage(row["id"], row["id"], text, _language_of(row, text))]


def make_queries(frame: pl.DataFrame) -> list[Query]:
    """The queries of all rows, in order."""
    return [make_query(row) for row in frame.iter_rows(named=True)]


def _joined(row: Mapping[str, Any], part: str) -> str:
    found = [text[part] for text in row.get("texts") or () if text[part]]
    return " ".join(found)


def _language_of(row: Mapping[str, Any], text: str) -> str:
    said = {entry["language"] for entry in row.get("texts") or () if entry["language"]}
    return said.pop() if len(said) == 1 else detect_language(text)


def _passage_of_work(row: Mapping[str, Any], number: int, work: Mapping[str, Any]) -> Passage:
    text = ". ".join(part for part in (work["title"], work["body"]) if part)
    # Numbered, because the ids of works need not differ within a record.
    return Passage(
        f"{row['id']}#{number}", row["id"], text, work["language"] or detect_language(text)
    )
