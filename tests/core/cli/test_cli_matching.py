import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from terrace.cli import assigning, evaluating, explaining, matching, training
from terrace.cli.models import default_cache_path
from terrace.errors import (
    CriteriaError,
    EmbedderError,
    InputError,
    NotFound,
    RankerError,
    RowErrors,
    TerraceError,
)
from terrace.match.rank import Ranker
from terrace.testing.records import tiny_zone

Run = Callable[..., Result]
COLUMNS = ["need_id", "achievement_id", "rank", "score", "confidence"]
WORDS = ("--embedder", "none", "--ranker", "none")
NEEDS = [
    {"id": "N1", "title": "Seal that survives abrasive slurry"},
    {"id": "N2", "objective": "Detect cracks in rail track"},
    {"id": "N3", "title": "低温电池"},
]
ACHIEVEMENTS = [
    {"id": "A1", "abstract": "A ring seal in abrasive slurry.", "trl": 6, "owner": "C1"},
    {"id": "A2", "text": "Ultrasonic detection of cracks in rail track.", "trl": 3},
    {"id": "A3", "description": "低温电池的电解液。"},
]
COMPANIES = "id,name,works\nC1,Pumps,Seals in slurry\nC2,Rails,Rail track\nC3,Seals,Ring seal\n"


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def terrace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERRACE_CACHE", str(tmp_path / "cache" / "vectors.sqlite"))
    monkeypatch.setenv("COLUMNS", "80")
    app = typer.Typer()
    for group in (matching, explaining, assigning, training, evaluating):
        group.register(app)
    write_jsonl(tmp_path / "needs.jsonl", NEEDS)
    write_jsonl(tmp_path / "achievements.jsonl", ACHIEVEMENTS)
    (tmp_path / "companies.csv").write_text(COMPANIES, encoding="utf-8")

    def run(*arguments: Any) -> Result:
        return CliRunner().invoke(app, list(map(str, arguments)))

    return run


@pytest.fixture
def match(terrace: Run) -> Run:
    def run(*arguments: Any, needs: str = "needs.jsonl") -> Result:
        files = ("--needs", needs, "--achievements", "achievements.jsonl")
        return terrace("match", *files, *WORDS, *arguments)

    return run


def test_it_works(match: Run, tmp_path: Path) -> None:
    result = match("--out", "pairs.parquet")
    assert result.exit_code == 0
    assert "3 pairs for 3 of 3 needs in pairs.parquet" in result.stderr
    pairs = pl.read_parquet(tmp_path / "pairs.parquet")
    assert pairs.columns == COLUMNS
    first = pairs.filter(pl.col("rank") == 1).select("need_id", "achievement_id").rows()
    assert first == [("N1", "A1"), ("N2", "A2"), ("N3", "A3")]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("p.csv", pl.read_csv),
        ("p.tsv", lambda path: pl.read_csv(path, separator="\t")),
        ("p.jsonl", pl.read_ndjson),
        ("p.xlsx", pl.read_excel),
        ("new/folder/P.PARQUET", pl.read_parquet),
    ],
)
def test_the_name_decides_the_format(
    name: str, read: Callable[[Path], pl.DataFrame], match: Run, tmp_path: Path
) -> None:
    assert match("--out", name).exit_code == 0
    assert read(tmp_path / name).columns == COLUMNS


def test_the_other_way_ranks_within_the_achievement(match: Run, tmp_path: Path) -> None:
    match("--direction", "achievements", "--out", "p.csv")
    pairs = pl.read_csv(tmp_path / "p.csv")
    assert pairs.columns == COLUMNS
    firsts = pairs.filter(pl.col("rank") == 1)
    assert sorted(firsts["achievement_id"]) == ["A1", "A2", "A3"]


def test_companies_that_could_use_it_without_its_own(terrace: Run, tmp_path: Path) -> None:
    files = ("--achievements", "achievements.jsonl", "--companies", "companies.csv")
    result = terrace("match", *files, *WORDS, "--direction", "achievements", "--out", "p.csv")
    assert result.exit_code == 0
    pairs = pl.read_csv(tmp_path / "p.csv")
    assert pairs.columns == ["achievement_id", "company_id", *COLUMNS[2:]]
    assert pairs.filter(pl.col("rank") == 1).rows()[0][:2] == ("A1", "C3")
    assert ("A1", "C1") not in pairs.select("achievement_id", "company_id").rows()


def test_companies_are_shown_by_name(terrace: Run) -> None:
    files = ("--achievements", "achievements.jsonl", "--companies", "companies.csv")
    result = terrace("match", *files, *WORDS, "--direction", "companies")
    assert "company that could use it" in result.stdout
    assert "Seals" in result.stdout


def test_companies_need_achievements_that_ask(terrace: Run) -> None:
    result = terrace("match", "--companies", "companies.csv", *WORDS)
    assert result.exit_code == 2
    assert "--direction" in result.stderr


def test_gates_come_as_extra_columns(match: Run, tmp_path: Path) -> None:
    match("--out", "p.parquet", "--gates", "--today", "2026-05-01")
    pairs = pl.read_parquet(tmp_path / "p.parquet")
    assert pairs.columns == [*COLUMNS, "gates", "near_miss"]
    assert set(pairs["gates"]) <= {"met", "unmet", "unknown", "needs_judgement", "not_applicable"}


def test_gates_do_not_hold_for_companies(terrace: Run) -> None:
    result = terrace("match", "--direction", "companies", "--gates", *WORDS)
    assert result.exit_code == 2


def test_a_condition_filters_before_ranking(match: Run, tmp_path: Path) -> None:
    match("--where", "readiness >= 5 AND language = 'en'", "--out", "p.csv")
    assert pl.read_csv(tmp_path / "p.csv")["achievement_id"].to_list() == ["A1"]


def test_a_condition_on_an_unknown_column_is_refused(match: Run) -> None:
    result = match("--where", "trl >= 5")
    assert isinstance(result.exception, CriteriaError)
    assert "readiness" in str(result.exception)


def test_nothing_found_is_said(match: Run, tmp_path: Path) -> None:
    assert "nothing was found" in match("--where", "readiness = 9").stdout
    assert match("--where", "readiness = 9", "--out", "p.csv").exit_code == 0
    assert (tmp_path / "p.csv").read_text() == ",".join(COLUMNS) + "\n"


def test_pairs_of_little_confidence_can_be_left_out(match: Run, tmp_path: Path) -> None:
    match("--min-confidence", "1", "--out", "p.csv")
    assert pl.read_csv(tmp_path / "p.csv").is_empty()


def test_top_limits_each(terrace: Run, tmp_path: Path) -> None:
    tiny_zone(tmp_path)
    terrace("match", *WORDS, "--top", "1", "--out", "p.csv")
    assert pl.read_csv(tmp_path / "p.csv")["rank"].to_list() == [1] * 6


def test_tables_show_titles_gates_and_words(match: Run) -> None:
    shown = match("--show", "2").stdout
    assert "Seal that survives" in shown
    assert "slurry" in shown
    assert "unknown" in shown
    assert "低温" not in shown
    assert "1 more of 3 are left out" in shown


def test_little_confidence_is_no_claim(match: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrace.cli.match_tables.ABSTAIN_BELOW", 1.1)
    shown = match().stdout
    assert "no claim" in shown
    assert "may fit all the same" in shown


def test_a_zone_gives_what_no_file_gives(terrace: Run, tmp_path: Path) -> None:
    zone = tiny_zone(tmp_path)
    result = terrace("match", "--needs", "needs.jsonl", "--zone", zone.folder, *WORDS, "--show", 1)
    assert result.exit_code == 0
    assert "Silicon carbide" in result.stdout


def test_the_zone_here_is_used_unless_told_otherwise(terrace: Run, tmp_path: Path) -> None:
    tiny_zone(tmp_path)
    result = terrace("match", *WORDS, "--show", "1")
    assert "Silicon carbide" in result.stdout
    assert "sample" not in result.stderr


def test_a_named_zone_has_to_be_one(terrace: Run) -> None:
    assert isinstance(terrace("match", "--zone", "nowhere", *WORDS).exception, NotFound)


def test_records_without_text_are_left_out_with_a_warning(match: Run, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "n.jsonl", [*NEEDS, {"id": "N8"}, {"id": "N9", "title": " "}])
    result = match("--out", "p.csv", needs="n.jsonl")
    assert result.exit_code == 0
    assert "2 rows without any text left out (rows 4, 5)" in result.stderr
    assert "left out" not in match("--out", "p.csv", "--quiet", needs="n.jsonl").stderr


BAD = [*NEEDS, {"id": "N1", "title": "again"}, {"title": "no id"}, {"id": "N7"}]


def test_other_bad_rows_stop_the_run(match: Run, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "n.jsonl", BAD)
    result = match("--out", "p.csv", needs="n.jsonl")
    assert isinstance(result.exception, RowErrors)
    assert [problem.row for problem in result.exception.problems] == [4, 5]
    assert not (tmp_path / "p.csv").exists()


def test_bad_rows_can_be_skipped(match: Run, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "n.jsonl", BAD)
    result = match("--out", "p.csv", "--skip-bad", needs="n.jsonl")
    assert result.exit_code == 0
    assert "2 rows that cannot be taken left out (rows 4, 5)" in result.stderr
    assert "1 row without any text" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("n.jsonl", b"", "empty"),
        ("n.csv", b"id,title\n", "no rows"),
        ("n.csv", b"id,title\nN1,\nN2,\n", "no need that can be matched"),
        ("n.csv", b"PAR1 and so on", "parquet"),
        ("n.csv", b"name,colour\nx,red\n", "field 'id'"),
        ("n.doc", b"id,title\n", "file type"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(
    name: str, content: bytes, said: str, match: Run, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    result = match(needs=name)
    assert isinstance(result.exception, InputError)
    assert said in str(result.exception)


def test_the_encoding_is_detected_or_said(match: Run, tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_bytes("id,标题\nN1,低温电池\n".encode("gb18030"))
    assert match("--out", "p.csv", needs="n.csv").exit_code == 0
    assert pl.read_csv(tmp_path / "p.csv")["achievement_id"][0] == "A3"
    assert isinstance(match("--encoding", "utf-8", needs="n.csv").exception, InputError)


def test_columns_can_be_mapped(terrace: Run, tmp_path: Path) -> None:
    for name in ("n", "a"):
        (tmp_path / f"{name}.csv").write_text("key,words\n1,Seal in slurry\n")
    (tmp_path / "m.yaml").write_text("fields:\n  id: key\n  title: words\n")
    files = ("--needs", "n.csv", "--achievements", "a.csv", "--mapping", "m.yaml")
    assert terrace("match", *files, *WORDS, "--out", "p.csv").exit_code == 0
    assert pl.read_csv(tmp_path / "p.csv").height == 1


@pytest.mark.parametrize("out", ["p.txt", "pairs", "folder.csv", "needs.jsonl/p.csv"])
def test_an_output_that_cannot_be_written_is_refused_at_once(
    out: str, match: Run, tmp_path: Path
) -> None:
    (tmp_path / "folder.csv").mkdir()
    result = match("--out", out, needs="never read")
    assert isinstance(result.exception, TerraceError)
    assert out in str(result.exception)


def test_a_full_disk_leaves_the_old_file(
    match: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "p.csv").write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("terrace.files.os.fsync", fail)
    result = match("--out", "p.csv")
    assert isinstance(result.exception, TerraceError)
    assert "free some space" in str(result.exception)
    assert (tmp_path / "p.csv").read_text() == "old"


def test_an_unknown_embedder_is_refused(terrace: Run) -> None:
    result = terrace(
        "match", "--needs", "needs.jsonl", "--achievements", "achievements.jsonl",
        "--embedder", "word2vec", "--ranker", "none",
    )  # fmt: skip
    assert isinstance(result.exception, EmbedderError)


def test_a_ranker_file_is_used_or_refused(terrace: Run, tmp_path: Path) -> None:
    files = ("--needs", "needs.jsonl", "--achievements", "achievements.jsonl", "--embedder", "none")
    Ranker().save(tmp_path / "r.json")
    assert terrace("match", *files, "--ranker", "r.json").exit_code == 0
    for wrong in ("none.json", "needs.jsonl"):
        assert isinstance(terrace("match", *files, "--ranker", wrong).exception, RankerError)


def test_a_day_has_to_be_one(match: Run) -> None:
    result = match("--today", "tomorrow")
    assert result.exit_code == 2
    assert "2026-05-01" in result.stderr


def test_quiet_says_nothing(match: Run) -> None:
    result = match("--out", "p.csv", "--quiet")
    assert result.output == ""


def test_the_cache_lies_where_caches_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_path() == tmp_path / "terrace" / "vectors.sqlite"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert default_cache_path().parts[-3:] == (".cache", "terrace", "vectors.sqlite")


def test_help_has_examples(terrace: Run) -> None:
    for command in ("match", "explain", "assign", "train", "evaluate"):
        assert "Examples" in terrace(command, "--help").stdout


def run_process(tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "terrace.cli.main", *arguments]
    environment = {**os.environ, "COLUMNS": "60", "TERRACE_CACHE": str(tmp_path / "c.sqlite")}
    return subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.usefixtures("terrace")
def test_a_process_says_what_is_wrong_and_how(tmp_path: Path) -> None:
    files = ("--needs", "needs.jsonl", "--achievements", "achievements.jsonl")
    done = run_process(tmp_path, "match", *files, *WORDS)
    assert done.returncode == 0
    assert all(len(line) <= 60 for line in done.stdout.splitlines())
    assert "低温" in done.stdout
    missing = run_process(tmp_path, "match", "--needs", "no.csv", *files[2:], *WORDS)
    assert missing.returncode == 3
    assert missing.stderr.startswith("error: no.csv")
    refused = run_process(tmp_path, "match", *files, *WORDS, "--out", "p.txt")
    assert refused.returncode == 4
    assert "Traceback" not in missing.stderr + refused.stderr
