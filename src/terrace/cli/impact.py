"""`terrace impact`: what a change of a tier or policy does to all companies."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from terrace.cli.console import console
from terrace.cli.impact_tables import print_impact
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
from terrace.cli.synthetic import warn_of_synthetic
from terrace.cli.tables import WROTE_ROWS, say
from terrace.cli.worded import word_workbook
from terrace.errors import NotFound
from terrace.rules.criteria import Mode
from terrace.rules.facts_file import read_facts
from terrace.rules.impact import Impact, assess_impact
from terrace.rules.impact_reasons import write_reasons
from terrace.rules.labels import Language
from terrace.rules.proposals import edit_figures, find_proposal
from terrace.rules.rulebook import load_rulebooks

_EXAMPLES = """
Examples:

  terrace impact srdi@2022 srdi@2026 facts.csv --as-of 2026-04-01 --illustrative

  terrace impact srdi@2026 srdi@2026 facts.csv --set S4a1=2000万元 --set S5b=4%

  terrace impact hnte@2016 my-rules/hnte.yaml facts.xlsx --language zh --reasons reasons.xlsx
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("impact", epilog=_EXAMPLES)(show_impact)


def show_impact(
    old: Annotated[
        str,
        typer.Argument(
            help="rulebook@version, or a rulebook's YAML file; without @version that of the day."
        ),
    ],
    new: Annotated[str, typer.Argument(help="The same, of what is proposed.")],
    facts: FactsFile,
    *,
    edits: Annotated[
        list[str] | None,
        typer.Option("--set", help="CRITERION=VALUE: edit a figure of NEW; may be repeated."),
    ] = None,
    as_of: Day = None,
    known_at: KnownAt = None,
    mode: Annotated[Mode, typer.Option(help="First application or renewal.")] = "first",
    illustrative: Illustrative = False,
    amount: Annotated[
        float | None, typer.Option(help="Yuan that one company costs, if the law states none.")
    ] = None,
    company: Annotated[str | None, typer.Option(help="Say the reasons for this one.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write each company's move: CSV, XLSX, Parquet or JSON.")
    ] = None,
    reasons: Annotated[
        Path | None, typer.Option(help="Write the deciding criteria in sentences.")
    ] = None,
    rules: Folder = None,
    lang: Lang = "en",
    encoding: Encoding = None,
) -> None:
    """Compare two versions of a rulebook: who enters, who leaves, why, and at what cost."""
    for path in (out, reasons):
        if path is not None:
            require_writable(path)
    rulebooks = load_rulebooks(rules)
    day = as_of.date() if as_of else date.today()
    before = find_proposal(old, rulebooks, day=day, mode=mode)
    after = edit_figures(find_proposal(new, rulebooks, day=day, mode=mode), edits or [])
    declared = {**before.rulebook.catalog.facts, **after.rulebook.catalog.facts}
    frame = read_facts(facts, declared, encoding=encoding)
    warn_of_synthetic(frame, lang)
    impact = assess_impact(
        before,
        after,
        frame,
        as_of=day,
        known_at=known_at.date() if known_at else None,
        mode=mode,
        with_illustrative=illustrative,
        amount_yuan=amount,
    )
    _export(impact, out, reasons, lang)
    _require_company(impact, company)
    print_impact(impact, lang, company)


def _export(impact: Impact, out: Path | None, reasons: Path | None, lang: Language) -> None:
    if out is not None:
        write_frame(out, word_workbook(out, impact.moves, lang))
        _say_written(impact.moves.height, out, lang)
    if reasons is not None:
        books = impact.old.rulebook, impact.new.rulebook
        said = write_reasons(*books, impact.reasons)
        write_frame(reasons, word_workbook(reasons, said, lang, rulebooks=books))
        _say_written(impact.reasons.height, reasons, lang)


def _say_written(rows: int, path: Path, lang: Language) -> None:
    console.print(say(WROTE_ROWS, lang, rows=rows, path=path), markup=False, soft_wrap=True)


def _require_company(impact: Impact, company: str | None) -> None:
    if company is not None and company not in impact.moves["company"]:
        raise NotFound(f"the facts know no company '{company}'; look for its spelling in the file")
