"""A plan on the screen: manager by manager, what to handle and why."""

from collections.abc import Mapping

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from terrace.match.assign import Assignment, Plan
from terrace.match.desk import find_achievements, find_needs, title_of

_WORKS = 1
_CAUSES = {
    "barred": "every manager is barred by a conflict or a language",
    "exposure": "the achievement goes out as often as it may",
    "capacity": "nobody who may handle it has room left",
}


def print_plan(
    console: Console,
    plan: Plan,
    *,
    managers: pl.DataFrame,
    needs: pl.DataFrame,
    achievements: pl.DataFrame,
) -> None:
    """A table of all assignments by manager, and what could not be assigned."""
    titles = _find_titles(plan, needs, achievements)
    names = dict(managers.select("id", "name").iter_rows())
    if plan.assignments:
        console.print(make_plan_table(plan, names, titles))
    counts = plan.left_out.group_by("cause", maintain_order=True).len()
    for cause, count in counts.iter_rows():
        console.print(f"{count} left out: {_CAUSES[cause]}", style="yellow")


def make_plan_table(plan: Plan, names: Mapping[str, str], titles: Mapping[str, str]) -> Table:
    """One row per assignment, those of one manager together."""
    table = Table(expand=True, show_lines=True)
    table.add_column("manager", ratio=2, overflow="fold")
    table.add_column("need and achievement", ratio=4, overflow="fold")
    table.add_column("because of", ratio=4, overflow="fold")
    order = {manager_id: n for n, manager_id in enumerate(names)}
    last = ""
    for each in sorted(plan.assignments, key=lambda a: order[a.manager_id]):
        table.add_row(
            _name_manager(each, names) if each.manager_id != last else "",
            f"{escape(titles[each.need_id])}\n[dim]->[/] {escape(titles[each.achievement_id])}",
            _say_reasons(each),
        )
        last = each.manager_id
    return table


def _name_manager(each: Assignment, names: Mapping[str, str]) -> str:
    name = names[each.manager_id] or each.manager_id
    return f"[bold]{escape(name)}[/]\n[dim]{each.load} of {each.capacity}[/]"


def _say_reasons(each: Assignment) -> str:
    lines = [escape(work) for work in each.works[:_WORKS]]
    shared = [*each.fields, *each.words]
    if shared:
        lines.append(f"[dim]{escape(', '.join(shared))}[/]")
    return "\n".join(lines) or "[dim]has room; nothing else on record[/]"


def _find_titles(plan: Plan, needs: pl.DataFrame, achievements: pl.DataFrame) -> dict[str, str]:
    need_of = find_needs(needs, [each.need_id for each in plan.assignments])
    found = find_achievements(achievements, [each.achievement_id for each in plan.assignments])
    named = {key: title_of(need) for key, need in need_of.items()}
    return named | {key: title_of(achievement) for key, achievement in found.items()}
