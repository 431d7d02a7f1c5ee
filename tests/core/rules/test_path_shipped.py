"""Plans under the rulebooks that ship; TERRACE_PATH_COMPANIES=500 checks so many companies."""

import dataclasses
import os
import random
from datetime import date

import polars as pl
import pytest

from terrace.rules import Rulebook, evaluate, load_ladder, load_rulebooks
from terrace.rules.path import Answer, Horizon, Setting, find_path, load_levers
from terrace.rules.path.outlook import to_frame
from terrace.rules.path.problem import state_problem
from terrace.rules.path.reading import facts_on

START = date(2026, 11, 23)
TITLES = ("tech_sme", "innovative_sme", "hnte", "srdi", "little_giant", "single_champion")
COMPANIES = int(os.environ.get("TERRACE_PATH_COMPANIES", "6"))


def make_setting(*, by: date, growth: float = 0.0) -> Setting:
    rulebooks = load_rulebooks()
    levers = load_levers(rulebooks=rulebooks)
    return Setting(
        rulebooks=rulebooks,
        ladder=load_ladder(rulebooks=rulebooks),
        levers=dataclasses.replace(levers, growth=growth),
        horizon=Horizon(START, by),
    )


def make_company(**changed: object) -> pl.DataFrame:
    spend = {"rd_spend": 1.2e6, "rd_spend_china": 1.2e6}
    patents = ("ip_class1", "ip_class1_own", "ip_class1_applied", "ip_class1_applied_own")
    row: dict[str, object] = {
        **dict.fromkeys(("resident_enterprise", "is_sme", "is_manufacturer"), True),
        **dict.fromkeys(("incident_3y", "incident_12m", "incident_or_dishonesty"), False),
        **dict.fromkeys(("prohibited_industry", "same_group_little_giant", "is_champion"), False),
        **dict.fromkeys(("award_ministerial_3y", "award_national_3y", "award_national_5y"), False),
        **dict.fromkeys((*patents, "ip_class1_high_value"), 0.0),
        **{"founded": date(2015, 1, 1), "niche_since": date(2016, 1, 1)},
        **{"employees": 100.0, "tech_staff": 6.0, "rd_staff": 5.0, "ip_class2": 2.0},
        **{"revenue": 60e6, "main_revenue": 52e6, "total_income": 61e6, "hightech_revenue": 20e6},
        **{"total_costs": 50e6, "total_assets": 80e6, "total_liabilities": 30e6, **spend},
        **{"development_index": 66.0, "niche_share": 0.12, "rd_institution": "own"},
        **{"product_field": "other", "equity_raised": 0.0, "led_standard_5y": False},
        **changed,
    }
    rows = [{"company": "A", "fiscal_year": year, **row} for year in (2024, 2025)]
    return pl.DataFrame(rows, infer_schema_length=None)


def random_company(seed: int) -> pl.DataFrame:
    chance = random.Random(seed)
    revenue = 10 ** chance.uniform(6.8, 8.4)
    staff = float(int(10 ** chance.uniform(1, 2.6)))
    spend = revenue * chance.choice([0, 0.01, 0.02, 0.029, 0.03, 0.04, 0.06])
    return make_company(
        revenue=revenue,
        main_revenue=revenue * chance.uniform(0.5, 1),
        total_income=revenue * 1.02,
        hightech_revenue=revenue * chance.uniform(0.2, 0.9),
        rd_spend=spend,
        rd_spend_china=spend,
        employees=staff,
        tech_staff=float(int(staff * chance.uniform(0, 0.4))),
        total_assets=revenue * 1.2,
        total_liabilities=revenue * chance.uniform(0.2, 1.2),
        ip_class1=float(chance.choice([0, 0, 1, 3])),
        ip_class2=float(chance.choice([0, 1, 3, 6])),
        development_index=chance.choice([45.0, 50.0, 62.0, None]),
        niche_since=date(chance.randint(2010, 2026), 3, 1),
        hnte_until=chance.choice([None, date(2027, 5, 1), date(2025, 5, 1)]),
        innovative_sme_until=chance.choice([None, date(2028, 3, 31)]),
    )


def confirm(setting: Setting, facts: pl.DataFrame, answer: Answer) -> None:
    problem = state_problem(setting, facts, "A", targets=[answer.target])
    known = {(a.title, a.day): a for a in problem.applications}
    for plan in answer.plans:
        for award in plan.awards:
            application = known[award.title, award.applies]
            frame = to_frame(facts_on(problem, plan, application), "A", problem.effects.facts)
            found = evaluate(
                [application.rulebook], frame, as_of=award.applies, mode=application.mode
            )
            assert found["result"].to_list() in (["met"], ["needs_judgement"])


@pytest.mark.parametrize("seed", range(COMPANIES))
def test_the_engine_confirms_every_plan_under_the_law(seed: int) -> None:
    setting = make_setting(by=date(2028, 12, 31), growth=(0.0, 0.08)[seed % 2])
    facts = random_company(seed)
    target = TITLES[seed % len(TITLES)]
    answer = find_path(setting, facts, "A", target=target, most_plans=1 + seed % 3)
    assert bool(answer.plans) != bool(answer.blockers)
    costs = [plan.cost_yuan for plan in answer.plans]
    assert costs == pytest.approx(sorted(costs), rel=1e-6)
    confirm(setting, facts, answer)


def test_spending_stops_at_three_per_cent_of_both_years() -> None:
    setting = make_setting(by=date(2029, 12, 31))
    (plan,) = find_path(setting, make_company(), "A", target="srdi", most_plans=1).plans
    spent = [step.amount for step in plan.steps if step.lever == "book_rd"]
    # 3% of 60 million, less 1.2 million spent anyway, in each of the two years that count.
    assert spent == [600_000, 600_000]
    assert {"srdi"} < plan.titles
    assert ("srdi", "S7") in plan.judged


def test_a_patent_less_means_another_patent() -> None:
    setting = make_setting(by=date(2029, 12, 31))
    facts = make_company(ip_class1_applied=1.0, rd_spend=2e6, rd_spend_china=2e6)
    (plan,) = find_path(setting, facts, "A", target="srdi", most_plans=1).plans
    assert not plan.levers & {"develop_ip", "acquire_ip"}
    without = make_company(rd_spend=2e6, rd_spend_china=2e6)
    (plan,) = find_path(setting, without, "A", target="srdi", most_plans=1).plans
    assert plan.levers & {"develop_ip", "acquire_ip"}


def test_what_no_lever_moves_blocks() -> None:
    setting = make_setting(by=date(2028, 12, 31))
    answer = find_path(setting, make_company(is_sme=False), "A", target="srdi")
    assert "S1" in {blocker.criterion for blocker in answer.blockers}
    assert answer.blockers[0].clause == "附件1"


def test_every_title_of_the_ladder_has_terms() -> None:
    rulebooks: tuple[Rulebook, ...] = load_rulebooks()
    levers = load_levers(rulebooks=rulebooks)
    assert set(load_ladder(rulebooks=rulebooks).titles) == set(levers.titles)
