"""How the impact of a change is shown on the terminal."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from terrace.cli.console import console
from terrace.cli.tables import make_table, name_columns, say
from terrace.rules.amounts import write_value
from terrace.rules.budgets import Budget
from terrace.rules.criteria import Criterion
from terrace.rules.impact import MOVING, Impact, Move
from terrace.rules.impact_reasons import count_reasons, write_reasons
from terrace.rules.labels import STATUS_LABELS, Label, Language
from terrace.rules.proposals import Change, Proposal, list_changes
from terrace.rules.rulebook import shipped_folder
from terrace.rules.scores import Score
from terrace.rules.sentences import RESULT_LABELS

MOVE_LABELS: Mapping[Move, Label] = {
    Move.ENTERS: Label("enters", "新增符合"),
    Move.LEAVES: Label("leaves", "不再符合"),
    Move.MAY_ENTER: Label("may enter", "可能新增"),
    Move.MAY_LEAVE: Label("may leave", "可能不再符合"),
    Move.MAY_DO_EITHER: Label("may enter or leave", "可能新增或不再符合"),
    Move.STAYS_IN: Label("stays in", "仍符合"),
    Move.STAYS_OUT: Label("stays out", "仍不符合"),
    Move.STAYS_OPEN: Label("stays as open as it was", "仍待定(变动无影响)"),
}
SIDE_LABELS = {"old": Label("before", "变动前"), "new": Label("after", "变动后")}
_COMPANIES = Label("companies", "企业数")
_MOVE = Label("move", "变动")
_DECIDING = (
    _MOVE,
    Label("rules", "条件所属"),
    Label("decided by", "决定性条件"),
    _COMPANIES,
    Label("of which the only reason", "其中唯一原因"),
)
_CHANGED = (Label("figure", "数值"), *SIDE_LABELS.values())
_UNCHANGED = Label(
    "no figure differs between the two; look whether the file is saved, or use --set",
    "两者的数值没有差别；请确认文件已保存，或使用 --set",
)
_MORE = Label(
    "{count:,} more move; --out and --reasons write them all",
    "另有{count:,}家变动；--out 与 --reasons 可全部写出",
)
_BUDGET = Label(
    "budget: {certain} for certain, between {low} and {high} with what is possible; "
    "the amount of {without} moving companies is not known",
    "预算影响：确定{certain}，可能在{low}至{high}之间；{without}家金额未知",
)
_SHOWN_COMPANIES = 20
_SHOWN_CRITERIA = 8


def print_impact(impact: Impact, lang: Language, company: str | None = None) -> None:
    """Print how many move, which criteria decide, the budget, and the first companies or one."""
    old, new = (_name_proposal(proposal) for proposal in (impact.old, impact.new))
    console.print(f"{old}  ->  {new}  ({impact.as_of})", markup=False, soft_wrap=True)
    if company is None:
        _print_changes(impact, lang)
        _print_counts(impact, lang)
        _print_criteria(impact, lang)
    if impact.budget and company is None:
        _print_budget(impact.budget, lang)
    _print_companies(impact, lang, company)


def _name_proposal(proposal: Proposal) -> str:
    """Its name, with its file where it is not one that ships."""
    if proposal.rulebook.path.parent == shipped_folder():
        return proposal.name
    return f"{proposal.name} ({proposal.rulebook.path})"


def _print_changes(impact: Impact, lang: Language) -> None:
    """Of one version edited: each figure before and after. Two laws are not compared so."""
    if impact.old.version.id != impact.new.version.id:
        return
    changes = list_changes(impact.old, impact.new)
    if not changes:
        console.print(_UNCHANGED.of(lang), markup=False, soft_wrap=True)
        return
    rows = (_change_cells(impact.new, change, lang) for change in changes)
    console.print(make_table(name_columns(_CHANGED, lang), rows))


def _change_cells(proposal: Proposal, change: Change, lang: Language) -> tuple[str, ...]:
    unit, path = change.figure.unit, change.figure.path
    named: tuple[Criterion | Score, ...] = (
        *proposal.version.walk(),
        *proposal.version.walk_scores(),
    )
    label = next((one.label.of(lang) for one in named if one.id == path.split(".")[0]), "")
    values = (write_value(value, unit, lang) for value in (change.old, change.new))
    return (f"{path} {label}".strip(), *values)


def _print_counts(impact: Impact, lang: Language) -> None:
    counts = impact.count_moves().items()
    rows = ((MOVE_LABELS[move].of(lang), f"{count:,}") for move, count in counts)
    console.print(make_table(name_columns((_MOVE, _COMPANIES), lang), rows))


def _print_criteria(impact: Impact, lang: Language) -> None:
    counted = count_reasons(impact.reasons)
    if counted.is_empty():
        return
    shown = counted.group_by("move", maintain_order=True).head(_SHOWN_CRITERIA)
    rows = (_criterion_cells(impact, row, lang) for row in shown.iter_rows(named=True))
    console.print(make_table(name_columns(_DECIDING, lang), rows))


def _criterion_cells(impact: Impact, row: Mapping[str, Any], lang: Language) -> tuple[str, ...]:
    proposal = impact.old if row["side"] == "old" else impact.new
    return (
        MOVE_LABELS[Move(row["move"])].of(lang),
        SIDE_LABELS[row["side"]].of(lang),
        _name_criterion(proposal, row["criterion"], lang),
        f"{row['companies']:,}",
        f"{row['alone']:,}",
    )


def _name_criterion(proposal: Proposal, criterion_id: str, lang: Language) -> str:
    labels = {criterion.id: criterion.label for criterion in proposal.version.walk()}
    # In Chinese without a space: a line would be broken there, and nowhere else.
    space = "：" if lang == "zh" else " "
    return f"{criterion_id}{space}{labels[criterion_id].of(lang)}"


def _print_budget(budget: Budget, lang: Language) -> None:
    certain, low, high = (
        write_value(round(value), "yuan", lang)
        for value in (budget.certain_yuan, budget.low_yuan, budget.high_yuan)
    )
    amounts = {"certain": certain, "low": low, "high": high}
    line = say(_BUDGET, lang, **amounts, without=budget.without_amount)
    console.print(line, markup=False, soft_wrap=True)
    basis = f"  {budget.label.of(lang)} [{STATUS_LABELS[budget.status].of(lang)}] {budget.source}"
    console.print(basis, markup=False, soft_wrap=True)


def _print_companies(impact: Impact, lang: Language, company: str | None) -> None:
    moves = impact.moves
    if company is not None:
        chosen = moves.filter(pl.col("company") == company)
    else:
        chosen = moves.filter(pl.col("move").is_in(MOVING)).sort("move", "company")
    shown = chosen.head(_SHOWN_COMPANIES)
    reasons = impact.reasons.join(shown.select("company"), on="company", how="semi")
    written = write_reasons(impact.old.rulebook, impact.new.rulebook, reasons)
    for row in shown.iter_rows(named=True):
        _print_company(row, written.filter(pl.col("company") == row["company"]), lang)
    if chosen.height > shown.height:
        console.print(say(_MORE, lang, count=chosen.height - shown.height), soft_wrap=True)


def _print_company(row: Mapping[str, str], reasons: pl.DataFrame, lang: Language) -> None:
    results = [RESULT_LABELS[row[name]].of(lang) for name in ("old_result", "new_result")]
    move = MOVE_LABELS[Move(row["move"])].of(lang)
    line = f"{row['company']}: {move} ({' -> '.join(results)})"
    console.print(line, markup=False, soft_wrap=True)
    for reason in reasons.iter_rows(named=True):
        clause = f" [{reason['clause']}]" if reason["clause"] else ""
        sentence = reason[f"sentence_{lang}"]
        line = f"  {SIDE_LABELS[reason['side']].of(lang)} {reason['criterion']} {sentence}{clause}"
        console.print(line, markup=False, soft_wrap=True)
