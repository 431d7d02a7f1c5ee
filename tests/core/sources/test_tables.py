import builtins
import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import InputError, TerraceError
from terrace.sources.tables import read_csv, read_parquet, read_xlsx

FILE = Path("a.csv")
CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).map(str.strip)
GRID = st.lists(st.lists(CELL.filter(bool), min_size=3, max_size=3), min_size=1)


@given(GRID, st.sampled_from([",", ";", "\t", "|"]))
def test_what_was_written_is_read(grid: Any, delimiter: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([["id", "title", "body"], *grid])
    rows = read_csv(FILE, file.getvalue())
    assert [list(row.values.values()) for row in rows] == grid
    assert list(rows[0].values) == ["id", "title", "body"]


def test_quoted_cells_may_hold_delimiters_quotes_and_lines() -> None:
    rows = read_csv(FILE, 'id,title\n1,"a, ""b""\nc"\n')
    assert rows[0].values == {"id": "1", "title": 'a, "b"\nc'}


def test_rows_count_as_in_a_spreadsheet_blank_ones_too() -> None:
    rows = read_csv(FILE, "id,title\n1,a\n\n,\n2,b\n")
    assert [row.number for row in rows] == [2, 5]


def test_ragged_rows_are_problems_of_those_rows() -> None:
    rows = read_csv(FILE, "id,title\n1,a\n2\n3,b,c\n4,d,\n")
    assert [row.problem.message if row.problem else "" for row in rows] == [
        "",
        "has 1 cells where the header has 2",
        "has 3 cells where the header has 2",
        "",
    ]


def test_cell_of_more_than_128_kb_is_read() -> None:
    rows = read_csv(FILE, f"id,body\n1,{'x' * 200_000}\n")
    assert len(rows[0].values["body"]) == 200_000


def test_column_without_name_gets_one() -> None:
    assert read_csv(FILE, "id,,title\n1,x,y\n")[0].values == {
        "id": "1",
        "column_2": "x",
        "title": "y",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,title\n", "header but no rows"),
        ("id,title\n\n,\n", "header but no rows"),
        ("id,id\n1,2\n", "two columns called 'id'"),
        ('id,title\n1,"never closed\n2,b\n', "cannot be parsed"),
        ('{"id": 1}\n', "holds JSON, not CSV"),
    ],
)
def test_unreadable_csv_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_csv(FILE, text)


def make_workbook(*rows: list[object]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for n, row in enumerate(rows):
        for m, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(n, m, value, day)
            else:
                sheet.write(n, m, value)
    book.close()
    return file.getvalue()


def test_excel_cells_are_read_as_text() -> None:
    payload = make_workbook(
        ["id", "title", "deadline", "budget"],
        [12, "Seal", datetime(2026, 5, 1), 1.5e6],
        [None, None, None, None],
        ["N2", "低温电池", "2026-06-01", None],
    )
    first, second = read_xlsx(FILE, payload)
    assert first.values["id"] == "12"
    assert first.values["deadline"].startswith("2026-05-01")
    assert first.values["budget"] == "1500000"
    assert second.values["title"] == "低温电池"


def test_excel_with_only_a_header_is_refused() -> None:
    with pytest.raises(InputError, match="header but no rows"):
        read_xlsx(FILE, make_workbook(["id", "title"]))


def test_damaged_excel_is_refused() -> None:
    whole = make_workbook(["id"], ["1"])
    with pytest.raises(InputError, match="as an Excel workbook"):
        read_xlsx(FILE, whole[: len(whole) // 2])


def test_missing_excel_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name == "fastexcel":
            raise ImportError(name)
        return load(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(TerraceError, match=r"terrace-zone\[excel\]"):
        read_xlsx(FILE, b"")


def test_parquet_rows_keep_their_types() -> None:
    file = io.BytesIO()
    pl.DataFrame({"id": ["1"], "keywords": [["a", "b"]], "price": [2.5]}).write_parquet(file)
    (row,) = read_parquet(FILE, file.getvalue())
    assert row.values == {"id": "1", "keywords": ["a", "b"], "price": 2.5}


@pytest.mark.parametrize("payload", [b"PAR1 and then nothing", b"PAR1" + b"\x00" * 64 + b"PAR1"])
def test_damaged_parquet_is_refused(payload: Any) -> None:
    with pytest.raises(InputError, match="as Parquet"):
        read_parquet(FILE, payload)
