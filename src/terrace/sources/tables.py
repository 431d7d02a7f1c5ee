"""CSV, Excel and Parquet to rows; a ragged row is a problem of that row alone."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from terrace.errors import InputError, Problem, TerraceError
from terrace.sources.rows import Row, unreadable_row

FIRST_ROW = 2
"""A spreadsheet counts the header as row 1."""

_DELIMITERS = (",", ";", "\t", "|")


def read_csv(path: Path, text: str) -> list[Row]:
    """The rows below the header; the delimiter (, ; tab or |) is read off the header.

    Raises:
        InputError: a quote that never closes, two columns of one name, JSON
            under a .csv name, or no row below the header.
    """
    if text.lstrip().startswith(('{"', "[{")):
        raise InputError.of_file(path, "holds JSON, not CSV", "Let its name end in .jsonl or .json")
    # The reader's own limit of 128 kB is below what one abstract may hold.
    csv.field_size_limit(max(len(text) + 1, csv.field_size_limit()))
    lines = _csv_lines(path, text)
    header = _named_columns(path, next(lines, []))
    rows = [
        _row_of_cells(n, header, cells) for n, cells in enumerate(lines, FIRST_ROW) if any(cells)
    ]
    return _require_rows(path, rows)


def read_xlsx(path: Path, payload: bytes) -> list[Row]:
    """The rows of the first sheet, each cell as text.

    Raises:
        TerraceError: the optional ``excel`` extra is not installed.
        InputError: a damaged workbook, or no row below the header.
    """
    try:
        import fastexcel
    except ImportError as error:
        raise TerraceError(
            f"{path}: reading Excel needs an extra; run pip install 'terrace-zone[excel]'"
        ) from error
    try:
        sheet = fastexcel.read_excel(payload).load_sheet(0, dtypes="string")
        frame = sheet.to_polars()
    except fastexcel.FastExcelError as error:
        raise _damaged(path, "an Excel workbook", error) from error
    return _require_rows(path, _rows_of_frame(frame, FIRST_ROW))


def read_parquet(path: Path, payload: bytes) -> list[Row]:
    """The rows of a Parquet file.

    Raises:
        InputError: a damaged file, or one without rows.
    """
    try:
        frame = pl.read_parquet(io.BytesIO(payload))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _damaged(path, "Parquet", error) from error
    return _require_rows(path, _rows_of_frame(frame, 1))


def _csv_lines(path: Path, text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        message = f"line {reader.line_num} cannot be parsed: {error}"
        remedy = "Look for a quote that is not closed or not doubled"
        raise InputError(Problem(str(path), 0, "", message, remedy)) from error


def _delimiter(text: str) -> str:
    header = text.lstrip().split("\n", 1)[0]
    return max(_DELIMITERS, key=header.count)


def _named_columns(path: Path, header: Sequence[str]) -> list[str]:
    names = [name.strip() or f"column_{n}" for n, name in enumerate(header, 1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError.of_file(
            path, f"has two columns called '{twice[0]}'", "Rename one of them in the header"
        )
    return names


def _row_of_cells(number: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    surplus = any(cells[len(header) :])
    if surplus or len(cells) < len(header):
        return unreadable_row(
            number,
            f"has {len(cells)} cells where the header has {len(header)}",
            "Check its delimiters and quotes",
        )
    return Row(number, dict(zip(header, cells, strict=False)))


def _rows_of_frame(frame: pl.DataFrame, first: int) -> list[Row]:
    return [
        Row(n, values)
        for n, values in enumerate(frame.iter_rows(named=True), first)
        if any(_is_filled(value) for value in values.values())
    ]


def _is_filled(value: Any) -> bool:
    return value is not None and value != ""


def _require_rows(path: Path, rows: list[Row]) -> list[Row]:
    if not rows:
        raise InputError.of_file(path, "has a header but no rows", "Export it again with its rows")
    return rows


def _damaged(path: Path, what: str, error: Exception) -> InputError:
    # Readers go on with the calls that led there.
    reason = str(error).strip().split("\n", 1)[0].removeprefix("calamine error: ")
    return InputError.of_file(
        path, f"cannot be read as {what}: {reason}", "The file is damaged: export or fetch it again"
    )
