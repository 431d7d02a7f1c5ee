import json
from pathlib import Path

import polars as pl
import pytest

from terrace.errors import InputError, RowErrors
from terrace.match.decisions import join_decisions, read_decisions

LINKS = pl.DataFrame(
    {"need_id": ["N1", "N2"], "achievement_id": ["A1", "A2"], "relevance": [1.0, 1.0]}
)


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def decide(need_id: str, achievement_id: str, decision: str) -> dict[str, str]:
    return {"need_id": need_id, "achievement_id": achievement_id, "decision": decision}


def test_it_works(tmp_path: Path) -> None:
    path = write(
        tmp_path / "d.jsonl", decide("N1", "A9", "shortlist"), decide("N2", "A2", "reject")
    )
    joined = join_decisions(LINKS, read_decisions(path))
    assert sorted(joined.rows()) == [("N1", "A1", 1.0), ("N1", "A9", 1.0), ("N2", "A2", 0.0)]


def test_the_last_decision_on_a_pair_holds(tmp_path: Path) -> None:
    path = write(
        tmp_path / "d.jsonl", decide("N1", "A1", "reject"), decide("N1", "A1", "shortlist")
    )
    assert read_decisions(path)["decision"].to_list() == ["shortlist"]


def test_later_says_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "d.jsonl", decide("N1", "A1", "later"), decide("N3", "A3", "later"))
    assert join_decisions(LINKS, read_decisions(path)).rows() == LINKS.rows()


def test_a_decision_taken_back_later_leaves_the_link(tmp_path: Path) -> None:
    path = write(tmp_path / "d.jsonl", decide("N1", "A1", "reject"), decide("N1", "A1", "later"))
    assert ("N1", "A1", 1.0) in join_decisions(LINKS, read_decisions(path)).rows()


def test_all_bad_lines_are_named(tmp_path: Path) -> None:
    path = write(
        tmp_path / "d.jsonl",
        decide("N1", "A1", "maybe"),
        {"need_id": "N1", "decision": "reject"},
        ["N1"],
        decide("N1", "A1", "reject"),
    )
    with pytest.raises(RowErrors) as caught:
        read_decisions(path)
    assert [problem.row for problem in caught.value.problems] == [1, 2, 3]
    assert "shortlist, reject, later" in str(caught.value)


def test_what_is_not_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text("yes\n", encoding="utf-8")
    with pytest.raises(RowErrors, match=r"row 1.*JSON"):
        read_decisions(path)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\x00"])
def test_a_file_without_decisions_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"d\.jsonl"):
        read_decisions(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"d\.jsonl"):
        read_decisions(tmp_path / "d.jsonl")
