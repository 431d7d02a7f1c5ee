"""Any supported file to rows, by its format."""

from pathlib import Path

from terrace.errors import InputError
from terrace.sources.content import Content, read_content
from terrace.sources.encoding import decode_text
from terrace.sources.jsonl import read_json, read_jsonl
from terrace.sources.rows import Row
from terrace.sources.tables import read_csv, read_parquet, read_xlsx

_TEXT_READERS = {"csv": read_csv, "json": read_json, "jsonl": read_jsonl}


def read_rows(path: Path, *, encoding: str | None = None) -> tuple[list[Row], str]:
    """The rows of a file, and the encoding of its text ('' for binary formats).

    Raises:
        InputError: the file as a whole cannot be read; a single bad row is
            returned as a row with its problem.
    """
    content = read_content(path)
    if content.format == "xlsx":
        return read_xlsx(path, content.payload), ""
    if content.format == "parquet":
        return read_parquet(path, content.payload), ""
    return _read_text_rows(content, encoding)


def _read_text_rows(content: Content, encoding: str | None) -> tuple[list[Row], str]:
    text, used = decode_text(content.path, content.payload, encoding=encoding)
    if not text.strip():
        raise InputError.of_file(content.path, "is empty", "Export it again, or leave it out")
    return _TEXT_READERS[content.format](content.path, text), used
