from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import InputError, RowErrors
from terrace.match.runs import check_pairs, order_pairs, read_pairs, read_qrels

PAIRS = pl.DataFrame(
    {
        "need_id": ["N1", "N1", "N2"],
        "achievement_id": ["A1", "A2", "A1"],
        "rank": [1, 2, 1],
        "score": [0.9, 0.4, 0.7],
        "confidence": [0.8, 0.3, 0.6],
        "note": ["x", "y", "z"],
    }
)


def write_table(frame: pl.DataFrame, path: Path) -> Path:
    writers = {
        ".parquet": frame.write_parquet,
        ".csv": frame.write_csv,
        ".jsonl": frame.write_ndjson,
    }
    if path.suffix == ".tsv":
        frame.write_csv(path, separator="\t")
    else:
        writers[path.suffix](path)
    return path


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".tsv", ".jsonl"])
def test_pairs_are_read_from_every_kind_of_file(tmp_path: Path, suffix: str) -> None:
    pairs = read_pairs(write_table(PAIRS, tmp_path / f"pairs{suffix}"))
    assert pairs["achievement_id"].to_list() == ["A1", "A2", "A1"]
    assert pairs["confidence"].to_list() == [0.8, 0.3, 0.6]
    assert pairs["note"].to_list() == ["x", "y", "z"]


def test_qrels_are_read_from_tsv(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("need_id\tachievement_id\trelevance\nN1\tA1\t1\n17\tA2\t0\n")
    qrels = read_qrels(path)
    assert qrels["need_id"].to_list() == ["N1", "17"]
    assert qrels["relevance"].to_list() == [1.0, 0.0]


def test_unknown_ids_in_qrels_are_named(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("need_id\tachievement_id\trelevance\nN1\tA1\t1\nN9\tA8\t1\n")
    with pytest.raises(RowErrors) as caught:
        read_qrels(path, need_ids={"N1"}, achievement_ids={"A1"})
    assert [(p.row, p.field) for p in caught.value.problems] == [
        (2, "need_id"),
        (2, "achievement_id"),
    ]
    assert "no record has the id 'N9'" in str(caught.value)


def test_known_ids_pass(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("need_id\tachievement_id\trelevance\nN1\tA1\t1\n")
    assert len(read_qrels(path, need_ids=["N1"], achievement_ids=["A1", "A2"])) == 1


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        (["achievement_id", "rank"], "need_id"),
        (["need_id", "score"], "achievement_id"),
        (["need_id", "achievement_id"], "rank or score"),
    ],
)
def test_missing_columns_are_named(columns: list[str], named: str) -> None:
    with pytest.raises(InputError, match=named):
        check_pairs(PAIRS.select(columns))


def test_the_message_lists_the_columns_there_are() -> None:
    with pytest.raises(InputError, match="It has query, document"):
        check_pairs(pl.DataFrame({"query": ["N1"], "document": ["A1"]}))


def test_missing_relevance_is_named(tmp_path: Path) -> None:
    path = write_table(PAIRS.select("need_id", "achievement_id"), tmp_path / "qrels.tsv")
    with pytest.raises(InputError, match="relevance"):
        read_qrels(path)


def test_every_bad_row_is_reported() -> None:
    bad = pl.DataFrame(
        {
            "need_id": ["N1", None, "N1"],
            "achievement_id": ["A1", "A2", "A1"],
            "score": ["0.5", "0.4", "high"],
        }
    )
    with pytest.raises(RowErrors) as caught:
        check_pairs(bad, source="mine.csv")
    found = {(problem.row, problem.field) for problem in caught.value.problems}
    assert found == {(2, "need_id"), (3, "score"), (3, "achievement_id")}
    assert all(problem.file == "mine.csv" for problem in caught.value.problems)


def test_not_a_number_is_no_score() -> None:
    pairs = pl.DataFrame({"need_id": ["N"], "achievement_id": ["A"], "score": [float("nan")]})
    with pytest.raises(RowErrors, match="'score'"):
        check_pairs(pairs)


def test_no_rows_are_refused() -> None:
    with pytest.raises(InputError, match="no rows"):
        check_pairs(PAIRS.clear())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.csv: there is no such file"):
        read_pairs(tmp_path / "absent.csv")


def test_an_unknown_kind_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.parquet, \.csv"):
        read_pairs(tmp_path / "pairs.docx")


def test_a_parquet_file_named_csv_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    PAIRS.write_parquet(path)
    with pytest.raises(InputError, match=r"this is a Parquet file.*Rename"):
        read_pairs(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pairs.parquet", b"not a parquet file"),
        ("pairs.jsonl", b'{"need_id": "N1", \n'),
        ("pairs.csv", b""),
        ("pairs.csv", b"need_id,achievement_id,rank\n\xff\xfe\xfa,A,1\n"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name):
        read_pairs(tmp_path / name)


def test_places_are_counted_anew_from_any_order() -> None:
    pairs = PAIRS.with_columns(rank=pl.Series([20, 10, 5]))
    ordered = order_pairs(pairs)
    assert ordered.select("need_id", "achievement_id", "rank").rows() == [
        ("N1", "A2", 1),
        ("N1", "A1", 2),
        ("N2", "A1", 1),
    ]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12))
def test_places_follow_the_scores(scores: list[float]) -> None:
    frame = pl.DataFrame(
        {
            "need_id": ["N"] * len(scores),
            "achievement_id": [f"A{number}" for number in range(len(scores))],
            "score": scores,
        }
    )
    ordered = order_pairs(frame)
    assert ordered["rank"].to_list() == list(range(1, len(scores) + 1))
    assert ordered["score"].to_list() == sorted(scores, reverse=True)
