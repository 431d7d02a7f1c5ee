"""JSON and JSON Lines to rows; a broken line is a problem of that row alone."""

import json
from pathlib import Path
from typing import Any

from terrace.errors import InputError
from terrace.sources.rows import Row, unreadable_row


def read_jsonl(path: Path, text: str) -> list[Row]:
    """One row per line that is not blank, numbered by line.

    Raises:
        InputError: there is no line with anything on it.
    """
    # Not str.splitlines: it would also cut at U+2028, which JSON allows in strings.
    lines = text.rstrip().split("\n")
    rows = [_row_of(n, line, n == len(lines)) for n, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise InputError.of_file(path, "holds no lines", "Export it again, or leave it out")
    return rows


def read_json(path: Path, text: str) -> list[Row]:
    """The rows of a JSON array of objects.

    Raises:
        InputError: not JSON, or not an array.
    """
    try:
        listed = _parse(text)
    except (ValueError, RecursionError) as error:
        raise InputError.of_file(path, f"is not valid JSON: {error}", "Export it again") from error
    if not isinstance(listed, list):
        raise InputError.of_file(path, "is not an array of records", "Put [ ] around the records")
    if not listed:
        raise InputError.of_file(path, "holds no records", "Export it again, or leave it out")
    return [_row_of_value(n, value) for n, value in enumerate(listed, 1)]


def _parse(text: str) -> Any:
    # NaN and Infinity are no JSON, but common: they mean "no value".
    return json.loads(text, parse_constant=lambda _: None)


def _row_of(number: int, line: str, is_last: bool) -> Row:
    if "\x00" in line:
        return unreadable_row(number, "holds a NUL byte", "Remove it, or export the file again")
    try:
        return _row_of_value(number, _parse(line))
    except (ValueError, RecursionError) as error:
        cut = " (the file may have been cut off here)" if is_last else ""
        return unreadable_row(
            number, f"is not valid JSON{cut}: {error}", "Write one whole JSON object per line"
        )


def _row_of_value(number: int, value: Any) -> Row:
    if not isinstance(value, dict):
        return unreadable_row(
            number, f"is a {type(value).__name__}, not an object", 'Write {"id": ..., "title": ...}'
        )
    return Row(number, value)
