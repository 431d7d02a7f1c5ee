"""Options that the commands of the rules share, and the language a run is spoken in."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from terrace.rules.labels import Language

_spoken: Language = "en"


def speak(language: Language) -> Language:
    """Let refusals of this run be in this language: they are written when options are gone."""
    global _spoken  # noqa: PLW0603
    _spoken = language
    return language


def spoken_language() -> Language:
    """The language that the run was asked in."""
    return _spoken


Lang = Annotated[
    Language,
    typer.Option(
        "--language",
        "--lang",
        envvar="TERRACE_LANGUAGE",
        # Before all other options, so that these are refused in it too.
        is_eager=True,
        callback=speak,
        help="Language of what is said.",
    ),
]
Folder = Annotated[
    Path | None,
    typer.Option("--rules", help="A folder of rulebooks instead of those that ship."),
]
FactsFile = Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet, JSON or JSONL.")]
Encoding = Annotated[str | None, typer.Option(help="Of a text file, e.g. gb18030.")]
Day = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day, by default today."),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only facts recorded by then count."),
]
Illustrative = Annotated[
    bool, typer.Option("--illustrative", help="Let illustrative figures decide too.")
]
