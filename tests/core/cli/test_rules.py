import json
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from terrace.cli import rules, standing
from terrace.cli.console import console
from terrace.errors import CriteriaError, InputError, NotFound, TerraceError
from terrace.rules.rulebook import shipped_folder

FACTS = (
    "company,fiscal_year,revenue,rd_spend,employees,tech_staff,founded,hnte_until\n"
    "西安甲科技,2024,40000000,2000000,100,12,2015-01-01,\n"
    "西安甲科技,2025,50000000,2000000,100,12,,2027-05-01\n"
    "西安乙科技,2025,9000000,1000000,20,1,2024-01-01,无\n"
)


def run(*arguments: str | Path, width: int = 160) -> Result:
    app = typer.Typer()
    rules.register(app)
    standing.register(app)
    # A console made before, by another test, has its own width.
    console.width = width
    result = CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": str(width)})
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


def test_on_a_narrow_screen_no_word_of_the_list_is_cut() -> None:
    lines = run("rules", "list", width=80).output.splitlines()
    assert sum("illustrative" in line for line in lines) >= 5
    assert max(map(len, lines)) <= 80


def test_of_many_companies_it_counts_who_came_to_what(facts: Path) -> None:
    more = "".join(f"丙{n},2025,9000000,1000000,20,1,2024-01-01,无\n" for n in range(20))
    facts.write_text(FACTS + more, "utf-8")
    output = run("standing", facts, "--as-of", "2026-06-01", "--language", "zh").output

    assert "22家企业" in output
    counts = [line.split("│") for line in output.splitlines() if "高新技术企业所得税优惠 " in line][
        -1
    ]
    assert [cell.strip() for cell in counts[3:7]] == ["1", "0", "0", "21"]


def test_it_shows_what_a_rulebook_asks() -> None:
    output = run("rules", "show", "hnte", "--lang", "zh").output
    assert "第十一条" in output
    assert "超过70分" in output
    with pytest.raises(NotFound, match="no rulebook 'nothing'"):
        run("rules", "show", "nothing")


@pytest.mark.parametrize(
    ("rulebook", "lang", "said"),
    [
        ("tech_sme", "en", "at least 25%: 16 points"),
        ("tech_sme", "en", "Class I intellectual property at least 1: 30 points"),
        ("tech_sme", "zh", "研发费用占销售收入比例 + 研发费用占成本费用比例中最高者"),
        ("hnte", "zh", "由专家评0至6分"),
        ("hnte", "en", "high: 7 to 8 points"),
        ("hnte", "en", "at most 30 points"),
    ],
)
def test_it_shows_how_points_are_given(rulebook: str, lang: str, said: str) -> None:
    output = run("rules", "show", rulebook, "--language", lang, width=400).output
    assert said in output


HEADINGS = {
    ("rules", "list"): ("适用期间", "首次：2022-08-01 至 2026-03-31"),
    ("rules", "show", "srdi"): ("条款", "要求", "核实程度", "转引"),
}


@pytest.mark.parametrize("command", HEADINGS)
def test_headings_are_in_the_language_of_the_page(command: tuple[str, ...]) -> None:
    output = run(*command, "--language", "zh", width=300).output
    for said in HEADINGS[command]:
        assert said in output
    for word in ("version", "clause", "status", "secondary", "first:"):
        assert word not in output


def test_the_table_of_standing_is_in_the_language_of_the_page(facts: Path) -> None:
    output = run("standing", facts, "--as-of", "2026-06-01", "--language", "zh").output
    for said in ("企业", "规定", "结论", "得分", "待定"):
        assert said in output
    assert "company" not in output


def test_a_name_is_never_markup(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("company,fiscal_year,employees\nA[/bold] [red]B,2025,5\n")
    asked = ("--as-of", "2026-06-01", "--rulebook", "tech_sme")
    assert "A[/bold] [red]B" in run("standing", path, *asked).output


def test_it_checks_a_rulebook() -> None:
    assert "tech_sme: 57 cases, 0 problems" in run("rules", "check", "tech_sme").output
    output = run("rules", "check", "tech_sme", "--language", "zh", "--cases").output
    assert "tech_sme：57个案例，0个问题" in output
    assert "employees_501 [国科发政〔2017〕115号] 501 > 500 by 1：result unmet" in output


def test_an_official_corrects_a_threshold_and_sees_whom_it_moves(facts: Path, copied: Path) -> None:
    rulebook = copied / "tech_sme.yaml"
    rulebook.write_text(
        rulebook.read_text("utf-8").replace("threshold: 500\n", "threshold: 50\n"), "utf-8"
    )
    with pytest.raises(CriteriaError, match="problems in the rulebooks"):
        run("rules", "check", "--rules", copied)
    arguments = ("standing", facts, "--as-of", "2026-06-01", "--rules", copied)
    output = run(*arguments, "--company", "西安甲科技", "--lang", "zh").output
    assert "职工总数为100人，要求不超过50人：超出50人" in output


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
    assert "缺少：2023年研发费用" in output
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
    sentences = {"reason"} if suffix == "xlsx" else {"sentence_en", "sentence_zh", "missing"}
    assert {"criterion", "clause", *sentences} <= set(frame.columns)
    assert frame.filter(pl.col("criterion") == "H4").height == 2


def test_illustrative_rulebooks_are_shown_only_if_asked_for(facts: Path) -> None:
    arguments = ("standing", facts, "--as-of", "2026-06-01", "--rulebook", "gazelle_cn")
    assert "西安甲科技" not in run(*arguments).output
    assert "西安甲科技" in run(*arguments, "--illustrative").output


def test_an_unknown_file_type_is_refused(facts: Path) -> None:
    with pytest.raises(TerraceError, match="let its name end in"):
        run("standing", facts, "--out", facts.with_name("standing.doc"))


def test_excel_is_told_the_encoding_of_a_csv_with_chinese(facts: Path) -> None:
    out = facts.with_name("standing.csv")
    run("standing", facts, "--out", out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbfcompany,")


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


def test_rulebooks_are_copied_to_a_folder_of_ones_own(tmp_path: Path, facts: Path) -> None:
    folder = tmp_path / "mine"
    assert "copied 21 rulebooks" in run("rules", "copy", folder).output
    assert {path.name for path in folder.iterdir()} == {
        path.name for path in shipped_folder().iterdir()
    }
    again = tmp_path / "again"
    run("rules", "copy", again, "--rules", folder)
    assert "西安甲科技" in run("standing", facts, "--rules", again).output
    with pytest.raises(TerraceError, match="not empty; name a new folder"):
        run("rules", "copy", folder)


def test_what_is_no_folder_of_rulebooks_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TerraceError):
        run("rules", "copy", tmp_path / "new", "--rules", tmp_path / "empty")
    assert not (tmp_path / "new").exists()


HNTE = ("--as-of", "2026-06-01", "--rulebook", "hnte", "--company", "西安甲科技")


def test_the_reasons_of_one_company_are_a_page_to_print(facts: Path) -> None:
    out = facts.with_name("reasons.html")
    run("standing", facts, *HNTE, "--language", "zh", "--known-at", "2026-05-01", "--out", out)
    page = out.read_text("utf-8")
    assert '<html lang="zh-CN">' in page
    assert "按2026-06-01有效的规定，以2026-05-01已知资料为准" in page
    assert "科技人员占职工总数比例为12%，要求不低于10%：符合" in page
    assert "<td>第十一条</td>" in page
    assert "<td>科技人员</td><td>2025</td><td>12人</td>" in page
    run("standing", facts, *HNTE, "--out", out)
    assert "<h1>Standing of 西安甲科技</h1>" in out.read_text("utf-8")
    assert '<table class="rulebook">' not in page


def test_the_page_of_many_rulebooks_begins_with_all_results(facts: Path) -> None:
    out = facts.with_name("reasons.html")
    asked = ("--as-of", "2026-06-01", "--company", "西安甲科技", "--language", "zh")
    run("standing", facts, *asked, "--out", out)
    overview = out.read_text("utf-8").split('<table class="result">')[0]
    assert "<tr><th>规定</th><th>结论</th><th>得分</th></tr>" in overview
    assert "<td>高新技术企业</td><td>资料不足</td><td>1至100分</td>" in overview


def test_what_a_file_says_is_no_markup_on_the_page(tmp_path: Path) -> None:
    path, out = tmp_path / "facts.csv", tmp_path / "reasons.html"
    path.write_text("company,fiscal_year,employees,source\nA<b>,2025,5,<script>x</script>\n")
    day = ("--as-of", "2026-06-01", "--rulebook", "tech_sme")
    run("standing", path, *day, "--company", "A<b>", "--out", out)
    page = out.read_text("utf-8")
    assert "<script>" not in page
    assert "A&lt;b&gt;" in page


def test_a_page_is_of_one_company(facts: Path) -> None:
    with pytest.raises(InputError, match="a page to print is of one company"):
        run("standing", facts, "--out", facts.with_name("reasons.html"))


def test_a_table_of_one_company_holds_its_sentences(facts: Path) -> None:
    out = facts.with_name("reasons.csv")
    run("standing", facts, *HNTE, "--out", out)
    frame = pl.read_csv(out)
    assert set(frame["company"]) == {"西安甲科技"}
    assert "sentence_zh" in frame.columns
    with pytest.raises(NotFound, match="no facts about the company '丙'"):
        run("standing", facts, "--company", "丙", "--out", out)


def test_nothing_in_force_is_said(facts: Path) -> None:
    asked = ("standing", facts, "--as-of", "1999-01-01", "--rulebook", "srdi")
    assert "nothing that was asked for is in force on 1999-01-01" in run(*asked).output
    assert "nothing that was asked" in run(*asked, "--company", "西安甲科技").output


def test_a_failing_case_says_which_criterion_decided(copied: Path) -> None:
    rulebook = copied / "tech_sme.yaml"
    text = rulebook.read_text("utf-8").replace("threshold: 200000000\n", "threshold: 1000\n")
    rulebook.write_text(text, "utf-8")
    app = typer.Typer()
    rules.register(app)
    arguments = ["rules", "check", "--rules", str(copied), "--language", "zh"]
    console.width = 160
    output = CliRunner().invoke(app, arguments, env={"COLUMNS": "160"}).output
    assert "T2c 资产总额为80,000,000元，要求不超过1,000元：超出79,999,000元" in output
    assert "其中12个案例基于“sound”：请先查看该处" in output
    assert "result为unmet(不符合)，应为met(符合)（国科发政〔2017〕115号" in output
    arguments[-1] = "en"
    output = CliRunner().invoke(app, arguments, env={"COLUMNS": "160"}).output
    assert "rest on the base 'sound': look there first" in output
    assert "line 22: result is unmet, expected met (" in output


def test_facts_used_are_named_once_per_source(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(
        "company,fiscal_year,employees,tech_staff,resident_enterprise,hnte_until,source\n"
        "A,2025,5,1,yes,none,tax return\n"
    )
    asked = ("--as-of", "2026-06-01", "--rulebook", "tech_sme", "--company", "A")
    output = run("standing", path, *asked).output
    assert output.count("tax return") == 1
    for said in ("2025: 5 people", "2025: yes", "2025: never held"):
        assert said in output
