"""`terrace demo`: the sample zone matched and told as a short story."""

import tempfile
from pathlib import Path

import typer

from terrace.cli import options
from terrace.cli.console import console, progress_bar
from terrace.cli.demo_story import (
    match_needs,
    tell_achievement,
    tell_needs,
    tell_next_steps,
    tell_plan,
    tell_quality,
    tell_zone,
)
from terrace.cli.demo_zone import DemoZone, read_demo_zone
from terrace.cli.models import Models, choose_models, open_matcher

_EXAMPLES = """
Examples:

  terrace demo

  terrace demo --embedder none
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog=_EXAMPLES)(show_demo)


def show_demo(
    *,
    embedder: options.EmbedderSpecs = None,
    ranker: options.RankerFile = None,
    cache: options.CacheFile = None,
    quiet: options.Quiet = False,
) -> None:
    """Match the zone that ships with Terrace, and tell what came of it.

    Nothing is fetched and nothing of yours is changed.
    """
    sample = read_demo_zone()
    with tempfile.TemporaryDirectory(prefix="terrace-demo-") as folder:
        models = choose_models(
            sample.zone,
            embedders=embedder,
            ranker=ranker,
            cache=cache or Path(folder) / "vectors.sqlite",
            quiet=quiet,
        )
        _tell_story(sample, models, quiet=quiet)


def _tell_story(sample: DemoZone, models: Models, *, quiet: bool) -> None:
    tell_zone(console, sample)
    with open_matcher(models, "achievement", "need") as matcher:
        with progress_bar(quiet=quiet) as progress:
            pairs = match_needs(matcher, sample, progress)
            tell_needs(console, sample, matcher, pairs, progress)
            tell_achievement(console, sample, models, progress)
        tell_plan(console, sample, matcher, pairs)
    tell_quality(console, sample, pairs, trained_on=models.ranker.trained_on)
    tell_next_steps(console)
