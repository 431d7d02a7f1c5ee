"""Options that several commands share, and the days and ids they are given."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from terrace.match.embed import installed_embedders
from terrace.sources import AUTO, PLAIN, source_names

_MATCH, _READ, _MODEL = "Records", "How files are read", "Models"


def _require_source(name: str) -> str:
    if name not in source_names():
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(source_names())}")
    return name


def _require_day(text: str | None) -> str | None:
    if text is not None:
        parse_day(text)
    return text


def parse_day(text: str | None) -> date:
    """The day that was named, else the present one.

    Raises:
        BadParameter: it is no day.
    """
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is no day; write it like 2026-05-01") from error


ZoneFolder = Annotated[
    Path | None,
    typer.Option(
        "--zone",
        envvar="TERRACE_ZONE",
        file_okay=False,
        show_default="./zone where it is one, else the sample zone",
        rich_help_panel=_MATCH,
        help="The zone that gives what no file gives.",
    ),
]
NeedsFile = Annotated[
    Path | None,
    typer.Option("--needs", rich_help_panel=_MATCH, help="A file of needs.", show_default=False),
]
AchievementsFile = Annotated[
    Path | None,
    typer.Option(
        "--achievements",
        rich_help_panel=_MATCH,
        help="A file of achievements.",
        show_default=False,
    ),
]
SourceName = Annotated[
    str,
    typer.Option(
        "--source",
        callback=_require_source,
        rich_help_panel=_READ,
        help=f"A public format, or: {AUTO} to recognise it, {PLAIN} for columns by name.",
    ),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        rich_help_panel=_READ,
        show_default=False,
        help="YAML: fields (ours: theirs), constants, date_formats; for every file given.",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        rich_help_panel=_READ,
        help="Of a text file, e.g. gb18030; else detected.",
        show_default=False,
    ),
]
SkipBad = Annotated[
    bool,
    typer.Option(
        "--skip-bad", rich_help_panel=_READ, help="Leave bad rows out instead of stopping."
    ),
]
EmbedderSpecs = Annotated[
    list[str] | None,
    typer.Option(
        "--embedder",
        rich_help_panel=_MODEL,
        show_default="those installed",
        help="At most one multilingual and one monolingual: "
        f"{', '.join(kind.spec for kind in installed_embedders())}; none = words only.",
    ),
]
RankerFile = Annotated[
    str | None,
    typer.Option(
        "--ranker",
        metavar="FILE",
        rich_help_panel=_MODEL,
        show_default="the zone's, else the shipped one",
        help="A ranker made by 'terrace train'; none = stated default weights.",
    ),
]
CacheFile = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        envvar="TERRACE_CACHE",
        rich_help_panel=_MODEL,
        dir_okay=False,
        show_default="in your cache folder",
        help="Where vectors are kept, so that nothing is embedded twice.",
    ),
]
Today = Annotated[
    str | None,
    typer.Option(
        "--today",
        metavar="DATE",
        callback=_require_day,
        show_default="today",
        help="The day that deadlines and gates are held against.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no notes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
