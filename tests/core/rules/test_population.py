from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import CriteriaError, TerraceError
from terrace.rules import evaluate, find_rulebook, load_rulebooks
from terrace.rules.calibration import FIGURES, Calibration, load_calibration
from terrace.rules.impact import assess_impact
from terrace.rules.population import (
    YEARS,
    Population,
    generate_population,
)
from terrace.rules.proposals import find_proposal
from terrace.rules.snapshot import facts_schema
from terrace.rules.synthetic import SOURCE, count_synthetic

SHIPPED = load_rulebooks()
CALIBRATION = load_calibration()
JUNE = date(2026, 6, 1)


def generate(companies: int = 6000, seed: int = 7) -> Population:
    return generate_population(CALIBRATION, companies=companies, seed=seed, last_year=2025)


@pytest.fixture(scope="module")
def population() -> Population:
    return generate()


def results_of(population: Population, rulebook: str, day: date) -> dict[str, str]:
    found = evaluate(
        [find_rulebook(SHIPPED, rulebook)], population.facts, as_of=day, with_illustrative=True
    )
    return dict(found.select("company", pl.col("result").cast(pl.String)).iter_rows())


@pytest.mark.parametrize(
    ("rulebook", "truth"),
    [
        ("tech_sme", "tech_sme"),
        ("hnte", "hnte"),
        ("srdi", "srdi_2026"),
        ("gazelle_cn", "gazelle_cn"),
    ],
)
@pytest.mark.parametrize("day", [date(2026, 4, 1), date(2026, 12, 31)])
def test_the_rules_find_the_truth(
    population: Population, rulebook: str, truth: str, day: date
) -> None:
    expected = dict(population.truth.select("company", truth).iter_rows())
    assert results_of(population, rulebook, day) == expected
    assert len(set(expected.values())) > 1


def test_the_impact_finds_the_true_moves(population: Population) -> None:
    old, new = (find_proposal(f"srdi@{year}", SHIPPED) for year in (2022, 2026))
    day = date(2026, 4, 1)
    found = assess_impact(old, new, population.facts, as_of=day, with_illustrative=True)
    moves = dict(found.moves.select("company", pl.col("move").cast(pl.String)).iter_rows())
    assert moves == dict(population.truth.select("company", "srdi_move").iter_rows())
    assert {"leaves", "may_leave", "stays_in", "stays_out"} == set(moves.values())


def test_the_reasons_of_who_leaves_are_those_it_was_made_with(population: Population) -> None:
    old, new = (find_proposal(f"srdi@{year}", SHIPPED) for year in (2022, 2026))
    day = date(2026, 4, 1)
    found = assess_impact(old, new, population.facts, as_of=day, with_illustrative=True)
    named = found.reasons.join(population.truth, on="company")
    reasons = named.group_by("variant").agg(pl.col("criterion").unique().sort())
    assert dict(reasons.iter_rows()) == {
        "too_small": ["S4a1", "S4a2"],
        "too_broad": ["S4b"],
        "no_title": ["S2a", "S2b"],
        "unheard": ["S7"],
    }


def test_titles_are_as_frequent_as_in_the_zone(population: Population) -> None:
    newest = population.facts.filter(pl.col("fiscal_year") == 2025)
    holders = {
        name: newest.filter(pl.col(f"{name}_until") >= JUNE).height for name in ("hnte", "srdi")
    }
    assert holders == {"hnte": round(6000 * 3182 / 120_000), "srdi": 20}
    untitled = population.truth.filter(pl.col("variant") == "no_title").height
    tech_smes = newest.filter(pl.col("tech_sme_until") >= JUNE).height
    assert tech_smes == round(6000 * 2434 / 120_000) - untitled


def test_the_whole_has_the_intensity_of_the_province(population: Population) -> None:
    for year in range(2022, 2026):
        totals = population.facts.filter(pl.col("fiscal_year") == year).select(
            pl.col("rd_spend").sum(), pl.col("revenue").sum()
        )
        assert totals["rd_spend"].item() / totals["revenue"].item() == pytest.approx(0.025, rel=0.1)
    last = population.facts.filter(pl.col("fiscal_year") == 2025)
    assert last["rd_spend"].sum() / last["revenue"].sum() == pytest.approx(0.025, rel=1e-5)


def test_sizes_follow_the_deciles(population: Population) -> None:
    employees = population.facts.filter(pl.col("fiscal_year") == 2025)["employees"].drop_nulls()
    for place, decile in enumerate(CALIBRATION.employee_deciles, 1):
        assert (employees <= decile).mean() == pytest.approx(place / 10, abs=0.03)


def test_every_row_says_that_it_is_synthetic(population: Population) -> None:
    assert set(population.facts["source"]) == {SOURCE}
    assert population.facts["company"].str.starts_with("SYN-").all()
    assert count_synthetic(population.facts) == 6000
    real = population.facts.head(8).with_columns(source=pl.lit("tax return"))
    assert count_synthetic(real) == 0
    assert count_synthetic(pl.concat([real, population.facts.tail(4)])) == 1
    assert count_synthetic(real.drop("source")) == 0
    assert count_synthetic(real.with_columns(source=pl.lit(None, dtype=pl.String))) == 0


def test_every_column_is_a_declared_fact_of_its_type(population: Population) -> None:
    declared = facts_schema(SHIPPED[0].catalog.facts)
    for name, dtype in population.facts.schema.items():
        if name != "source":
            assert dtype == declared[name], name


def test_each_company_has_its_years(population: Population) -> None:
    years = population.facts.group_by("company").agg(pl.col("fiscal_year").sort())
    assert set(map(tuple, years["fiscal_year"].to_list())) == {(2022, 2023, 2024, 2025)}
    assert population.facts.height == YEARS * 6000


def test_the_same_seed_gives_the_same_companies() -> None:
    one, same, other = generate(500), generate(500), generate(500, seed=8)
    assert one.facts.equals(same.facts)
    assert one.truth.equals(same.truth)
    assert not one.facts.equals(other.facts)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 400), st.integers(0, 2**32))
def test_any_number_of_companies_is_sound(companies: int, seed: int) -> None:
    found = generate(companies, seed)
    assert found.truth.height == found.facts["company"].n_unique() == companies
    numbers = found.facts.select(pl.col(pl.Float64).exclude("net_profit"))
    assert all((column.drop_nulls() >= 0).all() for column in numbers.iter_columns())
    assert all(column.drop_nulls().is_finite().all() for column in numbers.iter_columns())


def test_no_company_is_refused() -> None:
    with pytest.raises(TerraceError, match="ask for 1 or more"):
        generate(0)


def test_the_figures_say_where_they_are_from() -> None:
    assert set(CALIBRATION.figures) == set(FIGURES)
    assert all(figure.source for figure in CALIBRATION.figures.values())
    assert CALIBRATION.figures["srdi"].status == "illustrative"
    assert CALIBRATION.count("hnte", 120_000) == 3182


def test_another_zone_is_another_calibration() -> None:
    richer = {**CALIBRATION.figures, "hnte": replace(CALIBRATION.figures["hnte"], value=30_000)}
    zone = Calibration(richer, CALIBRATION.employee_deciles)
    found = generate_population(zone, companies=1000, seed=1, last_year=2025)
    assert found.truth.filter(pl.col("hnte") == "met").height == 250


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("id: hnte,", "id: hntx,"), "figure 'hnte' is absent"),
        (("value: 3182", "value: -1"), "'value' is -1"),
        (("value: 3182", "value: many"), "'value' is no number"),
        (("[3, 4, 6,", "[3, 4,"), "no nine rising numbers"),
        (("[3, 4, 6,", "[4, 3, 6,"), "no nine rising numbers"),
    ],
)
def test_a_wrong_calibration_is_refused(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    import terrace.rules.calibration as module

    shipped = Path(module.__file__).parent.parent / "data" / "population.yaml"
    path = tmp_path / "population.yaml"
    path.write_text(shipped.read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(CriteriaError, match=message):
        load_calibration(path)
