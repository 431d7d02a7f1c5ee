"""What a title or policy costs or grants, where the law or a document states it.

``budgets.yaml`` lists, per rulebook, the yuan that one company stands for: a formula over
facts, as measures have it, with its status and source.
"""

import functools
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import polars as pl

from terrace.criteria.declarations import Section
from terrace.rules.columns import ColumnPlan
from terrace.rules.formulas import add_measure
from terrace.rules.labels import Label, Status, read_label, read_status
from terrace.rules.measures import read_measures
from terrace.rules.rulebook import Rulebook, read_plain
from terrace.rules.snapshot import take_snapshot
from terrace.rules.versions import check_unique

_HEAD = ("rulebook", "status", "source")


@dataclass(frozen=True, slots=True)
class Budget:
    """What is paid or forgone for a company, and what a change adds to it, in yuan.

    ``certain_yuan`` counts those who enter or leave for certain; with those who may, the
    change lies between ``low_yuan`` and ``high_yuan``; ``without_amount`` are moving
    companies whose amount is not known, which are in none of the sums.
    """

    label: Label
    status: Status
    source: str
    certain_yuan: float = 0.0
    low_yuan: float = 0.0
    high_yuan: float = 0.0
    without_amount: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class StatedBudget:
    """What is stated for one rulebook; ``section`` declares the amount as a measure."""

    rulebook: str
    budget: Budget
    section: Section


def load_budgets(path: Path | None = None) -> tuple[StatedBudget, ...]:
    """The stated budgets of a file, by default those that ship.

    Raises:
        CriteriaError: an entry that is wrong; with its line.
    """
    chosen = path or Path(str(resources.files("terrace") / "data" / "budgets.yaml"))
    section = read_plain(chosen)
    section.check_keys(("budgets",))
    stated = tuple(_read_entry(entry) for entry in section.sections("budgets", "budget"))
    check_unique(section, (one.rulebook for one in stated), "rulebook")
    return stated


def _read_entry(section: Section) -> StatedBudget:
    section.check_keys((*_HEAD, "id", "unit", "en", "zh"), ("is", "cases"))
    if section.text("unit") != "yuan":
        section.refuse(f"'unit' is '{section.text('unit')}'", "state the amount in yuan")
    status = read_status(section, "")
    budget = Budget(read_label(section), status, section.text("source"))
    measure = {key: value for key, value in section.values.items() if key not in _HEAD}
    return StatedBudget(section.text("rulebook"), budget, Section(measure, section.where))


@functools.cache
def _shipped_budgets() -> tuple[StatedBudget, ...]:
    return load_budgets()


def measure_amounts(
    rulebook: Rulebook,
    known: pl.DataFrame,
    subjects: pl.DataFrame,
    *,
    amount_yuan: float | None,
) -> tuple[pl.Series, Budget | None]:
    """What each subject stands for: ``amount_yuan``, null where not known, and the budget.

    Args:
        rulebook: whose budget is asked.
        known: the facts, see ``snapshot.known_facts``.
        subjects: company and day of evaluation.
        amount_yuan: the same for everybody, in place of what is stated.
    """
    if amount_yuan is not None:
        label = Label("Amount given for each company", "按每家给定金额")
        return _repeat(amount_yuan, subjects), Budget(label, "illustrative", "")
    stated = [entry for entry in _shipped_budgets() if entry.rulebook == rulebook.id]
    if not stated:
        return _repeat(None, subjects), None
    return _measure(rulebook, stated[0], known, subjects), stated[0].budget


def _repeat(amount_yuan: float | None, subjects: pl.DataFrame) -> pl.Series:
    count = subjects.height
    return pl.repeat(amount_yuan, count, dtype=pl.Float64, eager=True).alias("amount_yuan")


def _measure(
    rulebook: Rulebook, entry: StatedBudget, known: pl.DataFrame, subjects: pl.DataFrame
) -> pl.Series:
    catalog = read_measures([entry.section], rulebook.catalog)
    plan = ColumnPlan()
    name = entry.section.text("id")
    column = add_measure(plan, catalog, name).meta.output_name()
    inputs = plan.inputs - {"as_of"}
    snapshot = take_snapshot(known, subjects, inputs, catalog.facts)
    found = plan.run(snapshot, (column,))[column]
    return found.cast(pl.Float64).alias("amount_yuan")


def sum_effect(budget: Budget, moves: pl.DataFrame) -> Budget:
    """The budget with what these moves add to it.

    Args:
        budget: what is stated.
        moves: move and amount_yuan of each company.
    """
    moving = moves.filter(~pl.col("move").cast(pl.String).str.starts_with("stays"))
    sums = dict(
        moving.group_by(pl.col("move").cast(pl.String)).agg(pl.col("amount_yuan").sum()).iter_rows()
    )
    certain = sums.get("enters", 0.0) - sums.get("leaves", 0.0)
    either = sums.get("may_do_either", 0.0)
    return replace(
        budget,
        certain_yuan=certain,
        low_yuan=certain - sums.get("may_leave", 0.0) - either,
        high_yuan=certain + sums.get("may_enter", 0.0) + either,
        without_amount=moving["amount_yuan"].null_count(),
    )
