"""`terrace facts generate`: synthetic companies, labelled as such."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from terrace.cli.console import console
from terrace.cli.outputs import write_frame
from terrace.cli.rule_options import Lang
from terrace.cli.rules import facts_app
from terrace.cli.tables import say
from terrace.rules.calibration import load_calibration
from terrace.rules.labels import Label
from terrace.rules.population import generate_population

_GENERATED = Label("wrote {count} synthetic companies to {path}", "已写入{count}家合成企业：{path}")
_TRUTH = Label("wrote their true standing to {path}", "已写入其真实结论：{path}")
_MOST_COMPANIES = 2_000_000


def register(app: typer.Typer) -> None:  # noqa: ARG001
    """Add the command of this module to the group `facts`, which `terrace.cli.rules` registers."""
    facts_app.command("generate")(generate_facts)


def generate_facts(
    *,
    companies: Annotated[
        int, typer.Option(min=1, max=_MOST_COMPANIES, help="How many companies.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same companies.")] = 1,
    last_year: Annotated[
        int | None, typer.Option(min=1960, max=2100, help="Last closed fiscal year.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="The facts file: CSV, XLSX, Parquet, JSON or JSONL.")
    ] = Path("synthetic.csv"),
    truth: Annotated[
        Path | None, typer.Option(help="Also write what each company is by construction.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Generate synthetic companies, calibrated on public totals; none of them is real."""
    population = generate_population(
        load_calibration(),
        companies=companies,
        seed=seed,
        last_year=last_year if last_year is not None else date.today().year - 1,
    )
    write_frame(out, population.facts)
    line = say(_GENERATED, lang, count=companies, path=out)
    console.print(line, markup=False, soft_wrap=True)
    if truth is not None:
        write_frame(truth, population.truth)
        console.print(say(_TRUTH, lang, path=truth), markup=False, soft_wrap=True)
