"""``terrace-web COMMAND``: Django's management commands for this project."""

import os
import sys

from django.core.management import execute_from_command_line

from terrace.errors import TerraceError


def run() -> None:
    """Run the command named on the command line; settings that do not hold end in a message."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace_web.settings")
    try:
        execute_from_command_line(["terrace-web", *sys.argv[1:]])
    except TerraceError as error:
        sys.exit(f"terrace-web: {error}")


if __name__ == "__main__":
    run()
