"""``terrace-web rebuild_index``: indexes, pairs and landscape anew from the records."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from terrace.cli.console import progress_bar
from terrace_web.matching.actions import build_landscape, rebuild_index


class Command(BaseCommand):
    """Rebuild what can be rebuilt; decisions stay. Stop the worker meanwhile."""

    help = "Write the search indexes, all matches and the landscape anew from the records."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--quiet`` draws no progress bars."""
        parser.add_argument("--quiet", action="store_true", help="Draw no progress bars.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rebuild, and say how much there is."""
        with progress_bar(quiet=options["quiet"]) as progress:
            pairs = rebuild_index(progress)
            places = build_landscape(progress)
        self.stdout.write(f"{pairs} pairs, {places} records on the map")
