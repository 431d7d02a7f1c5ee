import itertools
import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from path_parts import make_facts, make_setting

from terrace.rules.path import Setting, find_path
from terrace.rules.path.choices import most_in, price_of
from terrace.rules.path.effects import apply_amounts
from terrace.rules.path.horizon import Choice
from terrace.rules.path.outlook import to_frame
from terrace.rules.path.problem import Application, Problem, state_problem
from terrace.rules.standing import evaluate

Amounts = dict[Choice, float]


def random_facts(seed: int) -> pl.DataFrame:
    chance = random.Random(seed)
    return make_facts(
        revenue=float(chance.choice([5_000, 10_000, 20_000])),
        rd_spend=float(chance.choice([0, 200, 400, 700])),
        staff=float(chance.choice([30, 90, 98, 104, 120])),
        engineers=float(chance.choice([0, 4, 9, 20])),
        patents=float(chance.choice([0, 1, 2])),
        founded=date(chance.choice([2010, 2024, 2025]), 3, 1),
        low_until=chance.choice([None, None, date(2027, 5, 15), date(2025, 1, 1)]),
    )


def every_choice(problem: Problem) -> list[Amounts]:
    choices = [(lever, year) for lever in problem.grid for year in problem.horizon.years]
    levers = {lever.id: lever for lever in problem.effects.levers.levers}
    ranges = [
        [a for a in problem.grid[n] if a <= most_in(levers[n], y, problem.horizon, problem.grid[n])]
        for n, y in choices
    ]
    every = (dict(zip(choices, amounts, strict=True)) for amounts in itertools.product(*ranges))
    return [amounts for amounts in every if not_falling(problem, amounts)]


def not_falling(problem: Problem, amounts: Amounts) -> bool:
    return all(
        amounts[lever.id, year] >= amounts[lever.id, year - 1]
        for lever in problem.effects.levers.levers
        if lever.lasts
        for year in problem.horizon.years[1:]
    )


def cost_of(problem: Problem, amounts: Amounts) -> float:
    levers = {lever.id: lever for lever in problem.effects.levers.levers}
    return sum(
        amount * price_of(levers[name], year, problem.horizon)
        for (name, year), amount in amounts.items()
    )


def passing(
    problem: Problem,
    every: list[Amounts],
    application: Application,
    *,
    low_until: date | None = None,
) -> list[bool]:
    frames = []
    for number, amounts in enumerate(every):
        rows = apply_amounts(problem.effects, problem.rows, amounts, day=application.day)
        if low_until:
            rows[application.day.year]["low_until"] = low_until
        frames.append(to_frame(rows, f"{number:06}", problem.effects.facts))
    facts = pl.concat(frames, how="diagonal")
    found = evaluate([application.rulebook], facts, as_of=application.day, mode=application.mode)
    return (found.sort("company")["result"] == "met").to_list()


def cheapest_by_force(problem: Problem, target: str) -> float | None:
    """Every amount of every lever in every year with every pair of applications."""
    every = every_choice(problem)
    costs = [cost_of(problem, amounts) for amounts in every]
    deadline = problem.horizon.deadline
    if target in problem.held and problem.held[target] >= deadline:
        return 0.0
    found = []
    of_low = [a for a in problem.applications if a.title == "low"]
    passes = {a: passing(problem, every, a) for a in of_low}
    if target == "low":
        good = [a for a in of_low if a.is_held_on(deadline)]
        found = [c + 10 for n, c in enumerate(costs) if any(passes[a][n] for a in good)]
        return min(found, default=None)
    for high in (a for a in problem.applications if a.title == "high" and a.is_held_on(deadline)):
        if problem.held.get("low", date.min) >= high.day:
            held = passing(problem, every, high)
            found += [c + 20 for c, is_met in zip(costs, held, strict=True) if is_met]
        for low in (a for a in of_low if a.is_held_on(high.day)):
            with_low = passing(problem, every, high, low_until=low.until)
            both = zip(costs, passes[low], with_low, strict=True)
            found += [c + 30 for c, first, second in both if first and second]
    return min(found, default=None)


def solve_both(setting: Setting, seed: int, target: str) -> tuple[float | None, float | None]:
    facts = random_facts(seed)
    problem = state_problem(setting, facts, "A", targets=[target])
    answer = find_path(setting, facts, "A", target=target, most_plans=1)
    cost = answer.plans[0].cost_yuan if answer.plans else None
    return cost, cheapest_by_force(problem, target)


@pytest.mark.parametrize("seed", range(3))
def test_no_cheaper_plan_exists_on_the_grid_for_one_title(tmp_path: Path, seed: int) -> None:
    setting = make_setting(tmp_path, by=date(2026 + seed % 2, 12, 31))
    cost, forced = solve_both(setting, seed, "low")
    assert cost == pytest.approx(forced, abs=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_no_cheaper_plan_exists_on_the_grid_for_two_titles(tmp_path: Path, seed: int) -> None:
    setting = make_setting(tmp_path, by=date(2027, 12, 31))
    cost, forced = solve_both(setting, 100 + seed, "high")
    assert cost == pytest.approx(forced, abs=0.01)


def test_the_trial_covers_plans_and_their_absence(tmp_path: Path) -> None:
    setting = make_setting(tmp_path, by=date(2027, 12, 31))
    found = [
        find_path(setting, random_facts(100 + seed), "A", target="high", most_plans=1)
        for seed in range(8)
    ]
    assert 0 < sum(bool(answer.plans) for answer in found) < 8
