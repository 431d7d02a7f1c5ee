"""`terrace path` and `terrace forecast`: the cheapest way up, and the year ahead."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from terrace.cli.console import console, progress_bar
from terrace.cli.outputs import write_frame
from terrace.cli.path_rows import list_answers
from terrace.cli.path_tables import (
    print_answer,
    print_forecast,
    print_ladder,
    print_what_ifs,
)
from terrace.cli.rule_options import Day, Encoding, FactsFile, Folder, Illustrative, Lang
from terrace.cli.synthetic import warn_of_synthetic
from terrace.cli.tables import WROTE, WROTE_ROWS, say
from terrace.cli.worded import word_workbook
from terrace.errors import CriteriaError, TerraceError
from terrace.rules import Rulebook, load_ladder, load_rulebooks, read_facts
from terrace.rules.forecast import (
    expect_counts,
    find_standings,
    list_lapsing,
    list_within_reach,
    load_odds,
)
from terrace.rules.labels import Language
from terrace.rules.path import Answer, Horizon, Levers, Setting, find_path, find_paths, load_levers
from terrace.rules.path.horizon import add_months
from terrace.rules.path.sensitivity import vary_assumptions

LadderFile = Annotated[Path | None, typer.Option("--ladder", help="Another ladder.yaml.")]
LeversFile = Annotated[Path | None, typer.Option("--levers", help="Another levers.yaml.")]
Out = Annotated[Path | None, typer.Option(help="Write CSV, XLSX, Parquet or JSON instead.")]
Growth = Annotated[
    float | None, typer.Option(help="How much sales and spending grow a year, e.g. 0.05.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("path", epilog=_PATH_EXAMPLES)(show_path)
    app.command("forecast", epilog=_FORECAST_EXAMPLES)(show_forecast)


_PATH_EXAMPLES = """
Examples:

  terrace path facts.xlsx 西安某某科技 --to srdi --by 2029-12-31

  terrace path facts.csv Acme --by 2029-12-31 --growth 0.08        (the whole ladder)

  terrace path facts.csv Acme --to hnte --by 2028-12-31 --levers ours.yaml --what-if
"""
_FORECAST_EXAMPLES = """
Examples:

  terrace forecast facts.csv

  terrace forecast facts.csv --months 6 --plans 20 --out worklist.xlsx

  terrace forecast facts.csv --short 1        (also who lacks a patent, or one yes)
"""


def show_path(
    facts: FactsFile,
    company: Annotated[str, typer.Argument(help="The company, as the file names it.")],
    *,
    by: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day to hold the title on.")
    ],
    to: Annotated[
        str | None, typer.Option(help="A title of the ladder; without it, every one.")
    ] = None,
    as_of: Day = None,
    plans: Annotated[int, typer.Option(min=1, max=10, help="How many different plans.")] = 3,
    growth: Growth = None,
    certain: Annotated[
        bool, typer.Option("--certain", help="Leave nothing to experts' good will.")
    ] = False,
    what_if: Annotated[
        bool, typer.Option("--what-if", help="Also vary every assumption (some seconds).")
    ] = False,
    illustrative: Illustrative = False,
    levers: LeversFile = None,
    ladder: LadderFile = None,
    rules: Folder = None,
    out: Out = None,
    lang: Lang = "en",
    encoding: Encoding = None,
) -> None:
    """Show the cheapest way of a company to a title by a day, or what stands in the way."""
    rulebooks = load_rulebooks(rules)
    table = read_facts(facts, rulebooks[0].catalog.facts, encoding=encoding)
    warn_of_synthetic(table.filter(pl.col("company") == company), lang)
    setting = Setting(
        rulebooks=rulebooks,
        ladder=load_ladder(ladder, rulebooks=rulebooks),
        levers=_load_levers(levers, rulebooks, growth),
        horizon=_make_horizon(as_of, by),
        certainty="certain" if certain else "possible",
        with_illustrative=illustrative,
    )
    answers = _answer(setting, table, company, to, plans)
    if out is not None:
        write_frame(out, list_answers(answers))
        console.print(say(WROTE, lang, path=out), markup=False, soft_wrap=True)
        return
    _print_answers(setting, answers, to, lang)
    if what_if and to is not None and answers[0].plans:
        plan = answers[0].plans[0]
        found = vary_assumptions(setting, table, company, target=to, plan=plan)
        print_what_ifs(found, lang)


def _answer(
    setting: Setting, facts: pl.DataFrame, company: str, target: str | None, plans: int
) -> list[Answer]:
    if target is not None:
        return [find_path(setting, facts, company, target=target, most_plans=plans)]
    return find_paths(setting, facts, company, targets=list(setting.ladder.titles))


def _print_answers(
    setting: Setting, answers: Sequence[Answer], target: str | None, lang: Language
) -> None:
    if target is None:
        print_ladder(setting, answers, lang)
    else:
        print_answer(setting, answers[0], lang)


def _make_horizon(as_of: datetime | None, by: datetime) -> Horizon:
    start = as_of.date() if as_of else date.today()
    if not start < by.date() <= add_months(start, 120):
        raise TerraceError(
            f"--by {by.date()} is not within ten years after {start}; give a later or nearer day"
        )
    return Horizon(start, by.date())


def _load_levers(path: Path | None, rulebooks: Sequence[Rulebook], growth: float | None) -> Levers:
    levers = load_levers(path, rulebooks=rulebooks)
    if growth is None:
        return levers
    if not -1 < growth <= 1:
        raise TerraceError(f"--growth {growth:g} is no yearly growth; write a fraction as 0.05")
    return dataclasses.replace(levers, growth=growth)


def show_forecast(
    facts: FactsFile,
    *,
    as_of: Day = None,
    months: Annotated[int, typer.Option(min=1, max=36, help="How far ahead.")] = 12,
    plans: Annotated[
        int, typer.Option(min=0, help="For how many of the nearest companies to seek a plan.")
    ] = 0,
    short: Annotated[
        float,
        typer.Option(min=0.0, help="What may be short of a title, as a share of what it asks."),
    ] = 0.5,
    growth: Growth = None,
    illustrative: Illustrative = False,
    odds: Annotated[Path | None, typer.Option(help="Another odds.yaml.")] = None,
    levers: LeversFile = None,
    ladder: LadderFile = None,
    rules: Folder = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the worklist as CSV, XLSX, Parquet or JSON.")
    ] = None,
    lapsing_out: Annotated[
        Path | None, typer.Option(help="Write the certificates that lapse, likewise.")
    ] = None,
    lang: Lang = "en",
    encoding: Encoding = None,
) -> None:
    """Show which certificates lapse, who stands near a title, and how many will hold each."""
    rulebooks = load_rulebooks(rules)
    table = read_facts(facts, rulebooks[0].catalog.facts, encoding=encoding)
    warn_of_synthetic(table, lang)
    start = as_of.date() if as_of else date.today()
    setting = Setting(
        rulebooks=rulebooks,
        ladder=load_ladder(ladder, rulebooks=rulebooks),
        levers=_load_levers(levers, rulebooks, growth),
        horizon=Horizon(start, add_months(start, months)),
        with_illustrative=illustrative,
    )
    standings = find_standings(
        rulebooks, setting.ladder, table, as_of=start, with_illustrative=illustrative
    )
    near = list_within_reach(standings, most_distance=short)
    reach = _add_plans(setting, table, near, plans) if plans else near
    lapsing = list_lapsing(standings, as_of=start, months=months)
    if out is not None or lapsing_out is not None:
        _write_lists({out: reach, lapsing_out: lapsing}, setting, lang)
        return
    counts = expect_counts(standings, load_odds(odds), as_of=start, months=months)
    print_forecast(setting, lapsing, reach, counts, lang)


def _write_lists(
    lists: Mapping[Path | None, pl.DataFrame], setting: Setting, lang: Language
) -> None:
    for path, frame in lists.items():
        if path is not None:
            write_frame(path, word_workbook(path, frame, lang, ladder=setting.ladder))
            line = say(WROTE_ROWS, lang, rows=frame.height, path=path)
            console.print(line, markup=False, soft_wrap=True)


def _add_plans(
    setting: Setting, facts: pl.DataFrame, reach: pl.DataFrame, most: int
) -> pl.DataFrame:
    """The worklist with the least cost of getting there; empty where none was sought or found."""
    costs: list[float | None] = []
    with progress_bar() as progress:
        for number, row in enumerate(reach.head(most).iter_rows(named=True), start=1):
            costs.append(_least_cost(setting, facts, row["company"], row["title"]))
            progress("plans", number, min(most, reach.height))
    costs += [None] * (reach.height - len(costs))
    return reach.with_columns(pl.Series("cost_yuan", costs, dtype=pl.Float64))


def _least_cost(setting: Setting, facts: pl.DataFrame, company: str, title: str) -> float | None:
    try:
        answer = find_path(setting, facts, company, target=title, most_plans=1)
    except CriteriaError:
        return None
    return answer.plans[0].cost_yuan if answer.plans else None
