import json
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from terrace.cli import rules, standing
from terrace.errors import CriteriaError, InputError, NotFound
from terrace.rules.rulebook import shipped_folder

FACTS = (
    "company,fiscal_year,revenue,rd_spend,employees,tech_staff,founded,hnte_until\n"
    "西安甲科技,2024,40000000,2000000,100,12,2015-01-01,\n"
    "西安甲科技,2025,50000000,2000000,100,12,,2027-05-01\n"
    "西安乙科技,2025,9000000,1000000,20,1,2024-01-01,无\n"
)


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    rules.register(app)
    standing.register(app)
    result = CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": "160"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.csv"
    path.write_text(FACTS, "utf-8")
    return path


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "rulebooks"
    folder.mkdir()
    for name in ("facts.yaml", "tech_sme.yaml", "tech_sme.cases.yaml"):
        (folder / name).write_text((shipped_folder() / name).read_text("utf-8"), "utf-8")
    return folder


def test_it_lists_the_rulebooks() -> None:
    output = run("rules", "list").output
    assert "little_giant" in output
    assert "illustrative" in output
    assert "专精特新中小企业" in run("rules", "list", "--lang", "zh").output


def test_it_shows_what_a_rulebook_asks() -> None:
    output = run("rules", "show", "hnte", "--lang", "zh").output
    assert "第十一条" in output
    assert "高于70分" in output
    with pytest.raises(NotFound, match="no rulebook 'nothing'"):
        run("rules", "show", "nothing")


def test_it_checks_a_rulebook() -> None:
    assert "tech_sme: 57 cases, 0 problems" in run("rules", "check", "tech_sme").output


def test_an_official_corrects_a_threshold_and_sees_whom_it_moves(facts: Path, copied: Path) -> None:
    rulebook = copied / "tech_sme.yaml"
    rulebook.write_text(
        rulebook.read_text("utf-8").replace("threshold: 500\n", "threshold: 50\n"), "utf-8"
    )
    with pytest.raises(CriteriaError, match="problems in the rulebooks"):
        run("rules", "check", "--rules", copied)
    arguments = ("standing", facts, "--as-of", "2026-06-01", "--rules", copied)
    output = run(*arguments, "--company", "西安甲科技", "--lang", "zh").output
    assert "职工总数为100人，要求不高于50人：超出50人" in output


def test_a_slip_in_a_rulebook_names_its_line(facts: Path, copied: Path) -> None:
    rulebook = copied / "tech_sme.yaml"
    rulebook.write_text(rulebook.read_text("utf-8").replace("measure: employees", "measure: staff"))
    with pytest.raises(CriteriaError, match="criterion 'T2a', line"):
        run("standing", facts, "--rules", copied)


def test_standing_shows_every_company(facts: Path) -> None:
    output = run("standing", facts, "--as-of", "2026-06-01", "--rulebook", "hnte_tax_relief").output
    assert "西安甲科技" in output
    assert "西安乙科技" in output
    assert "not met" in output


def test_standing_of_one_company_gives_reasons_in_chinese(facts: Path) -> None:
    output = run(
        *("standing", facts, "--as-of", "2026-06-01", "--rulebook", "hnte"),
        *("--company", "西安甲科技", "--lang", "zh"),
    ).output
    assert "科技人员占职工总数比例为12%，要求不低于10%：符合" in output
    assert "缺少2023年研发费用" in output
    assert "所用资料" in output


def test_standing_replays_an_earlier_day(facts: Path) -> None:
    def version_at(day: str, out: Path) -> list[str]:
        run("standing", facts, "--as-of", day, "--rulebook", "srdi", "--out", out)
        return pl.read_csv(out)["version"].cast(pl.String).unique().to_list()

    assert version_at("2026-03-31", facts.with_name("a.csv")) == ["2022"]
    assert version_at("2026-04-01", facts.with_name("b.csv")) == ["2026"]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json", "jsonl", "xlsx"])
def test_standing_writes_files(facts: Path, suffix: str) -> None:
    out = facts.with_name(f"standing.{suffix}")
    run("standing", facts, "--as-of", "2026-06-01", "--rulebook", "hnte", "--details", "--out", out)
    readers = {
        "csv": pl.read_csv,
        "parquet": pl.read_parquet,
        "json": pl.read_json,
        "jsonl": pl.read_ndjson,
        "xlsx": pl.read_excel,
    }
    frame = readers[suffix](out)
    assert {"criterion", "clause", "sentence_zh", "missing"} <= set(frame.columns)
    assert frame.filter(pl.col("criterion") == "H4").height == 2


def test_illustrative_rulebooks_are_shown_only_if_asked_for(facts: Path) -> None:
    arguments = ("standing", facts, "--as-of", "2026-06-01", "--rulebook", "gazelle_cn")
    assert "西安甲科技" not in run(*arguments).output
    assert "西安甲科技" in run(*arguments, "--illustrative").output


def test_an_unknown_file_type_is_refused(facts: Path) -> None:
    with pytest.raises(InputError, match="no file type"):
        run("standing", facts, "--out", facts.with_name("standing.doc"))


def test_it_writes_a_template(tmp_path: Path) -> None:
    out = tmp_path / "empty.xlsx"
    assert "wrote" in run("facts", "template", out).output
    assert out.read_bytes().startswith(b"PK")


def test_it_writes_the_schema(tmp_path: Path) -> None:
    out = tmp_path / "schema.json"
    run("rules", "schema", out)
    assert json.loads(out.read_text("utf-8"))["title"] == "Terrace rulebook"


def test_help_has_examples() -> None:
    assert "terrace standing facts.xlsx" in run("standing", "--help").output
