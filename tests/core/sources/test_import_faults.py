"""Whatever a file holds, an import ends with records or with a reason."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrace.errors import InputError
from terrace.records import RECORD_TYPES, SCHEMAS, Kind, to_records
from terrace.sources import SOURCES, read_records
from terrace.sources.targets import targets_of

WriteFile = Callable[[str, bytes | str], Path]
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(sorted(RECORD_TYPES))
SUFFIXES = st.sampled_from(["csv", "tsv", "json", "jsonl", "parquet", "xlsx", "csv.gz"])


def import_or_reason(kind: Kind, path: Path, **options: Any) -> str:
    try:
        read = read_records(kind, path, **options)
    except InputError as error:
        assert all(problem.message and problem.remedy for problem in error.problems)
        return str(error)
    assert read.frame.schema == SCHEMAS[kind]
    assert read.frame["id"].is_unique().all()
    assert (read.skipped > 0) == bool(read.problems)
    return ""


@QUICK
@given(st.binary(max_size=200), SUFFIXES, KINDS)
def test_any_bytes_end_with_records_or_a_reason(
    tmp_path: Path, payload: bytes, suffix: str, kind: Kind
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(payload)
    import_or_reason(kind, path)
    path.write_bytes(gzip.compress(payload))
    import_or_reason(kind, path, skip_bad=True)


@QUICK
@given(st.text(max_size=200), SUFFIXES, st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_any_text_ends_with_records_or_a_reason(
    tmp_path: Path, text: str, suffix: str, encoding: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(text.encode(encoding))
    import_or_reason("need", path)
    import_or_reason("need", path, skip_bad=True)


@QUICK
@given(st.data(), KINDS)
def test_any_value_in_any_field_ends_with_records_or_a_reason(
    tmp_path: Path, data: st.DataObject, kind: Kind
) -> None:
    columns = st.sampled_from(sorted(targets_of(kind))) | st.text(max_size=5)
    rows = st.lists(st.dictionaries(columns, JSON, max_size=5), min_size=1, max_size=3)
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in data.draw(rows)))
    import_or_reason(kind, path, skip_bad=data.draw(st.booleans()))


@QUICK
@given(st.data(), st.sampled_from(sorted(SOURCES)))
def test_any_value_in_a_public_format_ends_with_records_or_a_reason(
    tmp_path: Path, data: st.DataObject, source: str
) -> None:
    kind = data.draw(st.sampled_from(sorted(SOURCES[source].layouts)))
    layout = SOURCES[source].layouts[kind]
    mapped = {column for columns in layout.mapping.columns.values() for column in columns}
    special = {"technology_area", "full_text", "cluster", "license", "categories", "papers"}
    columns = st.sampled_from(sorted(mapped | special | set(layout.signature) | {"id", "title"}))
    row = data.draw(st.dictionaries(columns, JSON, max_size=6))
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(row))
    import_or_reason(kind, path, source=source)


@QUICK
@given(st.integers(0, 400))
def test_a_file_cut_anywhere_loads_no_half_record(tmp_path: Path, end: int) -> None:
    rows = [{"id": str(n), "title": f"密封 {n}", "budget": 1000 + n} for n in range(8)]
    whole = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    path = tmp_path / "a.jsonl"
    path.write_bytes(whole[:end])
    try:
        read = read_records("need", path, skip_bad=True)
    except InputError:
        return
    for record, row in zip(to_records("need", read.frame), rows, strict=False):
        assert (record.id, record.budget_max) == (row["id"], row["budget"])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "id,title\n", "header but no rows"),
        ("a.csv", b"id,title\n1,caf\xe9\n", "line 2"),
        ("a.csv", "id,title\n1,a,b\n", "3 cells where the header has 2"),
        ("a.csv", 'id,title\n1,"a\n', "quote that is not closed"),
        ("a.jsonl", '{"id": "1", "title": "a"}\n{"id": "2", "ti', "cut off"),
        ("a.jsonl", '{"id": "1", "title": "a"}\n{"id": "1", "title": "b"}', "also the id of row 1"),
        ("a.jsonl", '{"id": "1", "title": "a\\u0000"}', "NUL"),
        ("a.jsonl", '{"id": "1", "budget": 5}', "has no text"),
        ("a.jsonl", json.dumps({"id": "1", "title": "x" * 10_000_000}), "the limit is 1,000,000"),
        ("a.json", '{"id": "1"}', "not an array"),
        ("a.parquet", "PAR1 is what it says", "damaged"),
        ("a.xlsx", b"PK\x03\x04 is what it says", "damaged"),
        ("a.docx", "id", "no file type"),
    ],
)
def test_each_fault_is_named_with_its_file_and_remedy(
    write_file: WriteFile, name: str, content: bytes | str, message: str
) -> None:
    reason = import_or_reason("need", write_file(name, content))
    assert message in reason
    assert name in reason
    assert len(reason) < 1_000
