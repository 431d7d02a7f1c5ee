"""A solution of the program read back as a plan, and the plan put before the rules engine."""

import dataclasses
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from terrace.criteria.results import Result
from terrace.rules.details import evaluate_criteria
from terrace.rules.path.choices import price_of
from terrace.rules.path.effects import apply_amounts
from terrace.rules.path.horizon import Choice, ready_on
from terrace.rules.path.levers import Lever
from terrace.rules.path.outlook import newest_value, to_frame
from terrace.rules.path.plan import Award, Plan, Step
from terrace.rules.path.problem import Application, Problem
from terrace.rules.path.program import Linear
from terrace.rules.path.writing import Writer
from terrace.rules.standing import evaluate


def read_plan(writer: Writer, solution: NDArray[np.float64]) -> Plan:
    """The plan that a solution says."""
    amounts = _read_amounts(writer, solution)
    steps = tuple(_list_steps(writer.problem, amounts))
    awards = tuple(_list_awards(writer, solution))
    cost = sum(s.cost_yuan for s in steps) + sum(a.cost_yuan for a in awards)
    return Plan(cost, steps, awards, tuple(sorted(amounts.items())))


def is_chosen(variable: Linear, solution: NDArray[np.float64]) -> bool:
    """Whether a truth variable holds."""
    (number,) = variable.terms
    return bool(solution[number] > 0.5)


def _read_amounts(writer: Writer, solution: NDArray[np.float64]) -> dict[Choice, float]:
    grid = writer.problem.grid
    return {
        (lever, year): float(amount)
        for (lever, year), picks in writer.book.picks.items()
        for amount, pick in zip(grid[lever], picks, strict=True)
        if is_chosen(pick, solution)
    }


def _list_steps(problem: Problem, amounts: Mapping[Choice, float]) -> Iterator[Step]:
    for lever in problem.effects.levers.levers:
        for year in problem.horizon.years:
            before = amounts.get((lever.id, year - 1), 0.0) if lever.lasts else 0.0
            added = amounts[lever.id, year] - before
            if added > 0:
                yield _step(problem, lever, year, added)


def _step(problem: Problem, lever: Lever, year: int, amount: float) -> Step:
    horizon = problem.horizon
    years = [y for y in horizon.years if y >= year] if lever.lasts else [year]
    return Step(
        lever=lever.id,
        label=lever.label,
        unit=lever.unit,
        amount=amount,
        begins=horizon.begins(year),
        counts_from=ready_on(horizon, lever, year),
        cost_yuan=amount * sum(price_of(lever, y, horizon) for y in years),
    )


def _list_awards(writer: Writer, solution: NDArray[np.float64]) -> Iterator[Award]:
    won = [a for a, grant in writer.grants.items() if is_chosen(grant, solution)]
    for application in sorted(won, key=lambda a: (a.day, a.granted)):
        yield Award(
            title=application.title,
            rulebook=application.rulebook.id,
            version=application.version.id,
            applies=application.day,
            granted=application.granted,
            valid_until=application.until,
            cost_yuan=writer.problem.effects.levers.terms_of(application.title).cost,
        )


def check_plan(problem: Problem, plan: Plan) -> Plan | None:
    """The plan with what the rules engine says of each application; None if one would fail."""
    applications = {(a.title, a.day): a for a in problem.applications}
    checked: list[Award] = []
    judged: set[tuple[str, str]] = set()
    for award in plan.awards:
        application = applications[award.title, award.applies]
        result, open_criteria = _ask_engine(problem, plan, application)
        if result not in _good_results(problem):
            return None
        checked.append(dataclasses.replace(award, result=result))
        judged.update((award.rulebook, criterion) for criterion in open_criteria)
    return dataclasses.replace(plan, awards=tuple(checked), judged=tuple(sorted(judged)))


def _good_results(problem: Problem) -> set[str]:
    possible = {Result.NEEDS_JUDGEMENT.value} if problem.certainty == "possible" else set()
    return {Result.MET.value, *possible}


def _ask_engine(problem: Problem, plan: Plan, application: Application) -> tuple[str, list[str]]:
    facts = to_frame(facts_on(problem, plan, application), problem.company, problem.effects.facts)
    asked = {
        "as_of": application.day,
        "mode": application.mode,
        "with_illustrative": problem.with_illustrative,
    }
    (row,) = evaluate([application.rulebook], facts, **asked).to_dicts()  # type: ignore[arg-type]
    if row["result"] != Result.NEEDS_JUDGEMENT.value:
        return row["result"], []
    listed = {criterion.id for criterion in application.version.criteria}
    found = evaluate_criteria([application.rulebook], facts, **asked)  # type: ignore[arg-type]
    open_ones = found.filter(found["result"] == Result.NEEDS_JUDGEMENT.value)["criterion"]
    return row["result"], [name for name in open_ones if name in listed]


def facts_on(
    problem: Problem, plan: Plan, application: Application
) -> dict[int, dict[str, object]]:
    """The facts of the company on the day of an application, with the plan carried out."""
    day = application.day
    rows = apply_amounts(problem.effects, problem.rows, dict(plan.amounts), day=day)
    for award in plan.awards:
        fact = problem.ladder.title(award.title).held_until
        if fact and award.granted <= day:
            before = newest_value(rows, fact, until=day.year)
            rows[day.year][fact] = max(award.valid_until, before or award.valid_until)
    return rows
