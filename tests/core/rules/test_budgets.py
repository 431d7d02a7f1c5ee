from datetime import date
from pathlib import Path

import polars as pl
import pytest
from impact_parts import REVENUE, SHIPPED, Maker, compare
from rulebook_parts import DAY, company

from terrace.errors import CriteriaError
from terrace.rules.budgets import Budget, load_budgets, sum_effect
from terrace.rules.impact import assess_impact
from terrace.rules.labels import Label
from terrace.rules.proposals import edit_figures, find_proposal


def test_an_amount_given_is_summed_with_what_is_possible(make_rulebook: Maker) -> None:
    values = {"a": 95.0, "b": 200.0, "c": None, "d": 10.0}
    frame = pl.concat(
        [company({2025: {"revenue": v}}, name) for name, v in values.items()],
        how="vertical_relaxed",
    )
    budget = compare(make_rulebook(REVENUE), "A=90", frame, amount_yuan=1000.0).budget
    assert budget is not None
    figures = (budget.certain_yuan, budget.low_yuan, budget.high_yuan, budget.without_amount)
    assert figures == (1000.0, 1000.0, 2000.0, 0)
    raised = compare(make_rulebook(REVENUE), "A=150", frame, amount_yuan=1000.0).budget
    assert raised is not None
    assert (raised.certain_yuan, raised.low_yuan, raised.high_yuan) == (0.0, -1000.0, 0.0)


def test_a_stated_amount_is_a_formula_of_facts() -> None:
    grant = find_proposal("key_little_giant@2024", SHIPPED)
    lowered = edit_figures(grant, ["Q4=1000万元"])
    facts = {
        "little_giant_until": date(2027, 1, 1),
        "is_listed": False,
        "supported_before": False,
        "planned_investment": 15_000_000.0,
    }
    found = assess_impact(grant, lowered, company({2025: facts}), as_of=DAY)
    assert found.moves.select("move", "amount_yuan").row(0) == ("enters", 6_000_000.0)
    assert found.budget is not None
    assert found.budget.certain_yuan == 6_000_000.0
    assert found.budget.status == "secondary"


def test_an_unknown_amount_is_counted_not_guessed() -> None:
    relief = find_proposal("hnte_tax_relief@2016", SHIPPED)
    later = edit_figures(relief, ["R1=30"])
    rows = [
        company({2025: {"hnte_until": date(2026, 6, 10), "net_profit": profit}}, name)
        for name, profit in (("a", None), ("b", 2_000_000.0), ("c", -5.0))
    ]
    frame = pl.concat(rows, how="vertical_relaxed")
    found = assess_impact(relief, later, frame, as_of=DAY)
    assert found.moves["move"].to_list() == ["leaves"] * 3
    assert found.moves["amount_yuan"].to_list() == [None, 200_000.0, 0.0]
    assert found.budget is not None
    assert (found.budget.certain_yuan, found.budget.without_amount) == (-200_000.0, 1)


def test_every_budget_is_of_a_rulebook_that_ships() -> None:
    known = {rulebook.id for rulebook in SHIPPED}
    assert {entry.rulebook for entry in load_budgets()} <= known


def test_a_wrong_budget_file_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "budgets.yaml"
    path.write_text("budgets:\n  - {rulebook: a, id: b, unit: yuan, is: '1', en: a, zh: b}\n")
    with pytest.raises(CriteriaError, match="line 2: 'status' is missing"):
        load_budgets(path)


def test_a_budget_may_choose_among_formulas(tmp_path: Path) -> None:
    path = tmp_path / "budgets.yaml"
    path.write_text(
        "budgets:\n"
        "  - rulebook: hnte\n"
        "    id: relief\n"
        "    unit: yuan\n"
        "    cases: [{when: net_profit > 0, use: net_profit * 0.10}, {use: '0'}]\n"
        "    en: Relief\n"
        "    zh: 减免\n"
        "    status: illustrative\n"
        "    source: A law\n",
        "utf-8",
    )
    (stated,) = load_budgets(path)
    assert (stated.rulebook, stated.budget.status, stated.budget.source) == (
        *("hnte", "illustrative"),
        "A law",
    )
    assert (stated.budget.certain_yuan, stated.budget.without_amount) == (0.0, 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("status: verified", "status: sure"), "'status' is 'sure'"),
        (("rulebook: a, ", ""), "'rulebook' is missing"),
        (("unit: yuan", "unit: yuan, per: year"), "'per' is not known here"),
        (("budgets:", "costs:"), "'budgets' is missing"),
        (("unit: yuan", "unit: usd"), "'unit' is 'usd'"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    entry = "{rulebook: a, id: b, unit: yuan, is: '1', en: a, zh: b, status: verified, source: c}"
    path = tmp_path / "budgets.yaml"
    path.write_text(f"budgets:\n  - {entry}\n".replace(*change), "utf-8")
    with pytest.raises(CriteriaError, match=message):
        load_budgets(path)


def test_a_rulebook_is_stated_once(tmp_path: Path) -> None:
    entry = "{rulebook: a, id: b, unit: yuan, is: '1', en: a, zh: b, status: verified, source: c}"
    path = tmp_path / "budgets.yaml"
    path.write_text(f"budgets:\n  - {entry}\n  - {entry}\n", "utf-8")
    with pytest.raises(CriteriaError, match="two rulebook ids are 'a'"):
        load_budgets(path)


def test_sums_are_over_who_moves_and_nobody_else() -> None:
    moves = pl.DataFrame(
        {
            "move": [*("enters", "leaves", "may_enter", "may_leave", "may_do_either"), "stays_in"],
            "amount_yuan": [1.0, 10.0, 100.0, 1000.0, None, 5.0],
        }
    )
    found = sum_effect(Budget(Label("x", "x"), "verified", "y"), moves)
    assert found.certain_yuan == -9.0
    assert (found.low_yuan, found.high_yuan) == (-1009.0, 91.0)
    assert found.without_amount == 1
