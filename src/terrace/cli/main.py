"""The command `terrace`: puts the groups of commands together and turns errors into exit codes.

Exit codes: 0 done, 1 an unexpected fault, 2 wrong usage, 3 input that cannot be taken,
4 anything else Terrace refuses with a reason.
"""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module

import typer

from terrace.cli.console import messages
from terrace.cli.refusals import write_refusal
from terrace.cli.rule_options import spoken_language
from terrace.errors import InputError, TerraceError

# Each command and the modules that make it, so that a run imports no others.
_MODULES: Mapping[str, tuple[str, ...]] = {
    "demo": ("demo",),
    "import": ("records",),
    "records": ("records",),
    "match": ("matching",),
    "explain": ("explaining",),
    "assign": ("assigning",),
    "train": ("training",),
    "evaluate": ("evaluating",),
    "rules": ("rules",),
    "facts": ("rules", "population"),
    "standing": ("standing",),
    "path": ("path",),
    "forecast": ("path",),
    "impact": ("impact",),
}


def make_app(commands: Iterable[str] = _MODULES) -> typer.Typer:
    """The command line with the modules of these commands."""
    app = typer.Typer(
        name="terrace",
        help="Match research achievements with company needs; grade companies by dated rules.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        # Else a module with one command would be that command, without its name.
        callback=lambda: None,
    )
    for module in dict.fromkeys(name for command in commands for name in _MODULES[command]):
        import_module(f"terrace.cli.{module}").register(app)
    return app


def __getattr__(name: str) -> typer.Typer:
    """The whole command line as ``app``, for whoever reads it rather than runs it."""
    if name == "app":
        return make_app()
    raise AttributeError(name)


def run() -> None:
    """Run the command line; a refusal is one readable message, never a traceback."""
    asked = [word for word in sys.argv[1:2] if word in _MODULES]
    try:
        make_app(asked or _MODULES)()
    except TerraceError as error:
        said = write_refusal(error, spoken_language())
        messages.print(said, style="red", markup=False, soft_wrap=True)
        sys.exit(3 if isinstance(error, InputError) else 4)


if __name__ == "__main__":
    run()
