import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from path_parts import LEVERS, LOW, make_facts, make_setting

from terrace.errors import CriteriaError, NotFound
from terrace.rules.path import Answer, Plan, Setting, find_path, find_paths
from terrace.rules.path.outlook import to_frame
from terrace.rules.path.problem import state_problem
from terrace.rules.path.reading import check_plan, facts_on
from terrace.rules.standing import evaluate


def solve(folder: Path, target: str = "low", *, most: int = 1, **values: object) -> Answer:
    facts = make_facts(**values)
    return find_path(make_setting(folder), facts, "A", target=target, most_plans=most)


def amounts(plan: Plan, lever: str) -> dict[int, float]:
    return {step.begins.year: step.amount for step in plan.steps if step.lever == lever}


def test_it_finds_the_cheapest_plan(tmp_path: Path) -> None:
    (plan,) = solve(tmp_path).plans
    assert plan.titles == {"low"}
    assert plan.awards[0].result == "met"
    assert plan.cost_yuan == pytest.approx(
        sum(s.cost_yuan for s in plan.steps) + sum(a.cost_yuan for a in plan.awards)
    )


def test_what_is_met_already_costs_only_the_application(tmp_path: Path) -> None:
    (plan,) = solve(tmp_path, rd_spend=600.0, engineers=9.0).plans
    assert plan.steps == ()
    assert plan.cost_yuan == 10


def test_a_title_that_is_held_at_the_deadline_costs_nothing(tmp_path: Path) -> None:
    answer = solve(tmp_path, low_until=date(2028, 12, 31))
    assert [plan.cost_yuan for plan in answer.plans] == [0]
    assert answer.held_until == date(2028, 12, 31)


def test_a_title_that_lapses_a_day_before_has_to_be_renewed(tmp_path: Path) -> None:
    (plan,) = solve(tmp_path, low_until=date(2028, 12, 30), rd_spend=600.0, engineers=9.0).plans
    assert [award.title for award in plan.awards] == ["low"]


@pytest.mark.parametrize(("rd_spend", "missing"), [(599.0, 1.0), (599.99, 1.0), (600.0, 0.0)])
def test_a_plan_stops_exactly_at_a_threshold(
    tmp_path: Path, rd_spend: float, missing: float
) -> None:
    # 6% of 10,000 is 600: 50 points, and 20 for a tenth of engineers.
    setting = make_setting(tmp_path, by=date(2027, 12, 31))
    facts = make_facts(rd_spend=rd_spend, engineers=9.0)
    (plan,) = find_path(setting, facts, "A", target="low", most_plans=1).plans
    assert sum(amounts(plan, "research").values()) == missing


def test_hiring_raises_the_denominator_too(tmp_path: Path) -> None:
    # (8 + x) / (90 + x) reaches a tenth with 2, not with 1.
    setting = make_setting(tmp_path, levers=LEVERS.replace("cost: 400", "cost: 4000"))
    answer = find_path(setting, make_facts(rd_spend=600.0), "A", target="low")
    assert sum(amounts(answer.plans[0], "hire").values()) == 2


def test_hiring_stops_at_the_limit_of_size(tmp_path: Path) -> None:
    # Two more of 104 would be 106 with at most 105 allowed.
    answer = solve(tmp_path, rd_spend=600.0, staff=104.0, engineers=9.0, most=3)
    assert answer.plans
    assert all("hire" not in plan.levers for plan in answer.plans)


def test_lead_times_put_off_the_application(tmp_path: Path) -> None:
    answer = solve(tmp_path, rd_spend=600.0, staff=104.0, engineers=9.0)
    (step,) = answer.plans[0].steps
    assert step.lever == "invent"
    assert answer.plans[0].awards[0].applies >= step.counts_from
    assert (step.counts_from.year - step.begins.year) * 12 + step.counts_from.month == 15


def test_the_higher_title_needs_the_lower_one_first_and_its_window(tmp_path: Path) -> None:
    (plan,) = solve(tmp_path, "high", patents=2.0, rd_spend=400.0).plans
    low, high = plan.awards
    assert (low.title, high.title) == ("low", "high")
    assert low.granted <= high.applies <= low.valid_until
    assert high.applies.month in (5, 6)


def test_a_certificate_in_hand_serves_until_its_last_day(tmp_path: Path) -> None:
    facts = {"patents": 2.0, "rd_spend": 400.0}
    for until, titles in ((date(2028, 5, 1), ["high"]), (date(2026, 4, 30), ["low", "high"])):
        (plan,) = solve(tmp_path, "high", low_until=until, **facts).plans
        assert [award.title for award in plan.awards] == titles


def test_both_of_two_years_have_to_reach_the_threshold(tmp_path: Path) -> None:
    (plan,) = solve(tmp_path, "high", patents=2.0, rd_spend=390.0, engineers=9.0).plans
    assert list(amounts(plan, "research").values()) == [10.0, 10.0]


def test_waiting_is_a_plan_where_only_age_is_short(tmp_path: Path) -> None:
    late = {"patents": 2.0, "rd_spend": 400.0, "engineers": 9.0, "founded": date(2024, 6, 1)}
    (plan,) = solve(tmp_path, "high", **late).plans
    assert plan.steps == ()
    assert plan.awards[-1].applies >= date(2027, 6, 1)


def test_other_plans_do_without_a_lever_or_title_of_those_before(tmp_path: Path) -> None:
    plans = solve(tmp_path, most=3).plans
    assert len(plans) > 1
    assert [p.cost_yuan for p in plans] == sorted(p.cost_yuan for p in plans)
    for number, plan in enumerate(plans):
        for before in plans[:number]:
            assert (before.levers | before.titles) - (plan.levers | plan.titles)


def test_the_binding_clause_is_named(tmp_path: Path) -> None:
    answer = solve(tmp_path, staff=106.0, rd_spend=600.0, engineers=30.0)
    assert answer.plans == ()
    assert [(b.rulebook, b.criterion) for b in answer.blockers] == [("low", "A2")]


def test_missing_data_is_no_plan_and_is_named(tmp_path: Path) -> None:
    answer = solve(tmp_path, staff=None)
    assert answer.plans == ()
    assert {"staff"} <= {fact for blocker in answer.blockers for fact in blocker.missing}


def test_a_deadline_before_any_decision_is_said(tmp_path: Path) -> None:
    setting = make_setting(tmp_path, by=date(2026, 2, 1))
    answer = find_path(setting, make_facts(), "A", target="low")
    assert [blocker.criterion for blocker in answer.blockers] == ["time"]


def test_a_deadline_too_early_for_the_lower_title_names_it(tmp_path: Path) -> None:
    setting = make_setting(tmp_path, by=date(2026, 8, 1), start=date(2026, 5, 1))
    facts = make_facts(patents=2.0, rd_spend=600.0, engineers=9.0)
    answer = find_path(setting, facts, "A", target="high")
    assert {b.criterion for b in answer.blockers} == {"B1", "requires"}


def test_what_experts_decide_counts_only_as_possible(tmp_path: Path) -> None:
    judged = LOW + "      - {id: A3, kind: judged, measure: novel, en: Novel, zh: 新颖}\n"
    facts = make_facts(rd_spend=600.0, engineers=9.0)
    setting = make_setting(tmp_path, low=judged)
    (plan,) = find_path(setting, facts, "A", target="low", most_plans=1).plans
    assert plan.judged == (("low", "A3"),)
    assert plan.awards[0].result == "needs_judgement"
    certain = make_setting(tmp_path, low=judged, certainty="certain")
    answer = find_path(certain, facts, "A", target="low")
    assert [blocker.criterion for blocker in answer.blockers] == ["A3"]


def test_facts_recorded_after_the_start_do_not_count(tmp_path: Path) -> None:
    early = make_facts(rd_spend=600.0, engineers=9.0).with_columns(
        pl.lit(date(2025, 12, 1)).alias("recorded")
    )
    late = make_facts(rd_spend=0.0).with_columns(pl.lit(date(2026, 3, 1)).alias("recorded"))
    answer = find_path(make_setting(tmp_path), pl.concat([early, late]), "A", target="low")
    assert answer.plans[0].steps == ()


def test_unknown_companies_and_titles_are_refused(tmp_path: Path) -> None:
    setting = make_setting(tmp_path)
    with pytest.raises(NotFound, match="no facts about the company 'B'"):
        find_path(setting, make_facts(), "B", target="low")
    with pytest.raises(NotFound, match="no title 'top'"):
        find_path(setting, make_facts(), "A", target="top")


def test_a_criterion_of_too_many_choices_is_refused(tmp_path: Path) -> None:
    many = "levers:\n" + "".join(
        f"  - {{id: l{n}, en: L, zh: L, unit: yuan, lasts: false, cost: 1, "
        "steps: [1, 2, 3, 4, 5, 6, 7], effects: {rd_spend: 1}}\n"
        for n in range(6)
    )
    with pytest.raises(CriteriaError, match="give its levers fewer steps"):
        find_path(make_setting(tmp_path, levers=many), make_facts(), "A", target="low")


def test_the_whole_ladder_agrees_with_its_titles(tmp_path: Path) -> None:
    setting, facts = make_setting(tmp_path), make_facts(rd_spend=300.0, patents=1.0)
    answers = find_paths(setting, facts, "A", targets=["low", "high"])
    assert [answer.target for answer in answers] == ["low", "high"]
    # The joint grid holds the amounts of both, so it is never dearer.
    for answer in answers:
        alone = find_path(setting, facts, "A", target=answer.target, most_plans=1)
        assert answer.plans[0].cost_yuan <= alone.plans[0].cost_yuan + 1e-6


def random_company(seed: int) -> pl.DataFrame:
    chance = random.Random(seed)
    return make_facts(
        revenue=chance.uniform(5_000, 20_000),
        rd_spend=chance.choice([None, *[chance.uniform(0, 900)] * 12]),
        staff=float(chance.randint(10, 110)),
        engineers=float(chance.randint(0, 10)),
        patents=float(chance.randint(0, 2)),
        founded=date(chance.randint(2010, 2026), 5, 1),
        low_until=chance.choice([None, date(2026, 3, 31), date(2027, 5, 31)]),
    )


def confirm_by_engine(setting: Setting, facts: pl.DataFrame, plan: Plan, target: str) -> None:
    problem = state_problem(setting, facts, "A", targets=[target])
    known = {(a.title, a.day): a for a in problem.applications}
    for award in plan.awards:
        application = known[award.title, award.applies]
        frame = to_frame(facts_on(problem, plan, application), "A", problem.effects.facts)
        found = evaluate([application.rulebook], frame, as_of=award.applies)
        assert found["result"].to_list() == ["met"]


@pytest.mark.parametrize("seed", range(12))
def test_the_engine_confirms_every_plan(tmp_path: Path, seed: int) -> None:
    setting, facts = make_setting(tmp_path, by=date(2028, 6, 30)), random_company(seed)
    target = ("low", "high")[seed % 2]
    for plan in find_path(setting, facts, "A", target=target, most_plans=2).plans:
        confirm_by_engine(setting, facts, plan, target)


def test_a_plan_that_falls_short_is_refused(tmp_path: Path) -> None:
    setting, facts = make_setting(tmp_path), make_facts()
    problem = state_problem(setting, facts, "A", targets=["low"])
    (plan,) = find_path(setting, facts, "A", target="low", most_plans=1).plans
    assert check_plan(problem, plan) == plan
    nothing = tuple((choice, 0.0) for choice, _ in plan.amounts)
    short = Plan(plan.cost_yuan, plan.steps, plan.awards, nothing)
    assert check_plan(problem, short) is None
