from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from terrace.cli import path
from terrace.errors import InputError, NotFound, TerraceError

FACTS = (
    "company,fiscal_year,revenue,main_revenue,rd_spend,total_costs,total_assets,total_liabilities,"
    "employees,tech_staff,founded,resident_enterprise,incident_or_dishonesty,prohibited_industry,"
    "ip_class1,ip_class1_own,ip_class1_high_value,ip_class2,product_field,hnte_until,"
    "innovative_sme_until\n"
    "西安甲科技,2024,9000000,8000000,300000,8000000,9000000,3000000,"
    "40,5,2015-01-01,yes,no,no,0,0,0,2,other,无,无\n"
    "西安甲科技,2025,10000000,9000000,300000,8000000,9000000,3000000,"
    "40,5,2015-01-01,yes,no,no,0,0,0,2,other,无,无\n"
    "西安乙科技,2025,10000000,9000000,600000,8000000,9000000,3000000,"
    "40,15,2015-01-01,yes,no,no,1,1,0,2,other,无,2026-12-31\n"
)
WHEN = ("--as-of", "2026-11-23")


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    path.register(app)
    result = CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": "160"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    file = tmp_path / "facts.csv"
    file.write_text(FACTS, "utf-8")
    return file


def test_it_shows_the_plans_in_both_languages(facts: Path) -> None:
    asked = ("西安甲科技", "--to", "tech_sme", "--by", "2028-10-31", *WHEN, "--plans", "2")
    output = run("path", facts, *asked).output
    assert "Plan 1:" in output
    assert "apply for Technology SME" in output
    assert "levers.yaml" in output
    assert "申报科技型中小企业" in run("path", facts, *asked, "--lang", "zh").output


def test_it_says_what_stands_in_the_way(facts: Path) -> None:
    output = run("path", facts, "西安甲科技", "--to", "srdi", "--by", "2027-03-01", *WHEN).output
    assert "No plan on the grid: proven" in output
    assert "S5b" in output or "S4a" in output


def test_it_shows_the_whole_ladder(facts: Path) -> None:
    output = run("path", facts, "西安乙科技", "--by", "2027-10-31", *WHEN).output
    assert "Little giant" in output
    assert "Technology SME" in output


def test_it_writes_steps_applications_and_blockers(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    run("path", facts, "西安甲科技", "--by", "2028-12-31", *WHEN, "--out", out)
    written = pl.read_csv(out)
    assert {"step", "application", "blocker"} == set(written["kind"])
    steps = written.filter(pl.col("kind") != "blocker")
    assert steps["cost_yuan"].min() > 0


def test_it_varies_the_assumptions(facts: Path) -> None:
    asked = ("--to", "innovative_sme", "--by", "2027-12-31", *WHEN, "--what-if")
    output = run("path", facts, "西安乙科技", *asked).output
    assert "assumption" in output
    assert "growth" in output


def test_growth_moves_the_plan(facts: Path, tmp_path: Path) -> None:
    # From 2027 on the outlook fills in 2026: shrinking sales leave too few points for growth.
    kinds = []
    for growth in ("-0.1", "0.2"):
        out = tmp_path / f"{growth}.csv"
        asked = ("--to", "innovative_sme", "--by", "2027-12-31", "--as-of", "2027-02-01")
        asked = (*asked, "--growth", growth, "--plans", "1", "--out", out)
        run("path", facts, "西安甲科技", *asked)
        kinds.append(pl.read_csv(out)["kind"].to_list())
    assert kinds[0] != ["application"]
    assert kinds[1] == ["application"]


def test_wrong_input_is_refused_with_a_reason(facts: Path, tmp_path: Path) -> None:
    with pytest.raises(TerraceError, match="not within ten years"):
        run("path", facts, "西安甲科技", "--to", "srdi", "--by", "2026-11-23", *WHEN)
    with pytest.raises(NotFound, match="no title 'top'"):
        run("path", facts, "西安甲科技", "--to", "top", "--by", "2027-12-31", *WHEN)
    with pytest.raises(TerraceError, match="no yearly growth"):
        asked = ("--to", "srdi", "--by", "2027-12-31", *WHEN, "--growth", "5")
        run("path", facts, "西安甲科技", *asked)
    with pytest.raises(InputError):
        run("path", tmp_path / "none.csv", "A", "--to", "srdi", "--by", "2027-12-31", *WHEN)


def test_it_forecasts(facts: Path) -> None:
    output = run("forecast", facts, *WHEN, "--plans", "1").output
    assert "Certificates that lapse" in output
    assert "2026-12-31" in output
    assert "Technology SME" in output
    assert "2027-11-23前到期的资质" in run("forecast", facts, *WHEN, "--lang", "zh").output


def test_it_writes_the_worklist(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "reach.csv"
    run("forecast", facts, *WHEN, "--plans", "2", "--out", out)
    written = pl.read_csv(out)
    assert written.columns == ["company", "title", "unmet", "distance", "result", "cost_yuan"]
    assert written["cost_yuan"].drop_nulls().len() >= 1


def test_it_writes_what_lapses(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "lapsing.xlsx"
    output = run("forecast", facts, *WHEN, "--lapsing-out", out).output
    assert "wrote 1 rows" in output
    assert "Within reach" not in output
    assert out.read_bytes().startswith(b"PK")


def test_a_worklist_without_plans_has_no_column_of_costs(facts: Path) -> None:
    assert "yuan" not in run("forecast", facts, *WHEN).output
    assert "yuan" in run("forecast", facts, *WHEN, "--plans", "1").output


def test_long_lists_say_how_the_rest_is_had(tmp_path: Path) -> None:
    header, *rows = FACTS.strip().split("\n")
    many = [row.replace("科技", f"科技{n}") for n in range(60) for row in rows]
    path = tmp_path / "many.csv"
    path.write_text("\n".join([header, *many]), "utf-8")
    output = run("forecast", path, *WHEN, "--lang", "zh").output
    assert "另有10行；--lapsing-out 文件名 可全部写出" in output


LEVERS = """
levers:
  - id: invent
    en: Invent
    zh: 发明
    unit: count
    lasts: true
    cost: 77777
    lead_months: 1
    steps: [1]
    effects: {ip_class1: 1, ip_class1_own: 1}
"""


def test_a_zone_uses_its_own_levers(facts: Path, tmp_path: Path) -> None:
    levers, out = tmp_path / "ours.yaml", tmp_path / "plan.csv"
    levers.write_text(LEVERS, "utf-8")
    asked = ("--to", "innovative_sme", "--by", "2028-12-31", "--as-of", "2027-02-01")
    asked = (*asked, "--plans", "1", "--levers", levers, "--out", out)
    poor = tmp_path / "poor.csv"
    poor.write_text(FACTS.replace(",0,0,0,2,other", ",0,0,0,0,other"), "utf-8")
    run("path", poor, "西安甲科技", *asked)
    steps = pl.read_csv(out).filter(kind="step")
    assert steps["what"].to_list() == ["invent"]
    assert steps["cost_yuan"].to_list() == [77777]
    levers.write_text(LEVERS.replace("ip_class1:", "ip_class_one:"), "utf-8")
    with pytest.raises(TerraceError, match="no number fact 'ip_class_one'"):
        run("path", facts, "西安甲科技", *asked)


def test_what_stands_in_the_way_is_said_in_chinese(facts: Path) -> None:
    asked = ("--to", "little_giant", "--by", "2027-12-31", *WHEN, "--lang", "zh")
    output = run("path", facts, "西安甲科技", *asked).output
    assert "没有可行方案（已证明）" in output
    assert "小巨人" in output


def test_nothing_is_left_to_experts_if_asked(facts: Path) -> None:
    asked = ("--to", "hnte", "--by", "2028-12-31", *WHEN, "--certain")
    assert "H2" in run("path", facts, "西安乙科技", *asked).output


def test_many_rows_are_cut_and_counted(tmp_path: Path) -> None:
    header, *_, last = FACTS.strip().split("\n")
    rows = (last.replace("西安乙科技", f"企业{number}") for number in range(60))
    file = tmp_path / "many.csv"
    file.write_text("\n".join((header, *rows)), "utf-8")
    output = run("forecast", file, *WHEN).output
    assert "10 more rows" in output
    assert output.count("2026-12-31") == 50
