import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from terrace.cli import records
from terrace.cli.records import count_records
from terrace.errors import InputError, NotFound, RowErrors
from terrace.records import to_frame
from terrace.testing.records import make_company, make_need, make_text, tiny_zone
from terrace.zone import Zone

Run = Callable[..., Result]

NEEDS = "id,title,budget\nN1,Seal,5000\nN2,低温电池,\n"


@pytest.fixture
def terrace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    records.register(app)

    def run(*arguments: Any) -> Result:
        return CliRunner().invoke(app, list(map(str, arguments)))

    return run


@pytest.fixture
def needs_file(tmp_path: Path) -> Path:
    path = tmp_path / "needs.csv"
    path.write_text(NEEDS, encoding="utf-8")
    return path


def test_it_works(terrace: Run, needs_file: Path, tmp_path: Path) -> None:
    result = terrace("import", needs_file, "--as", "need")
    assert result.exit_code == 0
    assert "added" in result.stdout
    assert "plain" in result.stdout
    assert Zone.open(tmp_path / "zone").records("need")["id"].to_list() == ["N1", "N2"]


def test_the_zone_can_be_named_or_stand_in_the_environment(
    terrace: Run, needs_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terrace("import", needs_file, "--as", "need", "--zone", tmp_path / "a")
    monkeypatch.setenv("TERRACE_ZONE", str(tmp_path / "b"))
    terrace("import", needs_file, "--as", "need")
    assert Zone.open(tmp_path / "a").records("need").height == 2
    assert Zone.open(tmp_path / "b").records("need").height == 2


def test_reimport_counts_what_changed(terrace: Run, needs_file: Path) -> None:
    terrace("import", needs_file, "--as", "need")
    needs_file.write_text("id,title\nN1,Ring\nN2,低温电池\nN3,Pump\n", encoding="utf-8")
    result = terrace("import", needs_file, "--as", "need")
    counts = [word for word in result.stdout.split() if word.isdigit()]
    assert counts == ["1", "1", "1", "0"]


def test_bad_rows_stop_the_import(terrace: Run, needs_file: Path, tmp_path: Path) -> None:
    needs_file.write_text("id,title,budget\nN1,Seal,lots\nN2,Pump,5\n", encoding="utf-8")
    result = terrace("import", needs_file, "--as", "need")
    assert isinstance(result.exception, RowErrors)
    assert not (tmp_path / "zone").exists()


def test_bad_rows_can_be_skipped_and_are_named(
    terrace: Run, needs_file: Path, tmp_path: Path
) -> None:
    needs_file.write_text("id,title,budget\nN1,Seal,lots\nN2,Pump,5\n", encoding="utf-8")
    result = terrace("import", needs_file, "--as", "need", "--skip-bad")
    assert result.exit_code == 0
    assert "1 bad rows were skipped" in result.stderr
    assert "row 2, field 'budget_max': 'lots' is no amount" in result.stderr
    assert Zone.open(tmp_path / "zone").records("need")["id"].to_list() == ["N2"]


def test_many_bad_rows_are_not_all_printed(terrace: Run, needs_file: Path) -> None:
    needs_file.write_text("id,title\n" + ",a\n" * 30 + "N1,b\n", encoding="utf-8")
    result = terrace("import", needs_file, "--as", "need", "--skip-bad")
    assert result.stderr.count("is missing") == 20
    assert "and 10 more" in result.stderr


def test_a_source_that_is_not_known_names_the_known_ones(terrace: Run, needs_file: Path) -> None:
    result = terrace("import", needs_file, "--as", "need", "--source", "sbri")
    assert result.exit_code == 2
    assert "uk_challenges" in result.stderr


def test_a_dry_run_changes_nothing(terrace: Run, needs_file: Path, tmp_path: Path) -> None:
    result = terrace("import", needs_file, "--as", "need", "--dry-run")
    assert "nothing was changed" in result.stdout
    assert [word for word in result.stdout.split() if word.isdigit()] == ["2", "0", "0", "0"]
    assert not (tmp_path / "zone").exists()


def test_a_dry_run_compares_with_the_zone(terrace: Run, needs_file: Path, tmp_path: Path) -> None:
    terrace("import", needs_file, "--as", "need")
    needs_file.write_text("id,title\nN1,Ring\n", encoding="utf-8")
    result = terrace("import", needs_file, "--as", "need", "--dry-run")
    assert [word for word in result.stdout.split() if word.isdigit()] == ["0", "1", "0", "0"]
    assert Zone.open(tmp_path / "zone").records("need").height == 2


def test_quiet_says_nothing_but_what_was_skipped(terrace: Run, needs_file: Path) -> None:
    assert terrace("import", needs_file, "--as", "need", "--quiet").output == ""
    needs_file.write_text("id,title\n,a\nN1,b\n", encoding="utf-8")
    result = terrace("import", needs_file, "--as", "need", "--quiet", "--skip-bad")
    assert result.stdout == ""
    assert result.stderr.strip() == "1 bad rows were skipped"


def test_mapping_encoding_and_source_reach_the_reader(terrace: Run, tmp_path: Path) -> None:
    (tmp_path / "成果.csv").write_bytes("号,题\nA1,密封\n".encode("gb18030"))
    (tmp_path / "m.yaml").write_text("fields: {id: 号, title: 题}", encoding="utf-8")
    options = ("--mapping", "m.yaml", "--encoding", "gb18030", "--source", "csl")
    result = terrace("import", "成果.csv", "--as", "achievement", *options)
    assert result.exit_code == 0
    assert "gb18030" in result.stdout
    (record,) = Zone.open(tmp_path / "zone").records("achievement").to_dicts()
    assert (record["id"], record["source"], record["texts"][0]["language"]) == ("A1", "csl", "zh")


def test_a_folder_of_somebody_else_is_left_alone(
    terrace: Run, needs_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    result = terrace("import", needs_file, "--as", "need", "--zone", tmp_path / "mine")
    assert isinstance(result.exception, InputError)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "needs.csv"),
        ("import", "needs.csv", "--as", "idea"),
        ("import", "needs.csv", "--as", "need", "--source", "sbri"),
    ],
)
@pytest.mark.usefixtures("needs_file")
def test_wrong_usage(terrace: Run, arguments: Any) -> None:
    assert terrace(*arguments).exit_code == 2


@pytest.mark.parametrize("command", ["import", "records"])
def test_help_has_examples(terrace: Run, command: str) -> None:
    result = terrace(command, "--help")
    assert result.exit_code == 0
    assert f"terrace {command}" in result.stdout


def test_records_are_counted_by_kind_source_and_language(terrace: Run, tmp_path: Path) -> None:
    tiny_zone(tmp_path)
    result = terrace("records")
    assert result.exit_code == 0
    assert "25 records" in result.stdout
    for word in ("need", "achievement", "company", "expert", "en+zh"):
        assert word in result.stdout


def test_the_sample_can_be_counted(terrace: Run) -> None:
    assert "2799 records" in terrace("records", "--sample").stdout


def test_counting_without_a_zone_says_how_to_make_one(terrace: Run) -> None:
    result = terrace("records")
    assert isinstance(result.exception, NotFound)
    assert "terrace import" in str(result.exception)


def test_unsaid_languages_are_detected() -> None:
    needs = [
        make_need("1", texts=(make_text("Seal for pumps", language=""),)),
        make_need("2", texts=(make_text("低温电池", language=""),)),
        make_need("3", texts=(make_text("12345", language=""),)),
    ]
    frame = to_frame("need", needs).with_columns(source=pl.lit("plain"))
    assert count_records(frame) == {("plain", "en"): 1, ("plain", "zh"): 1, ("plain", "?"): 1}


def test_companies_without_works_have_no_language() -> None:
    frame = to_frame("company", [make_company()])
    assert count_records(frame) == {("", "?"): 1}


def test_a_jsonl_import_keeps_unknown_columns(terrace: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "title": "a", "aisle": 3}')
    terrace("import", "a.jsonl", "--as", "need")
    assert json.loads(Zone.open(tmp_path / "zone").records("need")["extra"][0]) == {"aisle": 3}
