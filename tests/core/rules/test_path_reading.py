from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from path_parts import LEVERS, make_facts, make_setting

from terrace.rules.path import Answer, find_path
from terrace.rules.path.blockers import LADDER, TIME
from terrace.rules.path.choices import most_in, price_of
from terrace.rules.path.effects import Effects
from terrace.rules.path.horizon import Horizon, add_months
from terrace.rules.path.levers import Lever

DEAR_PATENTS = LEVERS.replace("cost: 400", "cost: 4000")


def solve(folder: Path, facts: pl.DataFrame, target: str = "low", **changed: str) -> Answer:
    return find_path(make_setting(folder, **changed), facts, "A", target=target, most_plans=1)


def lever_named(folder: Path, name: str) -> Lever:
    levers = make_setting(folder).levers.levers
    return next(lever for lever in levers if lever.id == name)


def test_the_cost_of_what_lasts_runs_to_the_end_of_the_plan(tmp_path: Path) -> None:
    (plan,) = solve(tmp_path, make_facts(rd_spend=600.0), levers=DEAR_PATENTS).plans
    (step,) = plan.steps
    # Hired for 2027, so that they count at its end: 10 once, 100 for 2027, 100 x 366/365 for 2028.
    assert (step.lever, step.amount, step.begins) == ("hire", 2, date(2027, 1, 1))
    assert step.counts_from == date(2027, 4, 1)
    assert step.cost_yuan == pytest.approx(2 * (10 + 100 + 100 * 366 / 365))
    assert plan.cost_yuan == pytest.approx(step.cost_yuan + 10)


def test_an_award_comes_after_its_lead_and_lasts_its_years(tmp_path: Path) -> None:
    facts = make_facts(rd_spend=600.0, engineers=9.0, patents=2.0)
    (plan,) = solve(tmp_path, facts, "high").plans
    for award, lead, years in zip(plan.awards, (2, 3), (2, 3), strict=True):
        assert award.granted == add_months(award.applies, lead)
        end = award.granted.replace(year=award.granted.year + years)
        assert (end - award.valid_until).days == 1
    assert plan.awards[-1].valid_until >= date(2028, 12, 31)


def test_a_plan_says_every_amount_it_stands_on(tmp_path: Path) -> None:
    (plan,) = solve(tmp_path, make_facts(rd_spend=600.0), levers=DEAR_PATENTS).plans
    amounts = dict(plan.amounts)
    assert [amounts["hire", year] for year in (2026, 2027, 2028)] == [0, 2, 2]
    assert {amounts["research", year] for year in (2026, 2027, 2028)} == {0}


def test_what_lasts_is_priced_once_and_by_the_year(tmp_path: Path) -> None:
    hire, research = lever_named(tmp_path, "hire"), lever_named(tmp_path, "research")
    horizon = Horizon(date(2026, 7, 2), date(2027, 12, 31))
    assert price_of(hire, 2026, horizon) == pytest.approx(100 * 183 / 365)
    assert price_of(hire, 2027, horizon) == pytest.approx(10 + 100)
    assert [price_of(research, year, horizon) for year in (2026, 2027)] == [1, 1]


def test_only_yearly_amounts_shrink_with_the_year(tmp_path: Path) -> None:
    hire, research = lever_named(tmp_path, "hire"), lever_named(tmp_path, "research")
    horizon = Horizon(date(2026, 7, 2), date(2027, 12, 31))
    amounts = np.array([0.0, 365.0])
    assert most_in(hire, 2026, horizon, amounts) == 365
    assert most_in(research, 2026, horizon, amounts) == pytest.approx(183)
    assert most_in(research, 2027, horizon, amounts) == 365


@given(
    engineers=st.integers(0, 100),
    staff=st.integers(1, 100),
    hired=st.integers(0, 50),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_a_fact_is_never_moved_beyond_its_cap(
    effects: Effects, engineers: int, staff: int, hired: int
) -> None:
    values = {"engineers": np.array([float(engineers)]), "staff": np.array([float(staff)])}
    (moved,) = effects.move(
        "engineers",
        values.__getitem__,
        {("hire", 2026): np.array([float(hired)])},
        fiscal_year=2026,
        day=date(2027, 1, 1),
    )
    assert moved <= max(staff + hired, engineers)
    assert moved >= engineers


@pytest.fixture
def effects(tmp_path: Path) -> Effects:
    setting = make_setting(tmp_path)
    return Effects(setting.levers, setting.horizon, setting.rulebooks[0].catalog.facts)


def test_choices_name_the_lever_and_year_that_count(effects: Effects) -> None:
    day = date(2028, 5, 1)
    assert effects.choices("engineers", fiscal_year=2027, day=day) == (("hire", 2027),)
    assert effects.choices("rd_spend", fiscal_year=2026, day=day) == (("research", 2026),)
    assert effects.choices("patents", fiscal_year=2027, day=day) == (("invent", 2027),)
    assert effects.choices("revenue", fiscal_year=2027, day=day) == ()


def test_what_blocks_is_named_in_both_languages(tmp_path: Path) -> None:
    facts = make_facts(staff=106.0, rd_spend=600.0, engineers=30.0)
    (blocker,) = solve(tmp_path, facts).blockers
    assert (blocker.label.en, blocker.label.zh) == ("Small", "小型")
    assert all(label.en and label.zh for label in (TIME, *LADDER.values()))


def test_a_title_below_that_cannot_be_won_is_blocked_by_its_own_clause(tmp_path: Path) -> None:
    facts = make_facts(staff=106.0, engineers=30.0, patents=2.0, rd_spend=600.0)
    answer = solve(tmp_path, facts, "high")
    assert [(b.rulebook, b.criterion) for b in answer.blockers] == [("low", "A2")]


def test_the_fewest_clauses_are_named(tmp_path: Path) -> None:
    facts = make_facts(
        staff=106.0, engineers=30.0, patents=2.0, rd_spend=600.0, founded=date(2026, 1, 1)
    )
    answer = solve(tmp_path, facts, "high")
    assert {(b.rulebook, b.criterion) for b in answer.blockers} == {("low", "A2"), ("high", "B4")}
