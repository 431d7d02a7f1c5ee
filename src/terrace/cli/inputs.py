"""The records a command works on: from files where some are given, else from a zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from terrace.cli.console import messages
from terrace.errors import InputError, NotFound, Problem, RowErrors
from terrace.records import Kind
from terrace.sources import AUTO, Import, read_mapping, read_records
from terrace.zone import Zone, is_zone, sample_zone

_SHOWN_ROWS = 3
_NO_TEXT = "has no text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How files are read, and whether to be silent about what was left out."""

    source: str = AUTO
    mapping: Path | None = None
    encoding: str | None = None
    skip_bad: bool = False
    quiet: bool = False


def choose_zone(folder: Path | None, *, quiet: bool) -> Zone:
    """The zone of this folder; without one, that of ./zone, else the sample zone.

    Raises:
        NotFound: the folder that was named is no zone.
    """
    if folder is not None:
        return Zone.open(folder)
    if is_zone(Path("zone")):
        return Zone.open("zone")
    if not quiet:
        messages.print("no zone here (--zone): using the sample zone that ships with Terrace")
    return sample_zone()


def gather_records(kind: Kind, path: Path | None, zone: Zone | None, how: Reading) -> pl.DataFrame:
    """The records of a file, else of the zone.

    Raises:
        InputError: the file cannot be read, has bad rows or no record with text.
        NotFound: the zone has no such records.
    """
    if path is not None:
        return load_records(kind, path, how)
    records = zone.records(kind) if zone else pl.DataFrame()
    if records.is_empty():
        folder = zone.folder if zone else Path("zone")
        raise NotFound(
            f"the zone in {folder} has no {kind}; give a file of them, "
            f"or import one with: terrace import FILE --as {kind}"
        )
    return records


def load_records(kind: Kind, path: Path, how: Reading) -> pl.DataFrame:
    """The records of a file; those without any text are left out with a warning.

    Raises:
        InputError: the file cannot be read, has bad rows (unless they are to
            be skipped) or no record with text.
    """
    mapping = read_mapping(how.mapping) if how.mapping else None
    read = read_records(
        kind, path, source=how.source, mapping=mapping, encoding=how.encoding, skip_bad=True
    )
    textless, bad = split_problems(read.problems)
    if bad and not how.skip_bad:
        raise RowErrors(bad)
    _require_records(kind, path, read)
    if not how.quiet:
        _warn(path, textless, "without any text")
        _warn(path, bad, "that cannot be taken")
    return read.frame


def split_problems(problems: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Problems of rows that only lack a text, and all others."""
    listed = list(problems)
    otherwise = {each.row for each in listed if each.message != _NO_TEXT}
    textless = [each for each in listed if each.row not in otherwise]
    return textless, [each for each in listed if each.row in otherwise]


def _require_records(kind: Kind, path: Path, read: Import) -> None:
    if read.frame.is_empty():
        raise InputError.of_file(
            path,
            f"has no {kind} that can be matched ({read.skipped} rows were left out)",
            "Give each row an id and a title, objective, abstract, text or description",
        )


def _warn(path: Path, problems: list[Problem], what: str) -> None:
    rows = list(dict.fromkeys(problem.row for problem in problems))
    if not rows:
        return
    shown = ", ".join(map(str, rows[:_SHOWN_ROWS])) + (", ..." if len(rows) > _SHOWN_ROWS else "")
    noun = "rows" if len(rows) > 1 else "row"
    messages.print(
        f"{path}: {len(rows)} {noun} {what} left out ({noun} {shown})",
        style="yellow",
        soft_wrap=True,
    )
