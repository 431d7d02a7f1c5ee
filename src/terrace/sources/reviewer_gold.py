"""The gold standard of reviewer expertise: experts, known by the papers they wrote."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from terrace.sources.files import read_rows
from terrace.sources.mapping import ColumnMapping
from terrace.sources.rows import Row, Values
from terrace.sources.source import Layout, Source
from terrace.sources.values import parse_strings

_PAPERS = "papers.jsonl"
_CONSTANTS = {"language": "en"}


def prepare_experts(path: Path, rows: Sequence[Row]) -> list[Row]:
    """Replace the ids of each expert's papers by the papers in papers.jsonl beside it."""
    beside = path.parent / _PAPERS
    listed = read_rows(beside)[0] if beside.is_file() else []
    papers = {str(row.values["id"]): row.values for row in listed if row.values.get("id")}
    return [
        row if row.problem else Row(row.number, _with_works(row.values, papers)) for row in rows
    ]


def _with_works(values: Values, papers: Mapping[str, Values]) -> Values:
    works = [_work_of(paper_id, papers) for paper_id in parse_strings(values.get("papers"))]
    return {key: value for key, value in values.items() if key != "papers"} | {"works": works}


def _work_of(paper_id: str, papers: Mapping[str, Values]) -> dict[str, Any]:
    paper = papers.get(paper_id, {})
    return {
        "id": paper_id,
        "kind": "paper",
        "language": "en",
        "title": paper.get("title"),
        "body": paper.get("abstract"),
        "year": paper.get("year"),
    }


REVIEWER_GOLD = Source(
    "reviewer_gold",
    {
        "expert": Layout(
            mapping=ColumnMapping(constants=_CONSTANTS),
            signature=frozenset({"id", "papers"}),
            beside=_PAPERS,
            prepare=prepare_experts,
        ),
        "achievement": Layout(
            mapping=ColumnMapping(columns={"body": ("abstract",)}, constants=_CONSTANTS)
        ),
    },
)
