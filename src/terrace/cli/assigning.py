"""`terrace assign`: which technology manager should handle which match."""

from pathlib import Path
from typing import Annotated

import typer

from terrace.cli import options
from terrace.cli.console import console, progress_bar
from terrace.cli.inputs import Reading, choose_zone, gather_records
from terrace.cli.models import choose_models, open_matcher
from terrace.cli.outputs import require_writable, write_frame
from terrace.cli.plan_tables import print_plan
from terrace.match.assign import AssignConfig, to_frame
from terrace.match.evaluate import read_pairs
from terrace.match.plans import plan_assignments, select_pairs
from terrace.sources import AUTO

_EXAMPLES = """
Examples:

  terrace assign --managers managers.jsonl

  terrace assign pairs.parquet --managers managers.csv --top 1 --out plan.xlsx

  terrace assign --per-match 2 --capacity 5 --exposure 1 --zone my-zone
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("assign", epilog=_EXAMPLES)(assign_managers)


def assign_managers(
    pairs: Annotated[
        Path | None,
        typer.Argument(
            show_default="matched now", help="A file of pairs that 'terrace match' wrote."
        ),
    ] = None,
    *,
    managers: Annotated[
        Path | None,
        typer.Option(
            rich_help_panel="Records",
            show_default="the zone's experts",
            help="A file of technology managers: name, works, capacity, conflicts, languages.",
        ),
    ] = None,
    needs: options.NeedsFile = None,
    achievements: options.AchievementsFile = None,
    zone: options.ZoneFolder = None,
    top: Annotated[int, typer.Option(min=1, help="How many pairs of each need go out.")] = 1,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out pairs of less confidence.")
    ] = 0.0,
    per_match: Annotated[int, typer.Option(min=1, help="At most so many managers a match.")] = 1,
    capacity: Annotated[
        int, typer.Option(min=1, help="For managers who state no capacity of theirs.")
    ] = 10,
    exposure: Annotated[
        int, typer.Option(min=0, help="How often an achievement may go out; 0 = no limit.")
    ] = 3,
    out: Annotated[
        Path | None, typer.Option(show_default=False, help="Write the plan here as well.")
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
    """Assign matches to technology managers.

    The plan gains the most expertise on the most promising matches, within everybody's
    capacity and without conflicts of interest, and spreads the work evenly.
    """
    if out:
        require_writable(out)
    given = read_pairs(pairs) if pairs else None
    how = Reading(source=source, mapping=mapping, encoding=encoding, skip_bad=skip_bad, quiet=quiet)
    complete = needs and achievements and managers and not zone
    opened = None if complete else choose_zone(zone, quiet=quiet)
    staff = gather_records("expert", managers, opened, how)
    need_frame = gather_records("need", needs, opened, how)
    achievement_frame = gather_records("achievement", achievements, opened, how)
    models = choose_models(opened, embedders=embedder, ranker=ranker, cache=cache, quiet=quiet)
    config = AssignConfig(
        managers_per_match=per_match, default_capacity=capacity, exposure_limit=exposure or None
    )
    with open_matcher(models, "achievement", "need") as matcher:
        with progress_bar(quiet=quiet) as progress:
            matcher.fit(achievement_frame, progress)
            found = (
                matcher.match(need_frame, top=top, progress=progress) if given is None else given
            )
        plan = plan_assignments(
            matcher,
            staff,
            select_pairs(found, top=top, min_confidence=min_confidence),
            needs=need_frame,
            achievements=achievement_frame,
            config=config,
        )
    if out:
        write_frame(out, to_frame(plan))
    if not quiet or not out:
        print_plan(console, plan, managers=staff, needs=need_frame, achievements=achievement_frame)
