"""`terrace train`: a ranker of one's own, from links and decisions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from terrace.cli import options
from terrace.cli.console import console, messages, progress_bar
from terrace.cli.inputs import Reading, choose_zone, gather_records
from terrace.cli.measure_tables import print_retraining
from terrace.cli.models import NONE, Models, choose_models, open_matcher, shipped_ranker_of
from terrace.errors import NotFound, TerraceError
from terrace.match.decisions import join_decisions, read_decisions
from terrace.match.lessons import FEWEST, collect_lessons, read_groups
from terrace.match.rank import Ranker
from terrace.match.retraining import retrain
from terrace.match.runs import read_qrels
from terrace.match.train import Lesson
from terrace.progress import Progress
from terrace.sources import AUTO
from terrace.zone import LINK_SCHEMA, Zone

_EXAMPLES = """
Examples:

  terrace train --zone my-zone

  terrace train --needs needs.csv --achievements done.csv --links qrels.tsv --out ours.json

  terrace train --zone my-zone --decisions decisions.jsonl --group call
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train", epilog=_EXAMPLES)(train_on_links)


def train_on_links(
    *,
    needs: options.NeedsFile = None,
    achievements: options.AchievementsFile = None,
    zone: options.ZoneFolder = None,
    links: Annotated[
        Path | None,
        typer.Option(
            rich_help_panel="Records",
            show_default="the zone's links",
            help="Known links: need_id, achievement_id, relevance.",
        ),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(
            rich_help_panel="Records",
            show_default="the zone's decisions",
            help="JSONL: need_id, achievement_id, decision (shortlist, reject, later).",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(show_default="the zone's ranker", help="Where the ranker goes (JSON)."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start from nothing, not from the shipped ranker.")
    ] = False,
    group: Annotated[
        str | None,
        typer.Option(
            show_default=False,
            metavar="COLUMN",
            help="Needs with one value in this column of theirs are tested together.",
        ),
    ] = None,
    source: options.SourceName = AUTO,
    mapping: options.MappingFile = None,
    encoding: options.Encoding = None,
    skip_bad: options.SkipBad = False,
    embedder: options.EmbedderSpecs = None,
    ranker: options.RankerFile = None,
    cache: options.CacheFile = None,
    quiet: options.Quiet = False,
) -> None:
    """Train a ranker on known links and on decisions, and say whether it is any better.

    Each need is ranked by weights that never saw it. A pair that is neither linked nor
    decided is unjudged: it counts as a weak miss only, a rejected one as a miss.
    """
    how = Reading(source=source, mapping=mapping, encoding=encoding, skip_bad=skip_bad, quiet=quiet)
    opened = None if needs and achievements and not zone else choose_zone(zone, quiet=quiet)
    target = choose_target(out, opened)
    asking = gather_records("need", needs, opened, how)
    searched = gather_records("achievement", achievements, opened, how)
    judged = gather_links(links, decisions, opened)
    groups = read_groups(asking, group) if group else None
    prior = choose_prior(opened, ranker, fresh=fresh)
    models = choose_models(opened, embedders=embedder, ranker=NONE, cache=cache, quiet=quiet)
    with progress_bar(quiet=quiet) as progress:
        lessons = _collect(models, asking, searched, judged, groups=groups, progress=progress)
        found = retrain(lessons, judged, trained_on=_describe(judged), prior=prior)
    found.ranker.save(target)
    if not quiet:
        print_retraining(console, found, started_from=prior.trained_on if prior else "nothing")
        messages.print(f"the ranker is in {target}", soft_wrap=True)


def choose_target(out: Path | None, zone: Zone | None) -> Path:
    """Where the ranker goes.

    Raises:
        TerraceError: neither a file nor a zone that can be written was named.
    """
    if out is not None:
        return out
    if zone is None or zone.is_read_only:
        raise TerraceError("say where the ranker goes: --out FILE.json, or --zone a zone of yours")
    return zone.ranker_path


def gather_links(links: Path | None, decisions: Path | None, zone: Zone | None) -> pl.DataFrame:
    """Known links joined with decisions, from files where given, else from the zone.

    Raises:
        NotFound: there is nothing to learn from.
        InputError: a file cannot be read.
    """
    known = read_qrels(links) if links else zone.links() if zone else LINK_SCHEMA.to_frame()
    stored = zone.decisions_path if zone and zone.decisions_path.is_file() else None
    path = decisions or stored
    joined = join_decisions(known, read_decisions(path)) if path else known
    if joined.is_empty():
        raise NotFound(
            "there is nothing to learn from: give --links or --decisions, "
            f"with links for at least {FEWEST} needs"
        )
    return joined


def choose_prior(zone: Zone | None, named: str | None, *, fresh: bool) -> Ranker | None:
    """The ranker to start from: the named one, else the shipped one; None to start afresh.

    Raises:
        RankerError: the file is missing or damaged.
    """
    if fresh or named == NONE:
        return None
    return Ranker.load(Path(named)) if named else shipped_ranker_of(zone)


def _collect(
    models: Models,
    needs: pl.DataFrame,
    achievements: pl.DataFrame,
    links: pl.DataFrame,
    *,
    groups: Mapping[str, str] | None,
    progress: Progress,
) -> list[Lesson]:
    with open_matcher(models, "achievement", "need") as matcher:
        matcher.fit(achievements, progress)
        return collect_lessons(
            matcher, needs, links, zone="own", group_of=groups, progress=progress
        )


def _describe(links: pl.DataFrame) -> str:
    linked = links.filter(pl.col("relevance") > 0)
    return f"{linked.height} links of {linked['need_id'].n_unique()} needs"
