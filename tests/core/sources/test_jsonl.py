import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import InputError
from terrace.sources.jsonl import read_json, read_jsonl

FILE = Path("a.jsonl")
ROWS = st.lists(st.dictionaries(st.text(min_size=1), st.text() | st.integers()), min_size=1)


def test_each_line_is_a_row() -> None:
    rows = read_jsonl(FILE, '{"id": 1}\n\n{"id": 2, "t": null}\n')
    assert [(row.number, row.values) for row in rows] == [(1, {"id": 1}), (3, {"id": 2, "t": None})]


@given(ROWS)
def test_what_was_written_is_read(listed: Any) -> None:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in listed)
    # A raw NUL cannot occur in JSON: json.dumps escapes it.
    assert [row.values for row in read_jsonl(FILE, lines)] == listed
    assert [row.values for row in read_json(FILE, json.dumps(listed))] == listed


def test_line_separators_inside_strings_do_not_cut() -> None:
    line = '{"id": "1", "title": "a\u2028b\x85c"}'
    assert read_jsonl(FILE, line)[0].values["title"] == "a\u2028b\x85c"


def test_truncated_last_line_is_a_problem_of_that_line_only() -> None:
    rows = read_jsonl(FILE, '{"id": "1"}\n{"id": "2", "ti')
    assert rows[0].problem is None
    assert "may have been cut off" in rows[1].problem.message
    assert rows[1].problem.row == 2


def test_broken_line_in_the_middle_is_not_called_cut_off() -> None:
    rows = read_jsonl(FILE, '{"id": "1"\n{"id": "2"}')
    assert "cut off" not in rows[0].problem.message
    assert rows[1].problem is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1, 2]", "is a list, not an object"),
        ('"text"', "is a str, not an object"),
        ('{"id": "\x00"}', "NUL byte"),
        ("[" * 100_000, "is not valid JSON"),
        ('{"id": ' + "9" * 5000 + "}", "is not valid JSON"),
    ],
)
def test_line_that_is_no_record_is_a_problem(line: str, message: str) -> None:
    (row,) = read_jsonl(FILE, line)
    assert message in row.problem.message
    assert row.values == {}


def test_nan_means_no_value() -> None:
    assert read_jsonl(FILE, '{"budget": NaN, "price": -Infinity}')[0].values == {
        "budget": None,
        "price": None,
    }


def test_blank_text_is_refused() -> None:
    with pytest.raises(InputError, match="holds no lines"):
        read_jsonl(FILE, "\n \n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[{", "is not valid JSON"),
        ('{"id": 1}', "not an array"),
        ("[]", "holds no records"),
    ],
)
def test_json_that_is_no_array_of_records_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_json(FILE, text)


def test_json_array_reports_each_entry_that_is_no_object() -> None:
    rows = read_json(FILE, '[{"id": 1}, 7]')
    assert rows[0].values == {"id": 1}
    assert "is a int" in rows[1].problem.message
