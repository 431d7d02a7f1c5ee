"""The command `terrace`: puts the groups of commands together and turns errors into exit codes.

Exit codes: 0 done, 1 an unexpected fault, 2 wrong usage, 3 input that cannot be taken,
4 anything else Terrace refuses with a reason.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

import typer

from terrace.cli.usage import asks_for_chinese, run_in_chinese
from terrace.errors import InputError, TerraceError

_HELP = ["-h", "--help"]


@dataclass(frozen=True, slots=True)
class Command:
    """The modules that make a command, and its line in the overview."""

    modules: tuple[str, ...]
    line: str


# So that a run imports only the modules of its command, and the overview none at all.
COMMANDS: Mapping[str, Command] = {
    "demo": Command(("demo",), "Match the zone that ships with Terrace, and tell what came of it."),
    "import": Command(
        ("records",), "Import records into a zone; a record of a known id is updated."
    ),
    "records": Command(("records",), "Count the records of a zone by kind, source and language."),
    "match": Command(
        ("matching",), "Match needs with achievements, or achievements with needs or companies."
    ),
    "explain": Command(
        ("explaining",),
        "Explain a pair: its requirements with quoted evidence, its gates, its score.",
    ),
    "assign": Command(("assigning",), "Assign matches to technology managers."),
    "train": Command(
        ("training",),
        "Train a ranker on known links and on decisions, and say whether it is any better.",
    ),
    "evaluate": Command(
        ("evaluating",),
        "Measure pairs against known links: nDCG@10, recall@100, MRR, with 95% intervals.",
    ),
    "rules": Command(("rules",), "Rulebooks: tiers and policies with their law."),
    "facts": Command(("rules", "population"), "The facts about companies that rules read."),
    "standing": Command(
        ("standing",), "Show which tiers and policies companies meet on a day, and what is missing."
    ),
    "path": Command(
        ("path",),
        "Show the cheapest way of a company to a title by a day, or what stands in the way.",
    ),
    "forecast": Command(
        ("path",),
        "Show which certificates lapse, who stands near a title, and how many will hold each.",
    ),
    "impact": Command(
        ("impact",),
        "Compare two versions of a rulebook: who enters, who leaves, why, and at what cost.",
    ),
}


def make_app(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with the modules of these commands."""
    app = _make_empty()
    for module in dict.fromkeys(name for one in commands for name in COMMANDS[one].modules):
        import_module(f"terrace.cli.{module}").register(app)
    return app


def make_overview() -> typer.Typer:
    """The command line as its help shows it."""
    app = _make_empty()
    for name, command in COMMANDS.items():
        app.command(name, help=command.line)(lambda: None)
    return app


def _make_empty() -> typer.Typer:
    return typer.Typer(
        name="terrace",
        help="Match research achievements with company needs; grade companies by dated rules.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": _HELP},
        # Else a module with one command would be that command, without its name.
        callback=lambda: None,
    )


def __getattr__(name: str) -> typer.Typer:
    """The whole command line as ``app``, for whoever reads it rather than runs it."""
    if name == "app":
        return make_app()
    raise AttributeError(name)


def _choose_app(words: Sequence[str]) -> typer.Typer:
    # A shell that completes asks without words.
    if "_TERRACE_COMPLETE" in os.environ:
        return make_app()
    if not words or words[0] in _HELP:
        return make_overview()
    return make_app([words[0]] if words[0] in COMMANDS else COMMANDS)


def _run_app(words: Sequence[str]) -> None:
    app = _choose_app(words)
    if asks_for_chinese(words):
        run_in_chinese(app)
    else:
        app()


def run() -> None:
    """Run the command line; a refusal is one readable message, never a traceback."""
    try:
        _run_app(sys.argv[1:])
    except TerraceError as error:
        from terrace.cli.console import messages
        from terrace.cli.refusals import write_refusal
        from terrace.cli.rule_options import spoken_language

        said = write_refusal(error, spoken_language())
        messages.print(said, style="red", markup=False, soft_wrap=True)
        sys.exit(3 if isinstance(error, InputError) else 4)


if __name__ == "__main__":
    run()
