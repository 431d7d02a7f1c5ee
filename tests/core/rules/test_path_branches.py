import math
from datetime import date
from pathlib import Path

import pytest
from path_parts import make_facts, make_setting
from test_path_optimality import random_facts

from terrace.rules.path.branches import Branch, list_branches, solve_branches
from terrace.rules.path.problem import state_problem
from terrace.rules.path.program import ONE, Linear, Program, total
from terrace.rules.path.reading import check_plan, read_plan
from terrace.rules.path.search import _require_difference
from terrace.rules.path.writing import Writer


def write(folder: Path, seed: int, target: str, *, by: date = date(2028, 12, 31)) -> Writer:
    setting = make_setting(folder, by=by)
    writer = Writer(state_problem(setting, random_facts(seed), "A", targets=[target]))
    writer.write(target)
    return writer


def least_costs(writer: Writer, branches: list[Branch]) -> tuple[float, float]:
    """The least cost of all branches, and of the program as a whole; infinite without one."""
    solutions = solve_branches(writer.program, branches), writer.program.solve()
    by_branches, whole = (math.inf if s is None else writer.program.cost_of(s) for s in solutions)
    return by_branches, whole


@pytest.mark.parametrize("target", ["low", "high"])
@pytest.mark.parametrize("seed", range(4))
def test_branches_cost_as_little_as_the_program_as_a_whole(
    tmp_path: Path, seed: int, target: str
) -> None:
    writer = write(tmp_path, seed, target)
    branches = list_branches(writer, target)
    found, whole = least_costs(writer, branches)
    assert found == pytest.approx(whole, rel=1e-6)
    for _ in range(2):
        solution = solve_branches(writer.program, branches)
        plan = None if solution is None else check_plan(writer.problem, read_plan(writer, solution))
        if plan is None or not (plan.steps or plan.awards):
            return
        _require_difference(writer, plan)
        found, whole = least_costs(writer, branches)
        assert found == pytest.approx(whole, rel=1e-6)


def test_there_is_a_branch_for_each_application_in_time(tmp_path: Path) -> None:
    writer = write(tmp_path, 1, "low")
    branches = list_branches(writer, "low")
    deadline = writer.problem.horizon.deadline
    in_time = [a for a in writer.problem.applications if a.is_held_on(deadline)]
    assert len(branches) == len(in_time) > 1
    assert all(len(branch.without) == len(in_time) - 1 for branch in branches)


def test_a_title_in_hand_needs_no_application(tmp_path: Path) -> None:
    setting = make_setting(tmp_path, by=date(2026, 12, 31))
    facts = make_facts(low_until=date(2027, 5, 15))
    writer = Writer(state_problem(setting, facts, "A", targets=["low"]))
    writer.write("low")
    (branch,) = list_branches(writer, "low")
    assert branch.without == ()
    assert least_costs(writer, [branch]) == (0.0, 0.0)


def choose_one(costs: list[float]) -> tuple[Program, list[Branch]]:
    """A program that takes one of some variables, and a branch for each."""
    program = Program()
    picks = [program.add_variable(cost=cost, whole=True) for cost in costs]
    program.require_at_least(total(picks), ONE)
    places = range(len(costs))
    return program, [Branch(tuple(p for p in places if p != place)) for place in places]


def test_what_a_branch_cost_bounds_it_from_then_on() -> None:
    program, branches = choose_one([5.0, 3.0, 4.0])
    first = solve_branches(program, branches)
    assert first is not None
    assert program.cost_of(first) == 3.0
    assert [branch.bound for branch in branches] == [5.0, 3.0, 3.0]
    program.require_at_least(Linear(0.0), Linear(0.0, {1: 1.0}))
    second = solve_branches(program, branches)
    assert second is not None
    assert program.cost_of(second) == 4.0


def test_a_branch_without_a_solution_is_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    program, branches = choose_one([5.0, 3.0])
    program.require_at_least(Linear(0.0), total([Linear(0.0, {0: 1.0}), Linear(0.0, {1: 1.0})]))
    assert solve_branches(program, branches) is None
    monkeypatch.setattr(Program, "solve", lambda *_, **__: pytest.fail("solved again"))
    assert solve_branches(program, branches) is None


@pytest.mark.parametrize(("below", "expected"), [(3.5, 3.0), (2.9, None), (0.0, 3.0)])
def test_a_program_asks_for_less_than_a_cost(below: float, expected: float | None) -> None:
    program, _ = choose_one([5.0, 3.0])
    solution = program.solve(below=below)
    assert (solution if solution is None else program.cost_of(solution)) == expected
    assert program.solve(without=[1], below=below) is None or below == 0.0
