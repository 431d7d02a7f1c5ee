"""``terrace-web backup [FILE]``: all records, histories, matches and uploads in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from terrace_web.backups.actions import make_backup


class Command(BaseCommand):
    """Write a backup."""

    help = "Write all records, histories, matches and uploads to one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", nargs="?", type=Path, help="default: a new one in backups/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and say where it is."""
        path, manifest = make_backup(by=None, now=timezone.now(), path=options["file"])
        size = path.stat().st_size / 1e6
        self.stdout.write(f"{sum(manifest.rows.values())} rows, {size:.1f} MB: {path}")
