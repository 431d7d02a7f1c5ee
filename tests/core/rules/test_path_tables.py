import itertools
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from path_parts import make_facts, make_setting

from terrace.rules.details import evaluate_criteria
from terrace.rules.path.effects import apply_amounts
from terrace.rules.path.outlook import to_frame
from terrace.rules.path.problem import Application, Problem, state_problem
from terrace.rules.path.tables import amounts_over


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    facts = make_facts(rd_spend=350.0, engineers=9.0, patents=1.0)
    return state_problem(make_setting(tmp_path), facts, "A", targets=["high"])


def nothing(problem: Problem) -> dict[tuple[str, int], float]:
    return {(name, year): 0.0 for name in problem.grid for year in problem.horizon.years}


def ask_engine(
    problem: Problem,
    application: Application,
    criterion: str,
    amounts: dict[tuple[str, int], float],
) -> str:
    chosen = {**nothing(problem), **amounts}
    rows = apply_amounts(problem.effects, problem.rows, chosen, day=application.day)
    facts = to_frame(rows, "A", problem.effects.facts)
    found = evaluate_criteria(
        [application.rulebook], facts, as_of=application.day, mode=application.mode
    )
    return str(found.filter(criterion=criterion)["result"][0])


@pytest.mark.parametrize("criterion", ["A2", "B2", "B3a", "B3b", "B4"])
def test_tables_say_what_the_engine_says_of_the_same_facts(
    problem: Problem, criterion: str
) -> None:
    rulebook = "low" if criterion.startswith("A") else "high"
    mine = [a for a in problem.applications if a.rulebook.id == rulebook]
    chance = np.random.default_rng(7)
    for application in mine[:: max(1, len(mine) // 3)]:
        table = problem.table(application, f"result:{criterion}")
        for row in chance.choice(len(table.values), size=min(6, len(table.values)), replace=False):
            over = amounts_over(table.choices, problem.grid)
            amounts = {choice: float(values[row]) for choice, values in over.items()}
            assert table.values[row] == ask_engine(problem, application, criterion, amounts)


def test_a_table_depends_only_on_what_can_move_it(problem: Problem) -> None:
    highs = [a for a in problem.applications if a.title == "high"]
    for application in highs:
        assert problem.table(application, "result:B4").choices == ()
        for lever, _ in problem.table(application, "result:B2").choices:
            assert lever == "research"
        for lever, _ in problem.table(application, "result:B3a").choices:
            assert lever == "invent"
    last = problem.table(highs[-1], "result:B2")
    assert last.choices == (("research", 2026), ("research", 2027))
    assert len(last.values) == len(problem.grid["research"]) ** 2


def test_combinations_run_through_every_amount_the_last_one_fastest() -> None:
    grid = {"a": np.array([0.0, 1.0]), "b": np.array([0.0, 5.0, 9.0])}
    over = amounts_over((("a", 2026), ("b", 2027)), grid)
    pairs = list(zip(over["a", 2026].tolist(), over["b", 2027].tolist(), strict=True))
    assert pairs == list(itertools.product([0.0, 1.0], [0.0, 5.0, 9.0]))
    assert amounts_over((), grid) == {}


def test_missing_facts_stay_missing(tmp_path: Path) -> None:
    facts = make_facts().with_columns(pl.lit(None, dtype=pl.Float64).alias("staff"))
    problem = state_problem(make_setting(tmp_path), facts, "A", targets=["low"])
    for application in problem.applications:
        assert set(problem.table(application, "result:A2").values) == {"unknown"}
