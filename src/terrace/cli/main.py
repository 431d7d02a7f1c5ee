"""The command `terrace`: puts the groups of commands together and turns errors into exit codes.

Exit codes: 0 done, 1 an unexpected fault, 2 wrong usage, 3 input that cannot be taken,
4 anything else Terrace refuses with a reason.
"""

import sys

import typer

from terrace.cli import (
    assigning,
    demo,
    evaluating,
    explaining,
    impact,
    matching,
    path,
    population,
    records,
    rules,
    standing,
    training,
)
from terrace.cli.console import messages
from terrace.cli.refusals import write_refusal
from terrace.cli.rule_options import spoken_language
from terrace.errors import InputError, TerraceError

app = typer.Typer(
    name="terrace",
    help="Match research achievements with company needs; grade companies by dated rules.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_MATCHING = (demo, records, matching, explaining, assigning, training, evaluating)
_RULES = (rules, standing, population, path, impact)
for group in (*_MATCHING, *_RULES):
    group.register(app)


def run() -> None:
    """Run the command line; a refusal is one readable message, never a traceback."""
    try:
        app()
    except TerraceError as error:
        said = write_refusal(error, spoken_language())
        messages.print(said, style="red", markup=False, soft_wrap=True)
        sys.exit(3 if isinstance(error, InputError) else 4)


if __name__ == "__main__":
    run()
