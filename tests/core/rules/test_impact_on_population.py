from datetime import date
from pathlib import Path

import polars as pl
import pytest

from terrace.rules import evaluate, find_rulebook, load_rulebooks
from terrace.rules.calibration import load_calibration
from terrace.rules.impact import MOVING, Impact, Move, assess_impact
from terrace.rules.impact_reasons import count_reasons, write_reasons
from terrace.rules.population import Population, generate_population
from terrace.rules.proposals import Proposal, edit_figures, find_proposal

SHIPPED = load_rulebooks()
DAY = date(2026, 6, 1)
TECH_SME = find_proposal("tech_sme@2017", SHIPPED)
HNTE = find_proposal("hnte@2016", SHIPPED)


@pytest.fixture(scope="module")
def population() -> Population:
    return generate_population(load_calibration(), companies=8000, seed=3, last_year=2025)


@pytest.fixture(scope="module")
def newest(population: Population) -> pl.DataFrame:
    last = population.facts.filter(pl.col("fiscal_year") == 2025)
    return last.join(population.truth, on="company", suffix="_truth").sort("company")


def run(population: Population, old: Proposal, new: Proposal) -> Impact:
    return assess_impact(old, new, population.facts, as_of=DAY)


def who(impact: Impact, move: Move) -> set[str]:
    return set(impact.moves.filter(pl.col("move") == move.value)["company"])


def named(newest: pl.DataFrame, condition: pl.Expr) -> set[str]:
    return set(newest.filter(condition)["company"])


@pytest.mark.parametrize("most", [5, 29, 100, 479])
def test_a_lower_limit_on_employees_moves_exactly_the_larger_ones(
    population: Population, newest: pl.DataFrame, most: int
) -> None:
    found = run(population, TECH_SME, edit_figures(TECH_SME, [f"T2a={most}"]))
    was_in = pl.col("tech_sme") == "met"
    assert who(found, Move.LEAVES) == named(newest, was_in & (pl.col("employees") > most))
    assert who(found, Move.STAYS_IN) == named(newest, was_in & (pl.col("employees") <= most))
    assert who(found, Move.MAY_LEAVE) == named(newest, pl.col("variant") == "no_headcount")
    assert who(found, Move.ENTERS) == set()


@pytest.mark.parametrize("least", [0.06, 0.08, 0.1])
def test_a_higher_intensity_moves_exactly_those_below_it(
    population: Population, newest: pl.DataFrame, least: float
) -> None:
    edits = [f"H5.{band}.threshold={least}" for band in range(3)]
    found = run(population, HNTE, edit_figures(HNTE, edits))
    sums = population.facts.filter(pl.col("fiscal_year") > 2022).group_by("company")
    intensity = sums.agg(of_3y=pl.col("rd_spend").sum() / pl.col("revenue").sum())
    joined = newest.join(intensity, on="company")
    expected = named(joined, (pl.col("hnte") == "met") & (pl.col("of_3y") < least))
    assert who(found, Move.LEAVES) == expected
    assert found.reasons.filter(pl.col("criterion") != "H5").is_empty()


def test_the_way_back_is_the_mirror(population: Population) -> None:
    edited = edit_figures(TECH_SME, ["T2a=50", "T5_total=90"])
    there, back = run(population, TECH_SME, edited), run(population, edited, TECH_SME)
    assert who(there, Move.LEAVES) == who(back, Move.ENTERS) != set()
    assert who(there, Move.MAY_LEAVE) == who(back, Move.MAY_ENTER) != set()
    assert who(there, Move.STAYS_IN) == who(back, Move.STAYS_IN)


def test_a_figure_set_is_the_same_as_a_figure_written(
    population: Population, tmp_path: Path
) -> None:
    text = TECH_SME.rulebook.path.read_text("utf-8")
    path = tmp_path / "tech_sme.yaml"
    path.write_text(text.replace("threshold: 500\n", "threshold: 40\n"), "utf-8")
    written = run(population, TECH_SME, find_proposal(str(path), ()))
    said = run(population, TECH_SME, edit_figures(TECH_SME, ["T2a=40"]))
    assert written.moves.equals(said.moves)
    assert written.reasons.equals(said.reasons)


def test_a_band_of_points_can_be_edited(population: Population) -> None:
    # Nobody gets the 20 points for staff any more; 80 remain, enough for 60 but not for 90.
    without = ["staff_points.0.points=1", "T5_total=90"]
    assert who(run(population, TECH_SME, edit_figures(TECH_SME, without[:1])), Move.LEAVES) == set()
    found = run(population, TECH_SME, edit_figures(TECH_SME, without))
    # High-tech enterprises enter directly, whatever their points.
    left = find_profiles(population, who(found, Move.LEAVES))
    assert left == {"tech_sme", "srdi"}
    assert {"hnte", "gazelle"} <= find_profiles(population, who(found, Move.STAYS_IN))


def find_profiles(population: Population, companies: set[str]) -> set[str]:
    chosen = population.truth.filter(pl.col("company").is_in(list(companies)))
    return set(chosen["profile"])


@pytest.mark.parametrize("rulebook", ["srdi", "little_giant", "tech_sme", "hnte"])
def test_both_sides_are_what_the_standing_says(population: Population, rulebook: str) -> None:
    book = find_rulebook(SHIPPED, rulebook)
    version = book.version_at(DAY)
    assert version is not None
    proposal = Proposal(book, version)
    found = run(population, proposal, proposal)
    verdicts = evaluate([book], population.facts, as_of=DAY).sort("company")
    assert found.moves["old_result"].equals(verdicts["result"].alias("old_result"))
    assert found.moves["new_result"].equals(verdicts["result"].alias("new_result"))
    assert found.reasons.is_empty()
    assert {
        move for move, count in found.count_moves().items() if count and move in MOVING
    } == set()


def test_the_relief_forgone_is_a_tenth_of_their_profit(
    population: Population, newest: pl.DataFrame
) -> None:
    found = run(population, HNTE, edit_figures(HNTE, ["H5.0.threshold=10%"]))
    left = newest.filter(pl.col("company").is_in(list(who(found, Move.LEAVES))))
    assert left.height > 0
    assert found.budget is not None
    expected = -0.1 * float(left["net_profit"].sum())
    assert found.budget.certain_yuan == pytest.approx(expected)
    assert found.budget.low_yuan == found.budget.high_yuan == found.budget.certain_yuan


def test_counts_of_reasons_are_of_the_companies_that_move(population: Population) -> None:
    found = run(population, TECH_SME, edit_figures(TECH_SME, ["T2a=50", "T2b=1000万元"]))
    counted = count_reasons(found.reasons.filter(pl.col("move") == "leaves"))
    rows = {row["criterion"]: row for row in counted.iter_rows(named=True)}
    leaving = len(who(found, Move.LEAVES))
    both = rows["T2a"]["companies"] + rows["T2b"]["companies"] - leaving
    assert both > 0
    assert rows["T2a"]["alone"] == rows["T2a"]["companies"] - both
    assert rows["T2b"]["alone"] == rows["T2b"]["companies"] - both


def test_reasons_are_in_the_order_of_companies_and_sides(population: Population) -> None:
    found = run(population, TECH_SME, edit_figures(TECH_SME, ["T2a=50"]))
    written = write_reasons(TECH_SME.rulebook, TECH_SME.rulebook, found.reasons)
    assert written.drop("sentence_en", "sentence_zh").equals(found.reasons)
    order = written.select("company", pl.col("side") == "new").rows()
    assert order == sorted(order)
    assert written["sentence_zh"].str.len_chars().min() > 0


def test_the_order_of_the_rows_does_not_matter(population: Population) -> None:
    edited = edit_figures(TECH_SME, ["T2a=50"])
    shuffled = population.facts.sample(fraction=1, shuffle=True, seed=9)
    found = assess_impact(TECH_SME, edited, shuffled, as_of=DAY)
    assert found.moves.equals(run(population, TECH_SME, edited).moves)
