"""``terrace-web load_demo``: the sample zone and an invented cast, indexed and matched."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from terrace.cli.console import progress_bar
from terrace_web.demo.loading import load_demo
from terrace_web.matching.actions import build_landscape, rebuild_index
from terrace_web.matching.models import Pair
from terrace_web.matching.tasks import match_all


class Command(BaseCommand):
    """Load the demonstration into a demo installation."""

    help = "Load the sample zone and an invented cast, index and match them. Runs once."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--quiet`` draws no progress bars."""
        parser.add_argument("--quiet", action="store_true", help="Draw no progress bars.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, index, match, and say how much there is.

        Raises:
            CommandError: this is no demo installation, whose logins everybody knows.
        """
        if settings.CONFIG.mode == "production":
            raise CommandError("the demonstration has public passwords; set TERRACE_MODE=demo")
        began = time.monotonic()
        with progress_bar(quiet=options["quiet"]) as progress:
            loaded = load_demo(timezone.now(), progress)
            added = {each.kind: each.added for each in loaded if each.added}
            if not added and Pair.objects.exists():
                self.stdout.write("The demonstration is loaded already.")
                return
            pairs = rebuild_index(progress, asking=("need",))
            places = build_landscape(progress)
        # Achievements asking for needs takes longer than anybody likes to wait for a first page.
        match_all.enqueue()
        said = ", ".join(f"{count} {kind}" for kind, count in added.items()) or "nothing new"
        self.stdout.write(
            f"Loaded in {time.monotonic() - began:.0f} s: {said}; "
            f"{pairs} pairs, {places} records on the map. "
            "The worker goes on with what each achievement could be used for."
        )
        for each in loaded:
            if each.unknown_fields:
                names = ", ".join(each.unknown_fields)
                self.stdout.write(f"Fields of {each.kind} not known here, left out: {names}")
