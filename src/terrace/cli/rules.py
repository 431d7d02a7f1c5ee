"""`terrace rules`, `terrace standing` and `terrace facts`: rulebooks and who meets them."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.table import Table

from terrace.cli.console import console
from terrace.cli.standing_report import export_frame, print_explanation, print_verdicts
from terrace.errors import CriteriaError
from terrace.files import write_atomically
from terrace.rules import (
    Rulebook,
    add_sentences,
    evaluate,
    evaluate_criteria,
    explain_company,
    find_rulebook,
    load_rulebooks,
    read_facts,
)
from terrace.rules.cases import load_cases, run_cases
from terrace.rules.criteria import Mode
from terrace.rules.labels import Language
from terrace.rules.nudges import find_unguarded
from terrace.rules.requirements import describe_requirement
from terrace.rules.schema import make_schema
from terrace.rules.template import write_template

rules_app = typer.Typer(no_args_is_help=True, help="Rulebooks: tiers and policies with their law.")
facts_app = typer.Typer(no_args_is_help=True, help="The facts about companies that rules read.")

Folder = Annotated[
    Path | None,
    typer.Option("--rules", help="A folder of rulebooks instead of those that ship."),
]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]
Day = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(rules_app, name="rules")
    app.add_typer(facts_app, name="facts")
    app.command("standing", epilog=_STANDING_EXAMPLES)(show_standing)


_STANDING_EXAMPLES = """
Examples:

  terrace standing facts.xlsx

  terrace standing facts.csv --company 西安某某科技 --lang zh

  terrace standing facts.csv --as-of 2026-03-31 --known-at 2026-03-31 --rulebook srdi

  terrace standing facts.csv --details --out standing.xlsx
"""


@rules_app.command("list")
def list_rules(*, rules: Folder = None, lang: Lang = "en") -> None:
    """List the rulebooks with their versions and how well each is verified."""
    table = Table("id", "name", "kind", "version", "holds", "status", "source")
    for rulebook in load_rulebooks(rules):
        for version in rulebook.versions:
            holds = "; ".join(
                f"{p.mode} {p.valid_from or ''} .. {p.valid_to or ''}" for p in version.periods
            )
            name = rulebook.label.of(lang)
            cells = (rulebook.id, name, rulebook.kind, version.id, holds, version.status)
            table.add_row(*cells, version.source.title)
    console.print(table)


@rules_app.command("show")
def show_rule(
    rulebook: Annotated[str, typer.Argument(help="Its id, see 'terrace rules list'.")],
    *,
    rules: Folder = None,
    lang: Lang = "en",
) -> None:
    """Show what a rulebook asks: criteria, clauses, thresholds, source."""
    found = find_rulebook(load_rulebooks(rules), rulebook)
    console.print(f"{found.label.en} / {found.label.zh}  ({found.path})", markup=False)
    for version in found.versions:
        title = f"{version.id}: {version.source.title} {version.source.address}"
        table = Table(title=title, title_justify="left")
        for heading in ("criterion", "clause", "name", "what it asks", "status"):
            table.add_column(heading, overflow="fold")
        for criterion in version.walk():
            asked = describe_requirement(found.catalog, criterion, lang)
            name = criterion.label.of(lang)
            table.add_row(criterion.id, criterion.clause, name, asked, criterion.status)
        console.print(table)
        if version.note.of(lang):
            console.print(version.note.of(lang), markup=False)


@rules_app.command("check")
def check_rules(
    rulebook: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
    *,
    rules: Folder = None,
) -> None:
    """Check rulebooks: their form, their hand-computed cases, and that each figure has a case.

    Exits with 4 where a case comes out otherwise, or a figure could change unnoticed.
    """
    problems: list[str] = []
    for checked in _chosen(load_rulebooks(rules), rulebook):
        cases = load_cases(checked)
        found = [str(failure) for failure in run_cases(checked, cases)]
        found += [str(unguarded) for unguarded in find_unguarded(checked, cases)]
        console.print(f"{checked.id}: {len(cases)} cases, {len(found)} problems", markup=False)
        problems += found
    for problem in problems:
        console.print(f"  {problem}", markup=False, soft_wrap=True)
    if problems:
        raise CriteriaError(f"{len(problems)} problems in the rulebooks; correct figure or case")


@rules_app.command("schema")
def print_schema(
    out: Annotated[Path, typer.Argument(help="The JSON file to write.")] = Path(
        "rulebook.schema.json"
    ),
) -> None:
    """Write the JSON schema of rulebooks, which lets an editor complete and check them."""
    text = json.dumps(make_schema(), ensure_ascii=False, indent=2) + "\n"
    write_atomically(out, lambda file: file.write(text.encode()))
    console.print(f"wrote {out}", markup=False)


@facts_app.command("template")
def write_facts_template(
    out: Annotated[Path, typer.Argument(help="The XLSX file to write.")] = Path("facts.xlsx"),
    *,
    rules: Folder = None,
) -> None:
    """Write an empty facts file (XLSX) with units and notes in both languages."""
    write_template(out, load_rulebooks(rules))
    console.print(f"wrote {out}", markup=False)


def show_standing(
    facts: Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet, JSON or JSONL.")],
    *,
    as_of: Day = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only facts recorded by then count."),
    ] = None,
    rulebook: Annotated[str | None, typer.Option(help="Only this rulebook.")] = None,
    company: Annotated[str | None, typer.Option(help="Say the reasons for this one.")] = None,
    mode: Annotated[Mode, typer.Option(help="First application or renewal.")] = "first",
    illustrative: Annotated[
        bool, typer.Option("--illustrative", help="Let illustrative figures decide too.")
    ] = False,
    details: Annotated[
        bool, typer.Option("--details", help="With --out: every criterion with its sentences.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write CSV, XLSX, Parquet or JSON instead.")
    ] = None,
    rules: Folder = None,
    lang: Lang = "en",
    encoding: Annotated[str | None, typer.Option(help="Of a text file, e.g. gb18030.")] = None,
) -> None:
    """Show which tiers and policies companies meet on a day, and what is missing."""
    every = load_rulebooks(rules)
    asked = _Question(
        rulebooks=_chosen(every, rulebook),
        facts=read_facts(facts, every[0].catalog.facts, encoding=encoding),
        as_of=as_of.date() if as_of else date.today(),
        known_at=known_at.date() if known_at else None,
        mode=mode,
        with_illustrative=illustrative,
    )
    if out is not None:
        found = _answer(asked, company, details=details)
        export_frame(found, out)
        console.print(f"wrote {found.height} rows to {out}", markup=False)
    elif company is not None:
        _print_reasons(asked, company, lang)
    else:
        print_verdicts(asked.rulebooks, _answer(asked, None, details=False), lang)


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


def _print_reasons(asked: _Question, company: str, lang: Language) -> None:
    for explanation in explain_company(
        asked.rulebooks,
        asked.facts,
        company,
        as_of=asked.as_of,
        known_at=asked.known_at,
        mode=asked.mode,
        with_illustrative=asked.with_illustrative,
    ):
        print_explanation(explanation, lang)


def _chosen(rulebooks: tuple[Rulebook, ...], rulebook: str | None) -> tuple[Rulebook, ...]:
    return rulebooks if rulebook is None else (find_rulebook(rulebooks, rulebook),)
