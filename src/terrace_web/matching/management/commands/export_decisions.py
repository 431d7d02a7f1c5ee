"""``terrace-web export_decisions FILE.jsonl``: what was decided, for ``terrace train``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from terrace_web.matching.actions import export_decisions


class Command(BaseCommand):
    """Write the decision that holds on every pair, one JSON object a line."""

    help = "Write the decisions on pairs as JSONL, which 'terrace train --decisions' reads."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file to write."""
        parser.add_argument("path", type=Path, help="The file to write, FILE.jsonl.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file, and say how many decisions are in it."""
        count = export_decisions(options["path"])
        self.stdout.write(f"{count} decisions in {options['path']}")
