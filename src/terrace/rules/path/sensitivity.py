"""Which assumption would change the plan: one at a time is varied and the plan sought anew."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from terrace.rules.labels import Label
from terrace.rules.path.levers import Lever, Levers
from terrace.rules.path.plan import Answer, Plan
from terrace.rules.path.problem import Setting
from terrace.rules.path.search import find_path

LATER_MONTHS = 6
GROWTH_STEP = 0.05


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An assumption varied: the new least cost (None: no plan), and whether the plan stays."""

    assumption: Label
    cost_yuan: float | None
    is_same_plan: bool


def vary_assumptions(
    setting: Setting, facts: pl.DataFrame, company: str, *, target: str, plan: Plan
) -> list[WhatIf]:
    """The plan under each of these: a lever it uses twice as dear or half a year later, one it
    does not use at half the price, a title half a year later, five points of growth more or less.

    The plan stays where the same levers reach their amounts in the same years and the same titles
    are applied for; a cost may differ all the same.
    """
    return [
        _compare(name, plan, find_path(varied, facts, company, target=target, most_plans=1))
        for name, levers in _vary(setting, plan)
        for varied in [dataclasses.replace(setting, levers=levers)]
    ]


def _compare(name: Label, plan: Plan, answer: Answer) -> WhatIf:
    if not answer.plans:
        return WhatIf(name, None, False)
    found = answer.plans[0]
    return WhatIf(name, found.cost_yuan, _outline(found) == _outline(plan))


def _outline(plan: Plan) -> tuple[object, ...]:
    steps = [(step.lever, step.amount, step.begins.year) for step in plan.steps]
    return steps, [award.title for award in plan.awards]


def _vary(setting: Setting, plan: Plan) -> Iterator[tuple[Label, Levers]]:
    levers = setting.levers
    for lever in levers.levers:
        for name, varied in _vary_lever(lever, is_used=lever.id in plan.levers):
            others = tuple(varied if one is lever else one for one in levers.levers)
            yield name, dataclasses.replace(levers, levers=others)
    for title in sorted(plan.titles):
        yield _later_title(setting.ladder.title(title).label), _delay_title(levers, title)
    for step in (GROWTH_STEP, -GROWTH_STEP):
        grown = dataclasses.replace(levers, growth=levers.growth + step)
        yield Label(f"growth {grown.growth:+.0%} a year", f"年增长{grown.growth:+.0%}"), grown


def _vary_lever(lever: Lever, *, is_used: bool) -> Iterator[tuple[Label, Lever]]:
    if not is_used:
        yield _named(lever, "at half the price", "价格减半"), _reprice(lever, 0.5)
        return
    yield _named(lever, "twice as dear", "价格加倍"), _reprice(lever, 2.0)
    later = dataclasses.replace(lever, lead_months=lever.lead_months + LATER_MONTHS)
    yield _named(lever, f"{LATER_MONTHS} months later", f"推迟{LATER_MONTHS}个月见效"), later


def _named(lever: Lever, en: str, zh: str) -> Label:
    return Label(f"{lever.label.en}: {en}", f"{lever.label.zh}：{zh}")


def _reprice(lever: Lever, factor: float) -> Lever:
    return dataclasses.replace(
        lever, cost=lever.cost * factor, cost_per_year=lever.cost_per_year * factor
    )


def _later_title(title: Label) -> Label:
    return Label(
        f"{title.en}: decided {LATER_MONTHS} months later",
        f"{title.zh}：认定推迟{LATER_MONTHS}个月",
    )


def _delay_title(levers: Levers, title: str) -> Levers:
    terms = levers.terms_of(title)
    later = dataclasses.replace(terms, lead_months=terms.lead_months + LATER_MONTHS)
    return dataclasses.replace(levers, titles={**levers.titles, title: later})
