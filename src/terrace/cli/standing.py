"""`terrace standing`: which tiers and policies companies meet on a day, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from terrace.cli.console import console
from terrace.cli.outputs import require_writable, write_frame
from terrace.cli.rule_options import (
    Day,
    Encoding,
    FactsFile,
    Folder,
    Illustrative,
    KnownAt,
    Lang,
)
from terrace.cli.rules import choose_rulebooks
from terrace.cli.standing_page import write_page
from terrace.cli.standing_report import print_explanation, print_verdicts
from terrace.cli.synthetic import warn_of_synthetic
from terrace.cli.tables import WROTE_ROWS, say
from terrace.cli.worded import word_workbook
from terrace.errors import InputError
from terrace.files import write_atomically
from terrace.rules import (
    Explanation,
    Rulebook,
    add_sentences,
    evaluate,
    evaluate_criteria,
    explain_company,
    load_rulebooks,
    read_facts,
    require_company,
)
from terrace.rules.criteria import Mode
from terrace.rules.labels import Label, Language

_WROTE_REASONS = Label("wrote the reasons for {company} to {path}", "已写入{company}的理由：{path}")
_NONE_IN_FORCE: Mapping[Mode, Label] = {
    "first": Label(
        "nothing that was asked for is in force on {day} for a first application, or it is "
        "illustrative throughout; see 'terrace rules list', and --illustrative",
        "{day}没有适用于首次申报的所问规定，或其全为示意标准；"
        "参见 terrace rules list 与 --illustrative",
    ),
    "renewal": Label(
        "nothing that was asked for is in force on {day} for a renewal, or it is "
        "illustrative throughout; see 'terrace rules list', and --illustrative",
        "{day}没有适用于复核的所问规定，或其全为示意标准；"
        "参见 terrace rules list 与 --illustrative",
    ),
}
_PAGES = (".html", ".htm")

_EXAMPLES = """
Examples:

  terrace standing facts.xlsx

  terrace standing facts.csv --company 西安某某科技 --language zh

  terrace standing facts.csv --as-of 2026-03-31 --known-at 2026-03-31 --rulebook srdi

  terrace standing facts.csv --company 西安某某科技 --language zh --out reasons.html

  terrace standing facts.csv --details --out standing.xlsx
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("standing", epilog=_EXAMPLES)(show_standing)


def show_standing(
    facts: FactsFile,
    *,
    as_of: Day = None,
    known_at: KnownAt = None,
    rulebook: Annotated[str | None, typer.Option(help="Only this rulebook.")] = None,
    company: Annotated[str | None, typer.Option(help="Say the reasons for this one.")] = None,
    mode: Annotated[Mode, typer.Option(help="First application or renewal.")] = "first",
    illustrative: Illustrative = False,
    details: Annotated[
        bool, typer.Option("--details", help="With --out: every criterion with its sentences.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Write CSV, XLSX, Parquet or JSON; of one company also HTML to print."),
    ] = None,
    rules: Folder = None,
    lang: Lang = "en",
    encoding: Encoding = None,
) -> None:
    """Show which tiers and policies companies meet on a day, and what is missing."""
    if out is not None and out.suffix.lower() not in _PAGES:
        require_writable(out)
    every = load_rulebooks(rules)
    asked = _Question(
        rulebooks=choose_rulebooks(every, rulebook),
        facts=read_facts(facts, every[0].catalog.facts, encoding=encoding),
        as_of=as_of.date() if as_of else date.today(),
        known_at=known_at.date() if known_at else None,
        mode=mode,
        with_illustrative=illustrative,
    )
    named = pl.lit(True) if company is None else pl.col("company") == company
    warn_of_synthetic(asked.facts.filter(named), lang)
    if out is not None:
        _write_answer(asked, company, out, lang, details=details or company is not None)
    elif company is not None:
        _print_reasons(asked, company, lang)
    else:
        verdicts = _answer(asked, None, details=False)
        print_verdicts(asked.rulebooks, verdicts, lang)
        if verdicts.is_empty():
            _print_none_in_force(asked, lang)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Question:
    """What is asked of the rules on the command line."""

    rulebooks: tuple[Rulebook, ...]
    facts: pl.DataFrame
    as_of: date
    known_at: date | None
    mode: Mode
    with_illustrative: bool


def _answer(asked: _Question, company: str | None, *, details: bool) -> pl.DataFrame:
    facts = asked.facts
    if company is not None:
        facts = facts.filter(pl.col("company") == company)
    found = (evaluate_criteria if details else evaluate)(
        asked.rulebooks,
        facts,
        as_of=asked.as_of,
        known_at=asked.known_at,
        mode=asked.mode,
        with_illustrative=asked.with_illustrative,
    )
    return add_sentences(asked.rulebooks, found) if details else found


def _write_answer(
    asked: _Question, company: str | None, out: Path, lang: Language, *, details: bool
) -> None:
    if out.suffix.lower() in _PAGES:
        _write_printable(asked, company, out, lang)
        return
    if company is not None:
        require_company(asked.facts, company)
    found = _answer(asked, company, details=details).sort("company", maintain_order=True)
    write_frame(out, word_workbook(out, found, lang, rulebooks=asked.rulebooks))
    console.print(say(WROTE_ROWS, lang, rows=found.height, path=out), markup=False, soft_wrap=True)


def _write_printable(asked: _Question, company: str | None, out: Path, lang: Language) -> None:
    if company is None:
        raise InputError.of_file(
            out, "a page to print is of one company", "Add --company NAME, or write .xlsx"
        )
    page = write_page(company, _explain(asked, company), lang)
    write_atomically(out, lambda file: file.write(page.encode()))
    line = say(_WROTE_REASONS, lang, company=company, path=out)
    console.print(line, markup=False, soft_wrap=True)


def _print_reasons(asked: _Question, company: str, lang: Language) -> None:
    explanations = _explain(asked, company)
    for explanation in explanations:
        print_explanation(explanation, lang)
    if not explanations:
        _print_none_in_force(asked, lang)


def _print_none_in_force(asked: _Question, lang: Language) -> None:
    line = say(_NONE_IN_FORCE[asked.mode], lang, day=asked.as_of)
    console.print(line, markup=False, soft_wrap=True)


def _explain(asked: _Question, company: str) -> list[Explanation]:
    return explain_company(
        asked.rulebooks,
        asked.facts,
        company,
        as_of=asked.as_of,
        known_at=asked.known_at,
        mode=asked.mode,
        with_illustrative=asked.with_illustrative,
    )
