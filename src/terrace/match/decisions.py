"""Decisions on proposed pairs, which a ranker can learn from.

One JSON object a line: need_id, achievement_id, decision. ``shortlist`` makes
the pair a link, ``reject`` a judged miss, ``later`` says nothing. Of several
decisions on one pair the last one holds.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl

from terrace.errors import InputError, Problem, RowErrors

DECISIONS = ("shortlist", "reject", "later")
_COLUMNS = ("need_id", "achievement_id", "decision")
_RELEVANCE = {"shortlist": 1, "reject": 0}
_SCHEMA = pl.Schema(dict.fromkeys(_COLUMNS, pl.String))


def read_decisions(path: Path) -> pl.DataFrame:
    """The decisions of a .jsonl file: need_id, achievement_id, decision, the last of each pair.

    Raises:
        InputError: the file cannot be read, or has no decision.
        RowErrors: lines that are no decision.
    """
    lines = [(n, line) for n, line in enumerate(_read_lines(path), 1) if line.strip()]
    if not lines:
        raise InputError.of_file(path, "has no decision", "Give at least one line")
    found = [_read_decision(path, number, line) for number, line in lines]
    problems = [each for each in found if isinstance(each, Problem)]
    if problems:
        raise RowErrors(problems)
    rows = [each for each in found if not isinstance(each, Problem)]
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    return frame.unique(["need_id", "achievement_id"], keep="last", maintain_order=True)


def join_decisions(links: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The links (need_id, achievement_id, relevance) as the decisions leave them.

    A decision on a pair replaces the link it had; relevance 0 is a judged miss.
    """
    said = decisions.filter(pl.col("decision") != "later").select(
        "need_id",
        "achievement_id",
        relevance=pl.col("decision").replace_strict(_RELEVANCE, return_dtype=pl.Float64),
    )
    keys = ["need_id", "achievement_id"]
    kept = links.select(*keys, pl.col("relevance").cast(pl.Float64)).join(said, on=keys, how="anti")
    return pl.concat([kept, said])


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError.of_file(
            path, f"cannot be read ({error})", "Check the path; save it in UTF-8"
        ) from error


def _read_decision(path: Path, number: int, line: str) -> dict[str, str] | Problem:
    try:
        row = json.loads(line)
    except ValueError as error:
        return Problem(str(path), number, "", f"is not JSON ({error})", "Write one object a line")
    if not isinstance(row, dict):
        return Problem(str(path), number, "", "is no object", 'Write {"need_id": ...}')
    return _check_decision(path, number, row)


def _check_decision(path: Path, number: int, row: dict[str, Any]) -> dict[str, str] | Problem:
    lacking = next((name for name in _COLUMNS if not isinstance(row.get(name), str)), "")
    if lacking:
        return Problem(str(path), number, lacking, "is missing or no text", "Give it as text")
    if row["decision"] not in DECISIONS:
        message = f"'{row['decision']}' is not a decision"
        return Problem(str(path), number, "decision", message, f"Use {', '.join(DECISIONS)}")
    return {name: row[name] for name in _COLUMNS}
