from datetime import date

import polars as pl
import pytest

from terrace.rules import explain_company, find_rulebook, load_rulebooks
from terrace.rules.calibration import load_calibration
from terrace.rules.cells import NEVER
from terrace.rules.population import SRDI_VARIANTS, Population, generate_population
from terrace.rules.population_facts import YEARLY

SHIPPED = load_rulebooks()
LAST = 2025


@pytest.fixture(scope="module")
def population() -> Population:
    return generate_population(load_calibration(), companies=12_000, seed=11, last_year=LAST)


@pytest.fixture(scope="module")
def newest(population: Population) -> pl.DataFrame:
    last = population.facts.filter(pl.col("fiscal_year") == LAST)
    return last.join(population.truth.select("company", "profile", "variant"), on="company")


def of_profile(newest: pl.DataFrame, *profiles: str) -> pl.DataFrame:
    return newest.filter(pl.col("profile").is_in(profiles))


def test_every_profile_and_variant_occurs(newest: pl.DataFrame) -> None:
    profiles = set(newest["profile"])
    assert profiles >= {"ordinary", "tech_sme", "srdi", "hnte", "gazelle"}
    assert set(of_profile(newest, "srdi")["variant"]) == set(SRDI_VARIANTS)
    assert set(of_profile(newest, "ordinary")["variant"]) == {"sound"}


def test_ordinary_companies_do_no_research(newest: pl.DataFrame) -> None:
    ordinary = of_profile(newest, "ordinary")
    for name in ("rd_spend", "tech_staff", "ip_class1", "hightech_revenue"):
        assert ordinary[name].sum() == 0
    assert ordinary.height > 0.9 * newest.height


def test_technology_firms_spend_above_every_threshold(newest: pl.DataFrame) -> None:
    tech = newest.filter(pl.col("profile") != "ordinary")
    intensity = tech["rd_spend"] / tech["revenue"]
    assert intensity.min() >= 0.0649
    assert intensity.max() <= 0.1201


def test_titles_last_through_the_year_of_evaluation(newest: pl.DataFrame) -> None:
    valid = date(LAST + 1, 12, 31)
    assert set(of_profile(newest, "hnte", "gazelle")["hnte_until"]) == {valid}
    assert set(of_profile(newest, "ordinary", "srdi", "tech_sme")["hnte_until"]) == {NEVER}
    untitled = newest.filter(pl.col("variant") == "no_title")
    assert set(untitled["tech_sme_until"]) == {NEVER}
    assert set(untitled["srdi_until"]) == {valid}


def test_only_the_headcount_of_some_is_missing(newest: pl.DataFrame) -> None:
    missing = newest.filter(pl.col("employees").is_null())
    assert set(missing["variant"]) == {"no_headcount"}
    assert set(missing["profile"]) == {"tech_sme"}
    tech_smes = of_profile(newest, "tech_sme").height
    assert 0.01 < missing.height / tech_smes < 0.12


def test_money_is_in_whole_yuan_and_adds_up(newest: pl.DataFrame) -> None:
    for name in YEARLY:
        assert (newest[name] == newest[name].round()).all()
    parts = newest["net_assets"] + newest["total_liabilities"] - newest["total_assets"]
    assert parts.abs().max() <= 2
    assert (newest["main_revenue"] <= newest["revenue"]).all()
    assert (newest["rd_spend"] <= newest["total_costs"]).all()


def test_money_grows_by_the_profile_and_people_do_not(
    population: Population, newest: pl.DataFrame
) -> None:
    before = population.facts.filter(pl.col("fiscal_year") == LAST - 1)
    both = newest.join(before, on="company", suffix="_1").filter(pl.col("revenue_1") > 1e6)
    growth = both.with_columns(growth=pl.col("revenue") / pl.col("revenue_1") - 1)
    assert growth.filter(pl.col("profile") == "gazelle")["growth"].mean() == pytest.approx(0.25)
    others = growth.filter(pl.col("profile") != "gazelle")["growth"]
    assert others.min() == pytest.approx(0.08, abs=1e-4)
    assert others.max() == pytest.approx(0.08, abs=1e-4)
    assert both["employees"].equals(both["employees_1"].alias("employees"), null_equal=True)


def test_technology_firms_stay_within_the_sizes_of_an_sme(newest: pl.DataFrame) -> None:
    tech = newest.filter(pl.col("profile") != "ordinary")
    assert tech["revenue"].max() <= 190e6
    assert tech["total_assets"].max() < 200e6
    assert tech["employees"].max() <= 480
    assert tech["employees"].min() >= 1


@pytest.mark.parametrize(
    ("variant", "sentence"),
    [
        ("too_small", "上年度营业收入"),
        ("too_broad", "主营业务收入占比为70%，要求不低于80%"),
        ("no_title", "未获得"),
        ("unheard", "需评判"),
    ],
)
def test_what_a_variant_lacks_can_be_read_in_its_reasons(
    population: Population, newest: pl.DataFrame, variant: str, sentence: str
) -> None:
    company = newest.filter(pl.col("variant") == variant)["company"][0]
    own = population.facts.filter(pl.col("company") == company)
    srdi = [find_rulebook(SHIPPED, "srdi")]
    (explanation,) = explain_company(srdi, own, company, as_of=date(LAST + 1, 4, 1))
    lacking = [reason.zh for reason in explanation.reasons if reason.result != "met"]
    assert any(sentence in reason for reason in lacking)
    assert all("synthetic" in used.source for used in explanation.used)
