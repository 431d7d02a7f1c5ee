"""The cheapest way up, near-best other ways, and what stands in the way where there is none."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.errors import TerraceError
from terrace.rules.path.blockers import find_blockers
from terrace.rules.path.branches import Branch, list_branches, solve_branches
from terrace.rules.path.plan import Answer, Plan
from terrace.rules.path.problem import Problem, Setting, narrow_problem, state_problem
from terrace.rules.path.program import ONE, Linear, total
from terrace.rules.path.reading import check_plan, is_chosen, read_plan
from terrace.rules.path.writing import Writer

MAX_REFUSED = 20


def find_path(
    setting: Setting, facts: pl.DataFrame, company: str, *, target: str, most_plans: int = 3
) -> Answer:
    """The least-cost plan by which a company holds a title at the deadline, and others near it.

    Least cost is over the grid of amounts and application days, not over all thinkable ones.

    Args:
        setting: rulebooks, ladder, levers, and from when to when.
        facts: a facts frame; those recorded after the start do not count.
        company: which one.
        target: a title of the ladder.
        most_plans: how many plans, each doing without a lever or title of every one before.

    Raises:
        NotFound: no such company or title.
        CriteriaError: a criterion depends on more choices than can be tabulated.
        TerraceError: the solver stopped without an answer.
    """
    problem = state_problem(setting, facts, company, targets=[target])
    return answer_problem(problem, target, most_plans=most_plans)


def find_paths(
    setting: Setting, facts: pl.DataFrame, company: str, *, targets: Sequence[str]
) -> list[Answer]:
    """The least-cost plan to each of several titles, as ``find_path``."""
    problem = state_problem(setting, facts, company, targets=targets)
    narrowed = [narrow_problem(setting, problem, target) for target in targets]
    return [
        answer_problem(one, target, most_plans=1)
        for one, target in zip(narrowed, targets, strict=True)
    ]


def answer_problem(problem: Problem, target: str, *, most_plans: int) -> Answer:
    """The plans to one target, or what stands in the way."""
    writer = Writer(problem)
    writer.write(target)
    plans = tuple(_find_plans(writer, list_branches(writer, target), most_plans))
    return Answer(
        company=problem.company,
        target=target,
        start=problem.horizon.start,
        deadline=problem.horizon.deadline,
        held_until=problem.held.get(target),
        plans=plans,
        blockers=() if plans else find_blockers(problem, target),
    )


def _find_plans(writer: Writer, branches: list[Branch], most: int) -> Iterator[Plan]:
    for _ in range(most):
        plan = _find_plan(writer, branches)
        if plan is None:
            return
        yield plan
        if not plan.steps and not plan.awards:
            return
        _require_difference(writer, plan)


def _find_plan(writer: Writer, branches: list[Branch]) -> Plan | None:
    """The least-cost plan that the engine confirms; one that it refuses is barred."""
    for _ in range(MAX_REFUSED):
        solution = solve_branches(writer.program, branches)
        if solution is None:
            return None
        plan = check_plan(writer.problem, read_plan(writer, solution))
        if plan is not None:
            return plan
        _bar_solution(writer, solution)
    raise TerraceError(
        f"{writer.problem.company}: the rules engine refused {MAX_REFUSED} plans of the solver; "
        "report this with the facts and the rulebooks"
    )


def _truths(writer: Writer) -> list[Linear]:
    picks = [pick for picks in writer.book.picks.values() for pick in picks]
    return [*picks, *writer.grants.values()]


def _bar_solution(writer: Writer, solution: NDArray[np.float64]) -> None:
    kept = [t if is_chosen(t, solution) else _without(t) for t in _truths(writer)]
    all_kept = Linear(float(len(kept) - 1))
    writer.program.require_at_least(all_kept, total(kept))


def _without(truth: Linear) -> Linear:
    return ONE + truth.scaled(-1.0)


def _require_difference(writer: Writer, plan: Plan) -> None:
    """At least one lever or title of the plan is not used at all."""
    years = writer.problem.horizon.years
    used = [[p for y in years for p in writer.book.picks[lever, y][1:]] for lever in plan.levers]
    won = [[g for a, g in writer.grants.items() if a.title == title] for title in plan.titles]
    spared = [_is_spared(writer, truths) for truths in (*used, *won)]
    writer.program.require_at_least(total(spared), ONE)


def _is_spared(writer: Writer, truths: Sequence[Linear]) -> Linear:
    """A truth that can hold only where none of the others does."""
    spared = writer.program.add_variable(whole=True)
    for truth in truths:
        writer.program.require_at_least(_without(truth), spared)
    return spared
