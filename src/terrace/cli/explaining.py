"""`terrace explain`: why an achievement may fit a need, requirement by requirement."""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

import polars as pl
import typer

from terrace.cli import options
from terrace.cli.console import console, progress_bar
from terrace.cli.explain_tables import print_account
from terrace.cli.inputs import Reading, choose_zone, gather_records
from terrace.cli.models import choose_models, open_matcher
from terrace.match.account import Account, account_for, describe_account
from terrace.match.matcher import Matcher
from terrace.progress import Progress
from terrace.records import row_of
from terrace.sources import AUTO

_EXAMPLES = """
Examples:

  terrace explain SBIR-N162092 AWD-04987

  terrace explain SBIR-N162092 AWD-04987 --language zh

  terrace explain N-7 A-12 --needs needs.csv --achievements achievements.csv --json
"""


class Language(StrEnum):
    """In which language the verdicts are written."""

    EN = "en"
    ZH = "zh"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", epilog=_EXAMPLES)(explain_match)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """The pair in question, and all achievements it is seen among."""

    need: pl.DataFrame
    achievement_id: str
    achievements: pl.DataFrame
    today: date


def explain_match(
    need: Annotated[str, typer.Argument(help="The id of the need.")],
    achievement: Annotated[str, typer.Argument(help="The id of the achievement.")],
    *,
    needs: options.NeedsFile = None,
    achievements: options.AchievementsFile = None,
    zone: options.ZoneFolder = None,
    language: Annotated[Language, typer.Option(help="Of the explanation.")] = Language.EN,
    as_json: options.AsJson = False,
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
    """Explain a pair: its requirements with quoted evidence, its gates, its score.

    Every verdict quotes the achievement's own words. "No evidence" says that nothing
    was found in them, never that the achievement does not fit.
    """
    how = Reading(source=source, mapping=mapping, encoding=encoding, skip_bad=skip_bad, quiet=quiet)
    opened = None if needs and achievements and not zone else choose_zone(zone, quiet=quiet)
    models = choose_models(opened, embedders=embedder, ranker=ranker, cache=cache, quiet=quiet)
    found = gather_records("achievement", achievements, opened, how)
    pair = _Pair(
        need=row_of(gather_records("need", needs, opened, how), need),
        achievement_id=row_of(found, achievement)["id"][0],
        achievements=found,
        today=options.parse_day(today),
    )
    with open_matcher(models, "achievement", "need") as matcher, progress_bar(quiet=quiet) as told:
        account = _account_for(matcher, pair, told)
    if as_json:
        typer.echo(json.dumps(describe_account(account), ensure_ascii=False, indent=1))
    else:
        print_account(console, account, language=language.value)


def _account_for(matcher: Matcher, pair: _Pair, progress: Progress) -> Account:
    matcher.fit(pair.achievements, progress)
    achievement = row_of(pair.achievements, pair.achievement_id)
    return account_for(matcher, pair.need, achievement, today=pair.today, progress=progress)
