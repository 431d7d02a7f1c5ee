from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from path_parts import LEVERS, START, make_facts, make_setting

from terrace.errors import CriteriaError
from terrace.rules.path import Horizon, Setting, load_levers
from terrace.rules.path.effects import Effects, apply_amounts
from terrace.rules.path.horizon import (
    add_months,
    add_years,
    application_days,
    choices_counted,
    ready_on,
)
from terrace.rules.path.outlook import carry_on, newest_value, to_frame
from terrace.rules.path.problem import Problem, state_problem
from terrace.rules.path.program import ONE, Linear, Program, total
from terrace.rules.rulebook import find_rulebook, load_rulebooks

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@given(day=DAYS, months=st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int
) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (
        later.day < day.day and add_months(later, 0).day in (28, 29, 30)
    )


def test_months_and_years_by_example() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 23), 14) == date(2028, 1, 23)
    assert add_years(date(2026, 9, 1), 3) == date(2029, 8, 31)
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 27)


def test_a_plan_has_a_choice_for_every_calendar_year() -> None:
    horizon = Horizon(date(2026, 11, 23), date(2028, 3, 31))
    assert list(horizon.years) == [2026, 2027, 2028]
    assert horizon.begins(2026) == date(2026, 11, 23)
    assert horizon.begins(2027) == date(2027, 1, 1)
    assert horizon.share_of(2026) == pytest.approx(39 / 365)
    assert horizon.share_of(2028) == pytest.approx(91 / 365)


def test_it_applies_at_half_years_and_on_the_last_day_that_is_in_time(tmp_path: Path) -> None:
    setting = make_setting(tmp_path)
    low = find_rulebook(setting.rulebooks, "low")
    horizon = Horizon(date(2026, 2, 10), date(2027, 4, 30))
    days = application_days(low, horizon, mode="first", lead_months=2)
    assert days == (date(2026, 2, 10), date(2026, 7, 1), date(2027, 1, 1), date(2027, 2, 28))


def test_windows_recur_every_year_and_are_cut_by_start_and_deadline(tmp_path: Path) -> None:
    setting = make_setting(tmp_path)
    high = find_rulebook(setting.rulebooks, "high")
    horizon = Horizon(date(2026, 5, 20), date(2027, 9, 15))
    days = application_days(high, horizon, mode="first", lead_months=3)
    assert days == (date(2026, 5, 20), date(2026, 6, 30), date(2027, 5, 1), date(2027, 6, 15))


def test_nothing_is_applied_for_where_no_decision_is_in_time(tmp_path: Path) -> None:
    setting = make_setting(tmp_path)
    low = find_rulebook(setting.rulebooks, "low")
    horizon = Horizon(date(2026, 5, 20), date(2026, 7, 19))
    assert application_days(low, horizon, mode="first", lead_months=2) == ()


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return make_setting(tmp_path)


@pytest.fixture
def problem(setting: Setting) -> Problem:
    return state_problem(setting, make_facts(), "A", targets=["low"])


def counted(setting: Setting, lever: str, fact: str, year: int, day: date) -> tuple[int, ...]:
    found = next(one for one in setting.levers.levers if one.id == lever)
    declared = setting.rulebooks[0].catalog.facts[fact]
    return choices_counted(setting.horizon, found, declared, fiscal_year=year, day=day)


def test_spending_counts_in_its_own_year_only(setting: Setting) -> None:
    assert counted(setting, "research", "rd_spend", 2027, date(2028, 5, 1)) == (2027,)
    assert counted(setting, "research", "rd_spend", 2025, date(2028, 5, 1)) == ()


def test_staff_counts_at_the_end_of_the_year_once_ready(setting: Setting) -> None:
    assert counted(setting, "hire", "staff", 2026, date(2028, 5, 1)) == (2026,)
    assert counted(setting, "hire", "staff", 2026, date(2026, 3, 31)) == ()
    assert counted(setting, "hire", "staff", 2026, date(2026, 4, 1)) == (2026,)


def test_patents_count_from_the_day_they_are_ready(setting: Setting) -> None:
    invent = next(one for one in setting.levers.levers if one.id == "invent")
    assert ready_on(setting.horizon, invent, 2026) == date(2027, 3, 1)
    assert counted(setting, "invent", "patents", 2026, date(2027, 2, 28)) == ()
    assert counted(setting, "invent", "patents", 2026, date(2027, 3, 1)) == (2026,)


def test_facts_are_carried_on_and_grow_where_the_outlook_says(tmp_path: Path) -> None:
    levers = LEVERS.replace("growth: 0.0", "growth: 0.1")
    setting = make_setting(tmp_path, levers=levers)
    declared = setting.rulebooks[0].catalog.facts
    rows = carry_on(make_facts(), "A", declared, setting.levers, start=START, until=2027)
    assert [rows[year]["revenue"] for year in (2025, 2026, 2027)] == pytest.approx(
        [10_000, 11_000, 12_100]
    )
    assert rows[2027]["staff"] == 90
    assert "patents" not in rows[2027]
    assert newest_value(rows, "patents", until=2027) == 0


def test_an_empty_cell_of_a_closed_year_stays_empty(setting: Setting) -> None:
    facts = make_facts(years=(2023, 2024, 2025)).with_columns(
        pl.when(pl.col("fiscal_year") != 2024).then("staff").alias("staff")
    )
    declared = setting.rulebooks[0].catalog.facts
    rows = carry_on(facts, "A", declared, setting.levers, start=START, until=2026)
    assert "staff" not in rows[2024]
    assert rows[2026]["staff"] == 90


def test_amounts_change_the_facts_of_their_years(problem: Problem) -> None:
    chosen = dict.fromkeys(((n, y) for n in problem.grid for y in problem.horizon.years), 0.0)
    chosen |= {("hire", 2027): 5.0, ("hire", 2028): 5.0, ("research", 2026): 100.0}
    rows = apply_amounts(problem.effects, problem.rows, chosen, day=date(2028, 1, 1))
    assert [rows[year]["staff"] for year in (2025, 2026, 2027)] == [90, 90, 95]
    assert [rows[year]["rd_spend"] for year in (2025, 2026, 2027)] == [200, 300, 200]
    assert max(rows) == 2028


def test_what_is_capped_never_passes_its_cap(setting: Setting) -> None:
    declared = setting.rulebooks[0].catalog.facts
    effects = Effects(setting.levers, setting.horizon, declared)
    values = {"engineers": np.array([89.0, 95.0]), "staff": np.array([90.0, 90.0])}
    amounts = {("hire", 2026): np.array([5.0, 0.0])}
    lever = setting.levers.levers[0]
    assert lever.effects == {"staff": 1, "engineers": 1}
    moved = effects.move(
        "engineers", values.__getitem__, amounts, fiscal_year=2026, day=date(2027, 1, 1)
    )
    # More engineers than staff in the data is left as it was found.
    assert moved.tolist() == [94.0, 95.0]


def test_the_grid_holds_the_steps_and_the_exact_turns(problem: Problem) -> None:
    research = problem.grid["research"].tolist()
    assert research[0] == 0
    # 3% and 6% of 10,000 with 200 spent already; the highest step of 6%.
    assert {100.0, 400.0, 600.0} <= set(research)
    assert 2.0 in problem.grid["hire"].tolist()
    assert all(len(amounts) <= 10 for amounts in problem.grid.values())


def test_a_frame_of_rows_has_the_declared_types(problem: Problem) -> None:
    frame = to_frame(problem.rows, "A", problem.effects.facts)
    assert frame.schema["founded"] == pl.Date()
    assert frame["fiscal_year"].to_list() == [2024, 2025, 2026, 2027, 2028]


def test_a_program_takes_the_cheapest_cover() -> None:
    program = Program()
    sizes = {5.0: 9.0, 4.0: 6.0, 3.0: 5.0}
    picks = [
        program.add_variable(cost=cost, whole=True).scaled(size) for size, cost in sizes.items()
    ]
    program.require_at_least(total(picks), Linear(7.0))
    solution = program.solve()
    assert solution is not None
    assert solution.round().tolist() == [0, 1, 1]


def test_a_program_proves_that_there_is_no_solution() -> None:
    program = Program()
    one = program.add_variable(whole=True)
    program.require_at_least(one, Linear(2.0))
    assert program.solve() is None
    empty = Program()
    empty.add_variable()
    empty.require_at_least(Linear(0.0), ONE)
    assert empty.solve() is None


@given(
    left=st.dictionaries(st.integers(0, 5), st.integers(-9, 9)),
    right=st.dictionaries(st.integers(0, 5), st.integers(-9, 9)),
    factor=st.integers(-3, 3),
)
def test_linear_terms_add_and_scale(
    left: dict[int, float], right: dict[int, float], factor: int
) -> None:
    joint = (Linear(1.0, left) + Linear(2.0, right)).scaled(factor)
    assert joint.constant == 3 * factor
    for variable in {*left, *right}:
        expected = (left.get(variable, 0) + right.get(variable, 0)) * factor
        assert joint.terms[variable] == expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("staff: 1", "stuff: 1", "no number fact 'stuff'"),
        ("unit: people", "unit: heads", "'unit' is 'heads'"),
        ("steps: [5, 10]", "steps: [10, 5]", "do not rise"),
        ("steps: [5, 10]", "steps: 5", "has to be a list"),
        ("cost: 10\n", "cost: -10\n", "write 0 or more"),
        ("id: research", "id: hire", "is there twice"),
        ("growth: 0.0", "growth: 5", "write a fraction"),
        ("relative_to: revenue", "relative_to: founded", "no number fact 'founded'"),
        ("engineers: staff}", "engineers: nobody}", "no number fact 'nobody'"),
        ("lead_months: 14", "leed_months: 14", "'leed_months' is not known"),
    ],
)
def test_a_wrong_file_of_levers_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in LEVERS
    with pytest.raises(CriteriaError, match=message) as caught:
        make_setting(tmp_path, levers=LEVERS.replace(old, new, 1))
    assert "line" in str(caught.value)


def test_the_levers_that_ship_can_be_read() -> None:
    levers = load_levers(rulebooks=load_rulebooks())
    assert {"hire_tech_staff", "book_rd", "shift_products"} <= {one.id for one in levers.levers}
    assert levers.terms_of("hnte").lead_months > 0
    assert levers.terms_of("nowhere").cost > 0
