"""How standing is shown on the terminal and written to files."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from rich.text import Text

from terrace.cli.console import console
from terrace.cli.tables import make_table, name_columns, say
from terrace.rules import amounts
from terrace.rules.explanation import Explanation
from terrace.rules.labels import Label, Language
from terrace.rules.rulebook import Rulebook, find_rulebook
from terrace.rules.sentences import RESULT_LABELS

_STYLES = {"met": "green", "unmet": "red", "unknown": "yellow", "needs_judgement": "cyan"}
_MARKS = {"met": "+", "unmet": "-", "unknown": "?", "needs_judgement": "*", "not_applicable": "."}
_SHOWN_ROWS = 60
_FEW_COMPANIES = 3
_COUNTED = ("met", "needs_judgement", "unknown", "unmet")
_HEADINGS = (
    Label("company", "企业"),
    Label("rulebook", "规定"),
    Label("version", "版本"),
    Label("result", "结论"),
    Label("points", "得分"),
    Label("criteria met/\nnot met/open", "条件：符合/\n不符合/待定"),
)
_MORE = Label(
    "{count} more rows; --out FILE writes them all", "另有{count}行；--out 文件名 可全部写出"
)
_COMPANIES = Label("{count} companies", "{count}家企业")
_POINTS = Label("({points})", "{points}")
_USED = Label("facts used{source}: {facts}", "所用资料{source}：{facts}")
_SOURCE = Label(" ({source})", "（{source}）")
_FACT = Label("{name} {year}: {value}", "{name}（{year}年）：{value}")
_NAME = Label("{name} ({id} {version}, {day}): ", "{name}（{id} {version}，{day}）：")


def print_verdicts(rulebooks: Sequence[Rulebook], verdicts: pl.DataFrame, lang: Language) -> None:
    """Print one line per company and rulebook; of many, the first 60, and how many came to what."""
    shown = verdicts.sort("company", "rulebook").head(_SHOWN_ROWS)
    rows = (_verdict_cells(rulebooks, row, lang) for row in shown.iter_rows(named=True))
    table = make_table(name_columns(_HEADINGS, lang), rows)
    for column in (0, 2, 3, 4, 5):
        table.columns[column].no_wrap = True
    console.print(table)
    if verdicts.height > _SHOWN_ROWS:
        console.print(say(_MORE, lang, count=f"{verdicts.height - _SHOWN_ROWS:,}"), markup=False)
    if verdicts["company"].n_unique() > _FEW_COMPANIES:
        _print_counts(rulebooks, verdicts, lang)


def _print_counts(rulebooks: Sequence[Rulebook], verdicts: pl.DataFrame, lang: Language) -> None:
    """How many companies came to each result, by rulebook."""
    results = pl.col("result").cast(pl.String)
    counted = verdicts.group_by("rulebook", "version").agg(
        (results == result).sum().alias(result) for result in _COUNTED
    )
    rows = (
        [
            find_rulebook(rulebooks, row["rulebook"]).label.of(lang),
            row["version"],
            *(f"{row[result]:,}" for result in _COUNTED),
        ]
        for row in counted.sort("rulebook").iter_rows(named=True)
    )
    labels = (*_HEADINGS[1:3], *(RESULT_LABELS[result] for result in _COUNTED))
    title = say(_COMPANIES, lang, count=f"{verdicts['company'].n_unique():,}")
    console.print(make_table(name_columns(labels, lang), rows, title=title))


def _verdict_cells(
    rulebooks: Sequence[Rulebook], row: Mapping[str, Any], lang: Language
) -> list[str | Text]:
    result = RESULT_LABELS[row["result"]].of(lang)
    return [
        row["company"],
        find_rulebook(rulebooks, row["rulebook"]).label.of(lang),
        row["version"],
        Text(result, style=_STYLES.get(row["result"], "dim")),
        write_points(row["points_low"], row["points_high"]),
        f"{row['met']}/{row['unmet']}/{row['unknown'] + row['to_judge']}",
    ]


def write_points(low: float | None, high: float | None) -> str:
    """An interval of points."""
    if low is None or high is None:
        return ""
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"


def print_explanation(explanation: Explanation, lang: Language) -> None:
    """Print the reasons for one company under one rulebook, with the law and the facts used."""
    rulebook, version = explanation.rulebook, explanation.version
    result = RESULT_LABELS[explanation.result].of(lang)
    points = _say_points(*explanation.points, lang) if explanation.points else ""
    name = say(
        _NAME,
        lang,
        name=rulebook.label.of(lang),
        id=rulebook.id,
        version=version.id,
        day=explanation.as_of,
    )
    console.print()
    heading = Text(name, style="bold") + Text(result, _STYLES.get(explanation.result, "dim"))
    console.print(heading + Text(f" {points}"), soft_wrap=True)
    law = f"  {version.source.title.of(lang)} {version.source.address}"
    console.print(law, markup=False, soft_wrap=True)
    for reason in explanation.reasons:
        sentence = reason.zh if lang == "zh" else reason.en
        indent = "  " * (reason.depth + 1)
        clause = f" [{reason.clause}]" if reason.clause else ""
        line = f"{indent}{_MARKS[reason.result]} {sentence}{clause}"
        console.print(line, markup=False, style=_STYLES.get(reason.result, "dim"), soft_wrap=True)
    _print_used(explanation, lang)


def _say_points(low: float, high: float, lang: Language) -> str:
    return say(_POINTS, lang, points=amounts.write_points(low, high, lang))


def _print_used(explanation: Explanation, lang: Language) -> None:
    """Print the facts used, those of one source together."""
    facts = explanation.rulebook.catalog.facts
    by_source: dict[str, list[str]] = {}
    for one in explanation.used:
        name = facts[one.fact].label.of(lang)
        value = one.zh if lang == "zh" else one.en
        written = say(_FACT, lang, name=name, year=one.fiscal_year, value=value)
        by_source.setdefault(one.source, []).append(written)
    for source, used in by_source.items():
        named = say(_SOURCE, lang, source=source) if source else ""
        line = say(_USED, lang, source=named, facts=("；" if lang == "zh" else "; ").join(used))
        console.print(f"  {line}", markup=False, style="dim", soft_wrap=True)
