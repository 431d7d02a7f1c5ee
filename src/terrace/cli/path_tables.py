"""How plans and forecasts are shown on the terminal and written to files."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from terrace.cli.console import console
from terrace.cli.tables import make_table, name_columns, say
from terrace.rules.amounts import write_value
from terrace.rules.labels import Label, Language
from terrace.rules.path import Answer, Award, Blocker, Plan, Setting, Step
from terrace.rules.path.sensitivity import WhatIf
from terrace.rules.rulebook import find_rulebook
from terrace.rules.sentences import RESULT_LABELS

_SHOWN_ROWS = 50
_WORDS: Mapping[str, Label] = {
    "asked": Label(
        "{company}: {title}, {start} to {deadline}", "{company}：{title}，{start}至{deadline}"
    ),
    "plan": Label("Plan {number}: {cost} yuan", "方案{number}：{cost}元"),
    "held": Label("already held until {day}", "已持有，有效期至{day}"),
    "none": Label(
        "No plan on the grid: proven. It would take the waiver of:",
        "所列措施的数量与日期之内没有可行方案（已证明）。须免除以下条款：",
    ),
    "judged": Label("Experts have to say yes to: {names}", "须经专家认可：{names}"),
    "grid": Label(
        "Costs and durations: {path}. Cheapest over the grid of amounts and days.",
        "成本与周期：{path}。在所列措施的数量与日期之内成本最低。",
    ),
    "missing": Label("empty: {names}", "缺少：{names}"),
    "apply": Label("apply for {title}", "申报{title}"),
    "same": Label("stays", "不变"),
    "changes": Label("changes", "改变"),
    "lapsing": Label("Certificates that lapse by {day}", "{day}前到期的资质"),
    "reach": Label(
        "Within reach (few criteria short, no data missing)",
        "接近达标的企业（未达条件少，资料齐全）",
    ),
    "counts": Label("Holders on {day}, 90% interval", "{day}持有数量（90%区间）"),
}
# What may be long, and how the rest of it is had.
_MORE: Mapping[str, Label] = {
    "lapsing": Label(
        "{count} more rows; --lapsing-out FILE writes them all",
        "另有{count}行；--lapsing-out 文件名 可全部写出",
    ),
    "reach": Label(
        "{count} more rows; --out FILE writes them all",
        "另有{count}行；--out 文件名 可全部写出",
    ),
}
# What the ladder or the calendar asks, not a rulebook.
_NO_CRITERIA = ("requires", "excludes", "time")
_STEPS = (
    Label("from", "开始"),
    Label("what", "事项"),
    Label("amount", "数量"),
    Label("counts from", "生效"),
    Label("yuan", "费用（元）"),
)
_LADDER = (
    Label("title", "称号"),
    Label("yuan", "费用（元）"),
    Label("in hand", "取得日期"),
    Label("how, or what stands in the way", "措施或障碍"),
)
_VARIED = (Label("assumption", "假设"), Label("yuan", "费用（元）"), Label("plan", "方案"))
_COLUMNS: Mapping[str, Label] = {
    "company": Label("company", "企业"),
    "title": Label("title", "称号"),
    "until": Label("valid until", "有效期至"),
    "days_left": Label("days left", "剩余天数"),
    "result": Label("verdict today", "今日结论"),
    "unmet": Label("criteria short", "未达条件数"),
    "distance": Label("short of what is asked", "差距（占要求比例）"),
    "cost_yuan": Label("least cost in yuan", "最低成本（元）"),
    "holders": Label("holders today", "现持有"),
    "lapsing": Label("lapsing", "到期"),
    "expected": Label("expected", "预计"),
    "low": Label("low", "下限"),
    "high": Label("high", "上限"),
    "undecided": Label("undecided", "资料不足"),
}


def _say(key: str, lang: Language, **values: object) -> str:
    return say(_WORDS[key], lang, **values)


def _join(parts: Iterable[str], lang: Language) -> str:
    return ("；" if lang == "zh" else "; ").join(parts)


def print_answer(setting: Setting, answer: Answer, lang: Language) -> None:
    """Print the plans from the cheapest on, or what stands in the way."""
    asked = {
        "company": answer.company,
        "title": setting.ladder.title(answer.target).label.of(lang),
        "start": answer.start,
        "deadline": answer.deadline,
    }
    _print_line(_say("asked", lang, **asked))
    if answer.held_until and answer.held_until >= answer.deadline:
        _print_line(_say("held", lang, day=answer.held_until))
    for number, plan in enumerate(answer.plans, start=1):
        _print_plan(setting, number, plan, lang)
    if not answer.plans:
        _print_line(_say("none", lang))
        for blocker in answer.blockers:
            _print_line(f"  {describe_blocker(setting, blocker, lang)}")
    _print_grid(lang)


def _print_line(line: str) -> None:
    console.print(line, markup=False, soft_wrap=True)


def _print_grid(lang: Language) -> None:
    console.print(_say("grid", lang, path="levers.yaml"), style="dim", soft_wrap=True)


def _print_plan(setting: Setting, number: int, plan: Plan, lang: Language) -> None:
    rows = [_step_cells(step, lang) for step in plan.steps]
    rows += [_award_cells(setting, award, lang) for award in plan.awards]
    title = _say("plan", lang, number=number, cost=f"{plan.cost_yuan:,.0f}")
    table = make_table(name_columns(_STEPS, lang), sorted(rows), title=title)
    table.columns[4].justify = "right"
    console.print(table)
    if plan.judged:
        names = _join((_name_clause(setting, *one, lang) for one in plan.judged), lang)
        _print_line(f"  {_say('judged', lang, names=names)}")


def _step_cells(step: Step, lang: Language) -> tuple[str, ...]:
    amount = write_value(round(step.amount), step.unit, lang)
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
    name = f"{found.label.of(lang)} {criterion}"
    clause = next(labels, criterion)
    return f"{name}（{clause}）" if lang == "zh" else f"{name} ({clause})"


def describe_blocker(setting: Setting, blocker: Blocker, lang: Language) -> str:
    """A blocker in one line, with its rulebook."""
    name = find_rulebook(setting.rulebooks, blocker.rulebook).label.of(lang)
    clause = describe_clause(setting, blocker, lang)
    return f"{name}：{clause}" if lang == "zh" else f"{name}: {clause}"


def describe_clause(setting: Setting, blocker: Blocker, lang: Language) -> str:
    """A blocker in one line, for where its rulebook is said already."""
    # In Chinese without spaces: a line would be broken there, and nowhere else.
    space, colon = ("", "：") if lang == "zh" else (" ", " ")
    code = "" if blocker.criterion in _NO_CRITERIA else f"{blocker.criterion}{colon}"
    clause = f"{space}[{blocker.clause}]" if blocker.clause else ""
    line = f"{code}{blocker.label.of(lang)}{clause}"
    if not blocker.missing:
        return line
    catalog = find_rulebook(setting.rulebooks, blocker.rulebook).catalog
    names = _join((catalog.label_of(fact).of(lang) for fact in blocker.missing), lang)
    missing = _say("missing", lang, names=names)
    return f"{line}（{missing}）" if lang == "zh" else f"{line} ({missing})"


def print_ladder(setting: Setting, answers: Sequence[Answer], lang: Language) -> None:
    """Print the least cost of every title, or what stands in the way of it."""
    rows = (
        (
            setting.ladder.title(answer.target).label.of(lang),
            *_ladder_cells(setting, answer, lang),
        )
        for answer in answers
    )
    console.print(make_table(name_columns(_LADDER, lang), rows))
    _print_grid(lang)


def _ladder_cells(setting: Setting, answer: Answer, lang: Language) -> tuple[str, str, str]:
    if not answer.plans:
        own = setting.ladder.title(answer.target).rulebook
        reasons = (
            (describe_clause if blocker.rulebook == own else describe_blocker)(
                setting, blocker, lang
            )
            for blocker in answer.blockers
        )
        return "-", "", "\n".join(reasons)
    plan = answer.plans[0]
    if not plan.awards:
        return "0", "", _say("held", lang, day=answer.held_until)
    steps = [f"{s.label.of(lang)} {write_value(round(s.amount), s.unit, lang)}" for s in plan.steps]
    titles = [setting.ladder.title(award.title).label.of(lang) for award in plan.awards]
    actions = [*steps, *(_say("apply", lang, title=title) for title in titles)]
    return f"{plan.cost_yuan:,.0f}", str(plan.awards[-1].granted), "\n".join(actions)


def print_what_ifs(found: Sequence[WhatIf], lang: Language) -> None:
    """Print what each varied assumption does to the plan."""
    rows = (
        (
            one.assumption.of(lang),
            "-" if one.cost_yuan is None else f"{one.cost_yuan:,.0f}",
            _say("same" if one.is_same_plan else "changes", lang),
        )
        for one in found
    )
    console.print(make_table(name_columns(_VARIED, lang), rows))


def print_forecast(
    setting: Setting,
    lapsing: pl.DataFrame,
    reach: pl.DataFrame,
    counts: pl.DataFrame,
    lang: Language,
) -> None:
    """Print the three tables of a forecast; of long ones the first rows."""
    for key, frame in (("lapsing", lapsing), ("reach", reach), ("counts", counts)):
        shown = frame.head(_SHOWN_ROWS) if key in _MORE else frame
        rows = (
            [_cell(setting, name, value, lang) for name, value in row.items()]
            for row in shown.iter_rows(named=True)
        )
        title = _say(key, lang, day=setting.horizon.deadline)
        headings = name_columns([_COLUMNS[name] for name in frame.columns], lang)
        console.print(make_table(headings, rows, title=title))
        if frame.height > shown.height:
            _print_line(say(_MORE[key], lang, count=f"{frame.height - shown.height:,}"))


def _cell(setting: Setting, name: str, value: object, lang: Language) -> str:
    if value is None:
        return ""
    if name == "title":
        return setting.ladder.title(str(value)).label.of(lang)
    if name == "distance" and isinstance(value, float):
        return f"{value:.0%}"
    if name == "result":
        return RESULT_LABELS[str(value)].of(lang)
    if isinstance(value, int | float):
        return f"{value:,.0f}" if name == "cost_yuan" else f"{round(value, 1):,}"
    return str(value)
