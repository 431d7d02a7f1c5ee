"""``terrace-web restore FILE``: everything as it was in a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from terrace_web.backups.actions import restore_backup
from terrace_web.backups.errors import BackupError


class Command(BaseCommand):
    """Go back to a backup."""

    help = "Replace everything by what a backup holds, then rebuild the indexes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, and whether to ask first."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask first")
        parser.add_argument("--no-index", action="store_true", help="rebuild the indexes later")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, restore, rebuild."""
        if not options["file"].is_file():
            raise CommandError(f"there is no file {options['file']}; nothing was changed")
        if not (options["yes"] or _is_meant()):
            raise CommandError("nothing was changed; --yes does not ask")
        try:
            manifest = restore_backup(options["file"], by=None, now=timezone.now())
        except BackupError as error:
            raise CommandError(f"{error}; nothing was changed") from error
        self.stdout.write(f"{sum(manifest.rows.values())} rows as of {manifest.made_at}")
        if not options["no_index"]:
            call_command("rebuild_index")


def _is_meant() -> bool:
    """Whether somebody types the word; nobody does where nobody sits at the terminal."""
    try:
        return input("This replaces everything here. Type 'restore': ") == "restore"
    except EOFError:
        return False
