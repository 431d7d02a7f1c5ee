from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from terrace.cli import impact, population, rules, standing
from terrace.errors import CriteriaError, InputError, NotFound, TerraceError

FACTS = (
    "company,fiscal_year,planned_investment,little_giant_until,is_listed,supported_before,source\n"
    "西安甲科技,2025,15000000,2027-05-01,否,否,申报表\n"
    "西安乙科技,2025,30000000,2027-05-01,否,否,申报表\n"
    "西安丙科技,2025,,2027-05-01,否,否,申报表\n"
)
GRANT = ("impact", "key_little_giant@2024", "key_little_giant@2024")


def run(*arguments: str | Path, columns: int = 160) -> Result:
    app = typer.Typer()
    for group in (rules, standing, impact, population):
        group.register(app)
    runner = CliRunner()
    result = runner.invoke(app, [str(one) for one in arguments], env={"COLUMNS": str(columns)})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.csv"
    path.write_text(FACTS, "utf-8")
    return path


def ask(facts: Path, *more: str | Path) -> Result:
    return run(*GRANT, facts, "--as-of", "2026-06-01", "--set", "Q4=1000万元", *more)


def test_it_says_who_moves_why_and_at_what_cost(facts: Path) -> None:
    output = ask(facts).output
    assert "key_little_giant@2024, Q4.threshold = 10000000" in output
    assert "西安甲科技: enters (not met -> met)" in output
    assert "before Q4 Planned investment without land and buildings 15,000,000 yuan" in output
    assert "西安丙科技: may enter (unknown -> unknown)" in output
    assert "西安乙科技" not in output
    assert "budget: 6,000,000 yuan for certain, between 6,000,000 yuan and 12,000,000" in output
    assert "[secondary] 财建〔2024〕148号" in output


def test_it_speaks_chinese(facts: Path) -> None:
    output = ask(facts, "--lang", "zh").output
    assert "西安甲科技: 新增符合 (不符合 -> 符合)" in output
    assert "变动前 Q4 计划投资额(不含土地厂房)为15,000,000元，要求超过20,000,000元" in output
    assert "预算影响：确定6,000,000元" in output


def test_one_company_can_be_asked_for(facts: Path) -> None:
    output = ask(facts, "--company", "西安乙科技").output
    assert "西安乙科技: stays in" in output
    assert "西安甲科技" not in output
    with pytest.raises(NotFound, match="no company '西安丁科技'"):
        ask(facts, "--company", "西安丁科技")


def test_moves_and_reasons_go_to_files(facts: Path, tmp_path: Path) -> None:
    moves, reasons = tmp_path / "moves.csv", tmp_path / "reasons.parquet"
    ask(facts, "--out", moves, "--reasons", reasons)
    written = pl.read_csv(moves)
    assert dict(written.select("company", "move").iter_rows())["西安甲科技"] == "enters"
    named = pl.read_parquet(reasons).filter(pl.col("company") == "西安甲科技")
    assert named["sentence_zh"].item().startswith("计划投资额")


def test_a_given_amount_replaces_the_stated_one(facts: Path) -> None:
    assert "budget: 100 yuan for certain" in ask(facts, "--amount", "100").output


def test_two_versions_of_a_file_are_compared(facts: Path, tmp_path: Path) -> None:
    shipped = rules.find_rulebook(rules.load_rulebooks(), "key_little_giant").path
    draft = tmp_path / "draft.yaml"
    draft.write_text(shipped.read_text("utf-8").replace("20000000", "40000000"), "utf-8")
    output = run("impact", "key_little_giant", draft, facts, "--as-of", "2026-06-01").output
    assert "西安乙科技: leaves (met -> not met)" in output


def test_the_figures_that_were_changed_are_listed(facts: Path) -> None:
    output = ask(facts, "--language", "zh").output
    assert "Q4.threshold 计划投资额(不含土地厂房)" in output
    assert "20,000,000元" in output
    assert "10,000,000元" in output
    unchanged = run(*GRANT, facts, "--as-of", "2026-06-01").output
    assert "no figure differs between the two" in unchanged


def test_what_cannot_be_done_is_refused_before_the_work(facts: Path, tmp_path: Path) -> None:
    with pytest.raises(TerraceError, match="let its name end in"):
        ask(facts, "--out", tmp_path / "moves.doc")
    with pytest.raises(CriteriaError, match="no one figure 'Q9'"):
        ask(facts, "--set", "Q9=1")
    with pytest.raises(InputError, match="no declared fact"):
        (facts.parent / "bad.csv").write_text("company,fiscal_year,moon\na,2025,1\n")
        ask(facts.parent / "bad.csv")


def test_many_moves_are_cut_on_the_screen(tmp_path: Path) -> None:
    header, row = FACTS.split("\n")[:2]
    path = tmp_path / "many.csv"
    rows = [row.replace("甲", f"甲{number}") for number in range(30)]
    path.write_text("\n".join([header, *rows]), "utf-8")
    output = ask(path).output
    assert output.count(": enters (") == 20
    assert "10 more move; --out and --reasons write them all" in output


def test_synthetic_companies_are_generated_and_named_as_such(tmp_path: Path) -> None:
    path, truth = tmp_path / "synthetic.parquet", tmp_path / "truth.csv"
    asked = ("--companies", "400", "--seed", "3", "--last-year", "2025")
    result = run("facts", "generate", *asked, "--out", path, "--truth", truth)
    assert "wrote 400 synthetic companies" in result.output
    assert pl.read_csv(truth).height == 400
    found = run(
        *("impact", "srdi@2022", "srdi@2026", path, "--illustrative"), "--as-of", "2026-04-01"
    )
    assert "400 of 400 companies are synthetic" in found.output


def test_a_mixture_is_said(tmp_path: Path, facts: Path) -> None:
    path = tmp_path / "mixed.csv"
    synthetic = "SYN-000001,2025,1,无,否,否,synthetic (made up)\n"
    path.write_text(FACTS + synthetic, "utf-8")
    assert "1 of 4 companies are synthetic, mixed with others" in ask(path).output
    assert "synthetic" not in ask(facts).output


def test_no_company_is_no_population(tmp_path: Path) -> None:
    result = run("facts", "generate", "--companies", "0", "--out", tmp_path / "x.csv")
    assert result.exit_code == 2


def test_the_same_seed_writes_the_same_file(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.csv" for name in ("one", "two", "other")]
    for path, seed in zip(paths, ("5", "5", "6"), strict=True):
        asked = ("--companies", "50", "--seed", seed, "--last-year", "2025")
        run("facts", "generate", *asked, "--out", path)
    one, two, other = (path.read_bytes() for path in paths)
    assert one == two != other


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl", "json"])
def test_what_is_generated_can_be_read_again(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"synthetic.{ending}"
    run("facts", "generate", "--companies", "60", "--last-year", "2025", "--out", path)
    asked = ("--as-of", "2026-06-01", "--rulebook", "tech_sme", "--out", tmp_path / "found.csv")
    run("standing", path, *asked)
    found = pl.read_csv(tmp_path / "found.csv")
    assert found.height == 60
    assert set(found["version"].cast(pl.String)) == {"2017"}


def test_a_file_type_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TerraceError, match="let its name end in"):
        run("facts", "generate", "--companies", "5", "--out", tmp_path / "facts.doc")


def test_corrections_made_later_can_be_left_out(tmp_path: Path) -> None:
    header, row, *_ = FACTS.split("\n")
    early = f"{row.replace('15000000', '9000000')},2026-01-10"
    late = f"{row},2026-05-10"
    path = tmp_path / "corrected.csv"
    path.write_text("\n".join([f"{header},recorded", early, late]), "utf-8")
    assert "西安甲科技: enters" in ask(path, "--company", "西安甲科技").output
    known = ask(path, "--company", "西安甲科技", "--known-at", "2026-02-01").output
    assert "西安甲科技: stays out" in known


def test_a_title_that_lapsed_by_the_day_keeps_a_company_out(facts: Path) -> None:
    later = ("--set", "Q4=1000万元", "--company", "西安甲科技", "--as-of", "2027-06-01")
    assert "西安甲科技: stays out" in run(*GRANT, facts, *later).output


def test_illustrative_figures_decide_only_if_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    rents = "company,fiscal_year,emergency_declared,is_sme,rents_public_space\n甲,2025,是,是,是\n"
    path.write_text(rents, "utf-8")
    draft = tmp_path / "draft.yaml"
    shipped = rules.find_rulebook(rules.load_rulebooks(), "rent_relief").path
    draft.write_text(
        shipped.read_text("utf-8").replace("is_sme, values: [true]", "is_sme, values: [false]")
    )
    asked = ("impact", "rent_relief", draft, path)
    assert "甲: leaves (met -> not met)" in run(*asked, "--illustrative").output
    assert "needs judgement -> needs judgement" in run(*asked).output


def test_nothing_moves_where_nothing_changes(facts: Path) -> None:
    output = run(*GRANT, facts, "--as-of", "2026-06-01").output
    assert "budget: 0 yuan for certain, between 0 yuan and 0 yuan" in output
    assert "decided by" not in output
    assert "西安甲科技" not in output


def test_another_folder_of_rulebooks_can_be_compared(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    shipped = rules.find_rulebook(rules.load_rulebooks(), "key_little_giant").path
    for name in ("facts.yaml", shipped.name):
        (folder / name).write_text((shipped.parent / name).read_text("utf-8"), "utf-8")
    path = tmp_path / "facts.csv"
    path.write_text(FACTS, "utf-8")
    assert "enters" in ask(path, "--rules", folder).output
    with pytest.raises(NotFound, match="no rulebook 'srdi'; there are key_little_giant"):
        run("impact", "srdi@2022", "srdi@2026", path, "--rules", folder)
