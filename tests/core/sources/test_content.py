import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from terrace.errors import InputError
from terrace.sources.content import read_content

WriteFile = Callable[[str, bytes | str], Path]

PARQUET = io.BytesIO()
pl.DataFrame({"id": ["1"]}).write_parquet(PARQUET)
EXCEL = io.BytesIO()
pl.DataFrame({"id": ["1"]}).write_excel(EXCEL)


@pytest.mark.parametrize(
    ("name", "payload", "expected"),
    [
        ("a.csv", b"id\n1", "csv"),
        ("a.TSV", b"id\n1", "csv"),
        ("a.jsonl", b'{"id": 1}', "jsonl"),
        ("a.ndjson", b'{"id": 1}', "jsonl"),
        ("a.json", b"[]", "json"),
        ("a.parquet", PARQUET.getvalue(), "parquet"),
        ("a.xlsx", EXCEL.getvalue(), "xlsx"),
    ],
)
def test_format_follows_the_name(
    write_file: WriteFile, name: str, payload: Any, expected: Any
) -> None:
    content = read_content(write_file(name, payload))
    assert (content.format, content.payload) == (expected, payload)


def test_gzip_is_opened(write_file: WriteFile) -> None:
    content = read_content(write_file("a.csv.gz", gzip.compress(b"id\n1")))
    assert (content.format, content.payload) == ("csv", b"id\n1")


@pytest.mark.parametrize(
    ("name", "payload", "message", "remedy"),
    [
        ("a.csv", PARQUET.getvalue(), "content is parquet", "end in .parquet"),
        ("a.jsonl", PARQUET.getvalue(), "content is parquet", "end in .parquet"),
        ("a.csv", EXCEL.getvalue(), "content is xlsx", "end in .xlsx"),
        ("a.csv", gzip.compress(b"id\n1", mtime=0), "content is gzip", "end in .csv.gz"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0rest", "old Excel", "Export it as xlsx"),
        ("a.csv", b"%PDF-1.7", "content is PDF", "Export it as csv"),
        ("a.parquet", b"id,title", "content is something else", "Export it as parquet"),
        ("a.xlsx", b"id,title", "content is something else", "Export it as xlsx"),
    ],
)
def test_content_under_a_wrong_name_is_refused(
    write_file: WriteFile, name: str, payload: bytes, message: str, remedy: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_content(write_file(name, payload))
    assert message in str(caught.value)
    assert remedy in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize("payload", [b"", b" \n\t\n"])
def test_empty_file_is_refused(write_file: WriteFile, payload: Any) -> None:
    with pytest.raises(InputError, match="is empty"):
        read_content(write_file("a.csv", payload))


def test_empty_gzip_is_refused(write_file: WriteFile) -> None:
    with pytest.raises(InputError, match="is empty"):
        read_content(write_file("a.csv.gz", gzip.compress(b"")))


@pytest.mark.parametrize("damage", [lambda b: b[:-6], lambda _: b"plain text", lambda b: b[:12]])
def test_damaged_gzip_is_refused(write_file: WriteFile, damage: Any) -> None:
    whole = gzip.compress(b"id,title\n1,Seal")
    with pytest.raises(InputError, match="not a whole gzip"):
        read_content(write_file("a.csv.gz", damage(whole)))


def test_unknown_suffix_is_refused_with_the_known_ones(write_file: WriteFile) -> None:
    with pytest.raises(InputError, match=r"\.csv, \.tsv"):
        read_content(write_file("a.docx", b"x"))


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_content(tmp_path / "nope.csv")


def test_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_content(tmp_path / "a.csv")
