"""How plans and forecasts are shown on the terminal and written to files."""

from collections.abc import Iterator, Sequence

import polars as pl
from rich.table import Table

from terrace.cli.console import console
from terrace.rules.facts import UNITS
from terrace.rules.labels import Language
from terrace.rules.path import Answer, Award, Blocker, Plan, Setting, Step
from terrace.rules.path.sensitivity import WhatIf
from terrace.rules.rulebook import find_rulebook
from terrace.rules.sentences import RESULT_LABELS

_SHOWN_ROWS = 50
_WORDS = {
    "plan": ("Plan {number}: {cost} yuan", "方案{number}：{cost}元"),
    "held": ("already held until {day}", "已持有，有效期至{day}"),
    "none": (
        "No plan on the grid: proven. It would take the waiver of:",
        "网格内无可行方案(已证明)。须免除以下条款：",
    ),
    "judged": ("Experts have to say yes to: {names}", "须经专家认可：{names}"),
    "grid": (
        "Costs and durations: {path}. Cheapest over the grid of amounts and days.",
        "成本与周期：{path}。在所列数量与日期网格内成本最低。",
    ),
    "missing": ("empty: {names}", "缺少：{names}"),
    "headings": ("from|what|amount|counts from|yuan", "开始|事项|数量|生效|元"),
    "ladder": ("title|yuan|in hand|how, or what stands in the way", "称号|元|取得|措施或障碍"),
    "varied": ("assumption|yuan|plan", "假设|元|方案"),
    "same": ("stays", "不变"),
    "changes": ("changes", "改变"),
    "apply": ("apply for {title}", "申报{title}"),
    "lapsing": ("Certificates that lapse", "即将到期的资质"),
    "reach": ("Within reach (few criteria short, no data missing)", "接近达标"),
    "counts": ("Holders in a year's time, 90% interval", "一年后持有数量(90%区间)"),
    "more": ("{count} more rows", "另有{count}行"),
}


def _say(key: str, lang: Language, **values: object) -> str:
    en, zh = _WORDS[key]
    return (zh if lang == "zh" else en).format(**values)


def print_answer(setting: Setting, answer: Answer, lang: Language) -> None:
    """Print the plans from the cheapest on, or what stands in the way."""
    title = setting.ladder.title(answer.target).label.of(lang)
    console.print(f"{answer.company}: {title}, {answer.start} .. {answer.deadline}", markup=False)
    if answer.held_until and answer.held_until >= answer.deadline:
        console.print(_say("held", lang, day=answer.held_until))
    for number, plan in enumerate(answer.plans, start=1):
        _print_plan(setting, number, plan, lang)
    if not answer.plans:
        console.print(_say("none", lang))
        for blocker in answer.blockers:
            console.print(f"  {describe_blocker(setting, blocker, lang)}", markup=False)
    console.print(_say("grid", lang, path="levers.yaml"), style="dim")


def _print_plan(setting: Setting, number: int, plan: Plan, lang: Language) -> None:
    table = Table(
        title=_say("plan", lang, number=number, cost=f"{plan.cost_yuan:,.0f}"), title_justify="left"
    )
    for heading in _say("headings", lang).split("|"):
        table.add_column(heading)
    rows = [_step_cells(step, lang) for step in plan.steps]
    rows += [_award_cells(setting, award, lang) for award in plan.awards]
    for row in sorted(rows):
        table.add_row(*row)
    console.print(table)
    if plan.judged:
        names = ", ".join(_name_clause(setting, *one, lang) for one in plan.judged)
        console.print(f"  {_say('judged', lang, names=names)}", markup=False)


def _step_cells(step: Step, lang: Language) -> tuple[str, ...]:
    amount = f"{step.amount:,.0f} {UNITS[step.unit].of(lang)}".strip()
    days = str(step.begins), str(step.counts_from)
    return days[0], step.label.of(lang), amount, days[1], f"{step.cost_yuan:,.0f}"


def _award_cells(setting: Setting, award: Award, lang: Language) -> tuple[str, ...]:
    title = setting.ladder.title(award.title).label.of(lang)
    result = RESULT_LABELS[award.result].of(lang)
    what = _say("apply", lang, title=title)
    return str(award.applies), what, result, str(award.granted), f"{award.cost_yuan:,.0f}"


def _name_clause(setting: Setting, rulebook: str, criterion: str, lang: Language) -> str:
    found = find_rulebook(setting.rulebooks, rulebook)
    labels = (
        c.label.of(lang) for v in reversed(found.versions) for c in v.walk() if c.id == criterion
    )
    return f"{found.label.of(lang)} {criterion} ({next(labels, criterion)})"


def describe_blocker(setting: Setting, blocker: Blocker, lang: Language) -> str:
    """A blocker in one line."""
    name = find_rulebook(setting.rulebooks, blocker.rulebook).label.of(lang)
    clause = f" [{blocker.clause}]" if blocker.clause else ""
    line = f"{name} {blocker.criterion}: {blocker.label.of(lang)}{clause}"
    if not blocker.missing:
        return line
    return f"{line} ({_say('missing', lang, names=', '.join(blocker.missing))})"


def print_ladder(setting: Setting, answers: Sequence[Answer], lang: Language) -> None:
    """Print the least cost of every title, or what stands in the way of it."""
    table = Table(*_say("ladder", lang).split("|"))
    for answer in answers:
        title = setting.ladder.title(answer.target).label.of(lang)
        table.add_row(title, *_ladder_cells(setting, answer, lang))
    console.print(table)
    console.print(_say("grid", lang, path="levers.yaml"), style="dim")


def _ladder_cells(setting: Setting, answer: Answer, lang: Language) -> tuple[str, str, str]:
    if not answer.plans:
        reasons = (describe_blocker(setting, blocker, lang) for blocker in answer.blockers)
        return "-", "", "; ".join(reasons)
    plan = answer.plans[0]
    if not plan.awards:
        return "0", "", _say("held", lang, day=answer.held_until)
    actions = [f"{s.label.of(lang)} {s.amount:,.0f}" for s in plan.steps]
    return f"{plan.cost_yuan:,.0f}", str(plan.awards[-1].granted), "; ".join(actions)


def print_what_ifs(found: Sequence[WhatIf], lang: Language) -> None:
    """Print what each varied assumption does to the plan."""
    table = Table(*_say("varied", lang).split("|"))
    for one in found:
        cost = "-" if one.cost_yuan is None else f"{one.cost_yuan:,.0f}"
        table.add_row(
            one.assumption.of(lang), cost, _say("same" if one.is_same_plan else "changes", lang)
        )
    console.print(table)


def print_forecast(
    setting: Setting,
    lapsing: pl.DataFrame,
    reach: pl.DataFrame,
    counts: pl.DataFrame,
    lang: Language,
) -> None:
    """Print the three tables of a forecast; of long ones the first rows."""
    for key, frame in (("lapsing", lapsing), ("reach", reach), ("counts", counts)):
        table = Table(*frame.columns, title=_say(key, lang), title_justify="left")
        for row in frame.head(_SHOWN_ROWS).iter_rows(named=True):
            table.add_row(*(_cell(setting, name, value, lang) for name, value in row.items()))
        console.print(table)
        if frame.height > _SHOWN_ROWS:
            console.print(_say("more", lang, count=frame.height - _SHOWN_ROWS))


def _cell(setting: Setting, name: str, value: object, lang: Language) -> str:
    if value is None:
        return ""
    if name == "title":
        return setting.ladder.title(str(value)).label.of(lang)
    if name == "distance" and isinstance(value, float):
        return f"{value:.0%}"
    if name == "result":
        return RESULT_LABELS[str(value)].of(lang)
    return f"{value:,.1f}" if isinstance(value, float) else str(value)


def list_answers(answers: Sequence[Answer]) -> pl.DataFrame:
    """One row per step, application and blocker of each plan."""
    schema = {
        **dict.fromkeys(("company", "target"), pl.String()),
        "plan": pl.Int64(),
        "kind": pl.String(),
        "what": pl.String(),
        "amount": pl.Float64(),
        "begins": pl.Date(),
        "counts_from": pl.Date(),
        "cost_yuan": pl.Float64(),
        "detail": pl.String(),
    }
    rows = [row for answer in answers for row in _rows_of(answer)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _rows_of(answer: Answer) -> Iterator[tuple[object, ...]]:
    key = answer.company, answer.target
    for number, plan in enumerate(answer.plans, start=1):
        for s in plan.steps:
            yield *key, number, "step", s.lever, s.amount, s.begins, s.counts_from, s.cost_yuan, ""
        for a in plan.awards:
            figures = None, a.applies, a.granted, a.cost_yuan
            yield *key, number, "application", a.title, *figures, f"{a.version}: {a.result}"
    for b in answer.blockers:
        empty = (None,) * 4
        yield *key, 0, "blocker", f"{b.rulebook} {b.criterion}", *empty, " ".join(b.missing)
