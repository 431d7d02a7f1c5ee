"""`terrace match`: what fits what, from files or a zone, into a file or onto the screen."""

from datetime import date
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from terrace.cli import options
from terrace.cli.console import console, messages, progress_bar
from terrace.cli.inputs import Reading, choose_zone, gather_records
from terrace.cli.match_tables import print_companies, print_desk
from terrace.cli.models import Models, choose_models
from terrace.cli.outputs import require_writable, write_frame
from terrace.cli.questions import Direction, Files, Question, find_pairs, keep_first
from terrace.match.conditions import parse_where
from terrace.match.desk import add_gates, lay_out
from terrace.match.yardsticks import measure_rarity
from terrace.sources import AUTO
from terrace.zone import Zone

_SHOWN_TOP, _WRITTEN_TOP = 5, 100
_EXAMPLES = """
Examples:

  terrace match --needs needs.jsonl --achievements achievements.jsonl --top 100 --out pairs.parquet

  terrace match --needs needs.csv --achievements 成果.xlsx --show 3

  terrace match --direction achievements --where "deadline >= '2026-06-01'" --out pairs.csv --gates

  terrace match --achievements ours.jsonl --companies firms.csv --direction companies

  terrace match --zone my-zone --embedder none --where "readiness >= 5 and language = 'en'"
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("match", epilog=_EXAMPLES)(match_records)


def match_records(
    *,
    needs: options.NeedsFile = None,
    achievements: options.AchievementsFile = None,
    companies: Annotated[
        Path | None,
        typer.Option(
            rich_help_panel="Records",
            show_default=False,
            help="A file of companies that could use the achievements.",
        ),
    ] = None,
    zone: options.ZoneFolder = None,
    direction: Annotated[
        Direction,
        typer.Option(help="For whom: each need, or each achievement (its needs, its companies)."),
    ] = Direction.NEEDS,
    top: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=100_000,
            show_default=f"{_WRITTEN_TOP} into a file, {_SHOWN_TOP} on the screen",
            help="How many are found for each.",
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(help="Only what meets a condition over its attributes.", show_default=False),
    ] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out pairs of less confidence.")
    ] = 0.0,
    out: Annotated[
        Path | None,
        typer.Option(
            show_default=False,
            help="Write all pairs here: .parquet, .csv, .tsv, .jsonl or .xlsx.",
        ),
    ] = None,
    gates: Annotated[
        bool, typer.Option("--gates", help="With --out: add the columns gates and near_miss.")
    ] = False,
    show: Annotated[
        int, typer.Option(min=1, help="Without --out: for how many of those who ask.")
    ] = 5,
    today: options.Today = None,
    source: options.SourceName = AUTO,
    mapping: options.MappingFile = None,
    encoding: options.Encoding = None,
    skip_bad: options.SkipBad = False,
    embedder: options.EmbedderSpecs = None,
    ranker: options.RankerFile = None,
    cache: options.CacheFile = None,
    quiet: options.Quiet = False,
) -> None:
    """Match needs with achievements, or achievements with needs or companies.

    A record has an id and at least one of title, objective, abstract, text and
    description. With --out every pair goes into a file with the columns need_id,
    achievement_id, rank, score and confidence; else the best are shown. What was
    embedded is kept, so an interrupted run goes on where it was.
    """
    direction = _settle_direction(direction, companies, gates=gates)
    if out:
        require_writable(out)
    how = Reading(source=source, mapping=mapping, encoding=encoding, skip_bad=skip_bad, quiet=quiet)
    files = Files(need=needs, achievement=achievements, company=companies)
    condition = parse_where(direction.found, where) if where else None
    opened = _open_zone(direction, files, zone, quiet=quiet)
    question = Question(
        direction=direction,
        asking=gather_records(direction.asked_by, files.of(direction.asked_by), opened, how),
        searched=gather_records(direction.found, files.of(direction.found), opened, how),
        top=top or (_WRITTEN_TOP if out else _SHOWN_TOP),
        where=condition,
        min_confidence=min_confidence,
    )
    models = choose_models(opened, embedders=embedder, ranker=ranker, cache=cache, quiet=quiet)
    day = options.parse_day(today)
    if out:
        _write_pairs(out, question, models, day if gates else None, quiet=quiet)
    else:
        _show_pairs(question, models, show=show, today=day, quiet=quiet)


def _settle_direction(direction: Direction, companies: Path | None, *, gates: bool) -> Direction:
    if companies and direction is Direction.NEEDS:
        raise typer.BadParameter("companies are found for achievements: add --direction companies")
    settled = Direction.COMPANIES if companies else direction
    if gates and settled is Direction.COMPANIES:
        raise typer.BadParameter("--gates hold between a need and an achievement, not a company")
    return settled


def _open_zone(
    direction: Direction, files: Files, folder: Path | None, *, quiet: bool
) -> Zone | None:
    """The zone, where it is named or has to give what no file gives."""
    complete = files.of(direction.asked_by) and files.of(direction.found)
    return None if complete and folder is None else choose_zone(folder, quiet=quiet)


def _write_pairs(
    out: Path, question: Question, models: Models, today: date | None, *, quiet: bool
) -> None:
    with question.open_matcher(models) as matcher, progress_bar(quiet=quiet) as progress:
        pairs = find_pairs(matcher, question, progress)
    if today is not None:
        pairs = add_gates(pairs, question.needs, question.achievements, today=today)
    write_frame(out, pairs)
    if not quiet:
        messages.print(_describe(pairs, question) + f" in {out}", soft_wrap=True)


def _show_pairs(question: Question, models: Models, *, show: int, today: date, quiet: bool) -> None:
    with question.open_matcher(models) as matcher:
        with progress_bar(quiet=quiet) as progress:
            pairs = find_pairs(matcher, question, progress)
        shown = keep_first(pairs, question, show)
        if question.direction is Direction.COMPANIES:
            print_companies(console, shown, question.asking, question.searched)
        else:
            idf = measure_rarity(matcher.corpus)
            rows = lay_out(shown, question.needs, question.achievements, idf=idf, today=today)
            print_desk(console, rows, by=question.direction.asked_by)
    asked = question.asking.height
    if asked > show:
        console.print(
            f"{asked - show} more of {asked} are left out: --show {asked} for all of them, "
            "--out FILE for a table of all pairs",
            style="dim",
        )


def _describe(pairs: pl.DataFrame, question: Question) -> str:
    answered, asked = pairs[question.key].n_unique(), question.asking.height
    return f"{pairs.height} pairs for {answered} of {asked} {question.direction.asked_by}s"
