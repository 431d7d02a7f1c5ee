import dataclasses
from pathlib import Path

import polars as pl
import pytest
from path_parts import LEVERS, make_facts, make_setting

from terrace.rules.path import find_path
from terrace.rules.path.sensitivity import WhatIf, vary_assumptions


def vary(folder: Path, facts: pl.DataFrame, **changed: str) -> dict[str, WhatIf]:
    setting = make_setting(folder, **changed)
    (plan,) = find_path(setting, facts, "A", target="low", most_plans=1).plans
    found = vary_assumptions(setting, facts, "A", target="low", plan=plan)
    return {one.assumption.en: one for one in found}


def test_each_assumption_is_varied_alone(tmp_path: Path) -> None:
    found = vary(tmp_path, make_facts(rd_spend=600.0))
    assert {"Invent: twice as dear", "Invent: 6 months later"} <= set(found)
    assert {"Hire: at half the price", "Research: at half the price"} <= set(found)
    assert {"Low: decided 6 months later", "growth +5% a year", "growth -5% a year"} <= set(found)


def test_a_dearer_lever_gives_way_to_another(tmp_path: Path) -> None:
    facts = make_facts(rd_spend=600.0)
    setting = make_setting(tmp_path)
    (plan,) = find_path(setting, facts, "A", target="low", most_plans=1).plans
    assert plan.levers == {"invent"}
    dearer = vary(tmp_path, facts)["Invent: twice as dear"]
    assert dearer.cost_yuan is not None
    assert plan.cost_yuan < dearer.cost_yuan <= 2 * plan.cost_yuan
    assert not dearer.is_same_plan


def test_the_price_of_what_is_not_used_may_not_matter(tmp_path: Path) -> None:
    dear = LEVERS.replace("cost_per_year: 100", "cost_per_year: 9000")
    found = vary(tmp_path, make_facts(rd_spend=600.0), levers=dear)
    assert found["Hire: at half the price"].is_same_plan


def test_an_assumption_may_leave_no_plan(tmp_path: Path) -> None:
    only = LEVERS.replace("effects: {staff: 1, engineers: 1}", "effects: {engineers: 0.001}")
    only = only.replace("steps: [0.01, 0.06]", "steps: [0.0001]").replace("14", "32")
    found = vary(tmp_path, make_facts(rd_spend=600.0), levers=only)
    assert found["Invent: 6 months later"] == dataclasses.replace(
        found["Invent: 6 months later"], cost_yuan=None, is_same_plan=False
    )
    assert found["Invent: twice as dear"].cost_yuan == pytest.approx(810)
