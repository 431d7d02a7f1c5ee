"""A file's bytes and format, checked against its name before anything is parsed."""

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from terrace.errors import InputError

FileFormat = Literal["csv", "json", "jsonl", "parquet", "xlsx"]

_SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
_SIGNATURES: dict[bytes, str] = {
    b"PAR1": "parquet",
    b"PK\x03\x04": "xlsx",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "old Excel (.xls)",
    b"%PDF": "PDF",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, decompressed, and the format to parse it as."""

    path: Path
    format: FileFormat
    payload: bytes


def read_content(path: Path) -> Content:
    """The bytes of a file whose content agrees with its name.

    Raises:
        InputError: missing, unreadable, empty, of an unknown format, damaged
            gzip, or a binary format under another format's name.
    """
    file_format = _format_of_name(path)
    payload = _decompress(path, _read_bytes(path))
    if not payload.strip():
        raise InputError.of_file(path, "is empty", "Export it again, or leave it out")
    _require_agreement(path, file_format, payload)
    return Content(path, file_format, payload)


def _format_of_name(path: Path) -> FileFormat:
    name = path.name.removesuffix(".gz")
    found = _SUFFIXES.get(Path(name).suffix.lower())
    if found is None:
        known = ", ".join(_SUFFIXES)
        raise InputError.of_file(
            path, "has no file type that is known", f"Use one of {known} (or .csv.gz, .jsonl.gz)"
        )
    return found


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError.of_file(
            path, f"cannot be read: {error.strerror}", "Check the path and its permissions"
        ) from error


def _decompress(path: Path, payload: bytes) -> bytes:
    if path.suffix != ".gz":
        return payload
    try:
        return gzip.decompress(payload)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError.of_file(
            path, f"is not a whole gzip file ({error})", "Fetch or compress it again"
        ) from error


def _require_agreement(path: Path, expected: FileFormat, payload: bytes) -> None:
    found = next((name for mark, name in _SIGNATURES.items() if payload.startswith(mark)), "")
    binary = expected in ("parquet", "xlsx")
    if found == expected or not (found or binary):
        return
    message = f"is named as {expected} but its content is {found or 'something else'}"
    raise InputError.of_file(path, message, _remedy_for(found, expected))


def _remedy_for(found: str, expected: FileFormat) -> str:
    if found == "gzip":
        return f"Let its name end in .{expected}.gz, or decompress it"
    if found in ("parquet", "xlsx"):
        return f"Let its name end in .{found}, or export it as {expected}"
    return f"Export it as {expected}"
