"""Pairs as tables that fit 80 columns: one table for each need or achievement that asks."""

from collections.abc import Sequence
from itertools import groupby

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from terrace.match.desk import DeskRow, find_achievements, owner_of, title_of
from terrace.match.matcher import ABSTAIN_BELOW
from terrace.records import Achievement, Kind, Need

GATE_WORDS = {
    "met": "[green]met[/]",
    "unmet": "[red]unmet[/]",
    "unknown": "[yellow]unknown[/]",
    "needs_judgement": "[yellow]to judge[/]",
    "not_applicable": "none apply",
}
_TITLE_CHARS = 120
_GATES = 2
FOOTNOTE = (
    f"no claim: the confidence is below {ABSTAIN_BELOW:.0%}, so nothing says that the pair fits; "
    "a pair without a claim, or without a known link, may fit all the same."
)


def print_desk(console: Console, rows: Sequence[DeskRow], *, by: Kind) -> None:
    """A table for each record that asks, and what the words in it mean."""
    if not rows:
        console.print("nothing was found: no record meets the conditions, or shares a word")
        return
    for _, group in groupby(rows, key=lambda row: _sides(row, by)[0].id):
        console.print(make_desk_table(list(group), by=by))
    _print_footnote(console, [row.confidence for row in rows])


def make_desk_table(rows: Sequence[DeskRow], *, by: Kind) -> Table:
    """What was found for one record, best first."""
    asking = _sides(rows[0], by)[0]
    table = _start_table(asking, "achievement" if by == "need" else "need")
    table.add_column("gates", no_wrap=True)
    table.add_column("words in common", ratio=2, overflow="fold")
    for row in rows:
        found = _sides(row, by)[1]
        table.add_row(
            str(row.rank),
            _name(title_of(found), owner_of(found), found.id),
            say_confidence(row.confidence),
            _say_gates(row),
            escape(", ".join(row.shared)) or "[dim]-[/]",
        )
    return table


def print_companies(
    console: Console, pairs: pl.DataFrame, achievements: pl.DataFrame, companies: pl.DataFrame
) -> None:
    """A table of companies for each achievement; pairs are in order."""
    if pairs.is_empty():
        console.print("no company was found")
        return
    asking = find_achievements(achievements, pairs["achievement_id"])
    names = dict(companies.select("id", "name").iter_rows())
    for (achievement_id,), group in pairs.group_by("achievement_id", maintain_order=True):
        table = _start_table(asking[str(achievement_id)], "company that could use it")
        for row in group.iter_rows(named=True):
            company = row["company_id"]
            named = _name(names[company], "", company)
            table.add_row(str(row["rank"]), named, say_confidence(row["confidence"]))
        console.print(table)
    _print_footnote(console, pairs["confidence"].to_list())


def say_confidence(confidence: float) -> str:
    """Confidence as per cent; below the threshold there is no claim."""
    return f"{confidence:.0%}" if confidence >= ABSTAIN_BELOW else "[dim]no claim[/]"


def _start_table(asking: Need | Achievement, found: str) -> Table:
    title = f"[bold]{_cut(title_of(asking))}[/]\n[dim]{_join(owner_of(asking), asking.id)}[/]"
    table = Table(title=title, title_justify="left", title_style="", expand=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column(found, ratio=3, overflow="fold")
    table.add_column("sure", justify="right", no_wrap=True)
    return table


def _sides(row: DeskRow, by: Kind) -> tuple[Need | Achievement, Need | Achievement]:
    """Who asks, and what was found."""
    return (row.need, row.achievement) if by == "need" else (row.achievement, row.need)


def _say_gates(row: DeskRow) -> str:
    word = GATE_WORDS[row.gates]
    if row.closes:
        return f"{word}\n[yellow]near miss[/]"
    named = [name.replace("_", " ") for name in row.failed or row.open]
    more = [f"+{len(named) - _GATES}"] if len(named) > _GATES else []
    return word + "".join(f"\n[dim]{escape(name)}[/]" for name in [*named[:_GATES], *more])


def _name(title: str, owner: str, record_id: str) -> str:
    return f"{_cut(title)}\n[dim]{_join(owner, record_id)}[/]"


def _cut(text: str) -> str:
    return escape(text if len(text) <= _TITLE_CHARS else text[: _TITLE_CHARS - 1] + "…")


def _join(owner: str, record_id: str) -> str:
    return escape(" · ".join(filter(None, (owner, record_id))))


def _print_footnote(console: Console, confidences: Sequence[float]) -> None:
    if any(confidence < ABSTAIN_BELOW for confidence in confidences):
        console.print(FOOTNOTE, style="dim")
