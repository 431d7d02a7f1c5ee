"""`terrace import` and `terrace records`: files into a zone, and what a zone holds."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.table import Table

from terrace.cli.console import console, messages
from terrace.errors import Problem
from terrace.match.text import detect_language
from terrace.records import Kind
from terrace.sources import AUTO, PLAIN, Import, read_mapping, read_records, source_names
from terrace.zone import Change, Zone, compare_records, is_zone, sample_zone

_SHOWN_PROBLEMS = 20

ZoneFolder = Annotated[
    Path,
    typer.Option("--zone", envvar="TERRACE_ZONE", help="The folder of the zone.", file_okay=False),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import", epilog=_IMPORT_EXAMPLES)(import_records)
    app.command("records", epilog=_RECORDS_EXAMPLES)(show_records)


_IMPORT_EXAMPLES = """
Examples:

  terrace import needs.csv --as need

  terrace import 成果.xlsx --as achievement --mapping columns.yaml --zone my-zone

  terrace import awards.jsonl.gz --as achievement --source sbir_large --dry-run

  terrace import old.csv --as company --encoding gb18030 --skip-bad
"""
_RECORDS_EXAMPLES = """
Examples:

  terrace records

  terrace records --zone my-zone

  terrace records --sample
"""


def _require_source(name: str) -> str:
    if name not in source_names():
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(source_names())}")
    return name


def import_records(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, JSONL, JSON, Parquet, or .gz.")],
    *,
    kind: Annotated[Kind, typer.Option("--as", help="What the rows are.")],
    zone: ZoneFolder = Path("zone"),
    source: Annotated[
        str,
        typer.Option(
            callback=_require_source, help=f"A public format, or: {AUTO} to recognise it, {PLAIN}."
        ),
    ] = AUTO,
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML: fields (ours: theirs), constants, date_formats."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of a text file, e.g. gb18030; else detected.")
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Load the good rows, report the bad ones.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, change nothing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Import records into a zone; a record of a known id is updated.

    Either every row is loaded, or all bad rows are reported and nothing is,
    unless --skip-bad is said. The zone is made if it is not there.
    """
    declared = read_mapping(mapping) if mapping else None
    read = read_records(
        kind, file, source=source, mapping=declared, encoding=encoding, skip_bad=skip_bad
    )
    change = _foresee(zone, read) if dry_run else _store(zone, read)
    _report_skipped(read, quiet=quiet)
    if not quiet:
        console.print(_title_of(read, dry_run=dry_run))
        console.print(_import_table(read, change))


def _store(folder: Path, read: Import) -> Change:
    zone = Zone.open(folder) if is_zone(folder) else Zone.create(folder)
    return zone.upsert(read.kind, read.frame)


def _foresee(folder: Path, read: Import) -> Change:
    if not is_zone(folder):
        return Change(added=read.frame.height)
    return compare_records(Zone.open(folder).records(read.kind), read.frame)


def _report_skipped(read: Import, *, quiet: bool) -> None:
    if not read.skipped:
        return
    messages.print(f"{read.skipped} bad rows were skipped", style="yellow")
    if not quiet:
        _print_problems(read.problems)


def _print_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems[:_SHOWN_PROBLEMS]:
        messages.print(f"  {problem}", markup=False, soft_wrap=True)
    if len(problems) > _SHOWN_PROBLEMS:
        messages.print(f"  ... and {len(problems) - _SHOWN_PROBLEMS} more")


def _title_of(read: Import, *, dry_run: bool) -> str:
    encoding = f", {read.encoding}" if read.encoding else ""
    title = f"{read.kind} records from {read.source} columns{encoding}"
    return f"{title}; a dry run, nothing was changed" if dry_run else title


def _import_table(read: Import, change: Change) -> Table:
    columns = ("added", "updated", "unchanged", "skipped")
    counts = (change.added, change.updated, change.unchanged, read.skipped)
    return _make_table(columns, [counts])


def show_records(
    zone: ZoneFolder = Path("zone"),
    sample: Annotated[
        bool, typer.Option("--sample", help="The zone that ships with Terrace.")
    ] = False,
) -> None:
    """Count the records of a zone by kind, source and language."""
    opened = sample_zone() if sample else Zone.open(zone)
    counts = {kind: count_records(opened.records(kind)) for kind in opened.kinds()}
    rows = [
        (kind, source, language, count)
        for kind, counted in counts.items()
        for (source, language), count in sorted(counted.items())
    ]
    total = sum(row[-1] for row in rows)
    console.print(f"{total} records in {opened.folder}", soft_wrap=True)
    console.print(_make_table(("kind", "source", "language", "records"), rows))


def count_records(frame: pl.DataFrame) -> Counter[tuple[str, str]]:
    """How many records there are of each source and language ('en+zh' has both, '?' none)."""
    column = "texts" if "texts" in frame.columns else "works"
    pairs = frame.select("source", column).iter_rows()
    return Counter((source, _languages_of(texts or ())) for source, texts in pairs)


def _languages_of(texts: Iterable[dict[str, Any]]) -> str:
    spoken = {text["language"] or detect_language(_words_of(text)) for text in texts}
    return "+".join(sorted(spoken - {""})) or "?"


def _words_of(text: dict[str, Any]) -> str:
    return " ".join(filter(None, (text["title"], text.get("summary"), text["body"])))


def _make_table(columns: Iterable[str], rows: Iterable[tuple[object, ...]]) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    return table
