"""The table that a file of facts holds, as it is written."""

import csv
import io
from pathlib import Path

import polars as pl

from terrace.errors import InputError
from terrace.sources.content import Content, read_content
from terrace.sources.encoding import decode_text
from terrace.sources.tables import FIRST_ROW, read_xlsx

ROW = "_row"
"""The column of ``read_table`` that says in which row of the file each one stands."""


def read_table(path: Path, *, encoding: str | None = None) -> pl.DataFrame:
    """The table of a file as it is written, with the column ``ROW``.

    Raises:
        InputError: it cannot be read as what its name says, or has no rows.
    """
    content = read_content(path)
    try:
        table = _parse_table(content, encoding)
    except (pl.exceptions.PolarsError, ValueError) as error:
        first = str(error).strip().split("\n", 1)[0]
        raise InputError.of_file(path, f"cannot be read: {first}", "Export it again") from error
    if table.is_empty():
        raise InputError.of_file(path, "has a header but no rows", "Export it with its rows")
    if ROW in table.columns:
        return table
    return table.with_row_index(ROW, offset=FIRST_ROW if content.format == "csv" else 1)


def _parse_table(content: Content, encoding: str | None) -> pl.DataFrame:
    if content.format == "parquet":
        return pl.read_parquet(io.BytesIO(content.payload))
    if content.format == "xlsx":
        rows = read_xlsx(content.path, content.payload)
        numbered = [{**row.values, ROW: row.number} for row in rows]
        return pl.DataFrame(numbered, infer_schema_length=None)
    text, _ = decode_text(content.path, content.payload, encoding=encoding)
    if content.format == "csv":
        return _parse_csv(content.path, text)
    if content.format == "jsonl":
        return pl.read_ndjson(io.BytesIO(text.encode()), infer_schema_length=None)
    return pl.read_json(io.BytesIO(text.encode()), infer_schema_length=None)


def _parse_csv(path: Path, text: str) -> pl.DataFrame:
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        return pl.read_csv(io.BytesIO(text.encode()), infer_schema=False, separator=separator)
    except pl.exceptions.PolarsError:
        _refuse_broken_line(path, text, separator)
        raise


def _refuse_broken_line(path: Path, text: str, separator: str) -> None:
    """Name the first line that does not fit the header, if that is what is wrong."""
    rows = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    begun, width = 1, 0
    try:
        for row in rows:
            width = width or len(row)
            if len(row) > width:
                raise InputError.of_file(
                    path,
                    f"has {len(row)} cells in line {begun} and {width} columns",
                    "Put quotes around a text that holds the separator",
                )
            begun = rows.line_num + 1
    except csv.Error as error:
        raise InputError.of_file(
            path, f"opens a quote in line {begun} and does not close it", "Close or double it"
        ) from error
