"""Workbooks speak: what goes into XLSX has headings and values in the language that was asked.

All other formats are for programs: their columns and codes stay the same.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from terrace.cli.impact_tables import MOVE_LABELS, SIDE_LABELS
from terrace.cli.rule_tables import MODE_LABELS
from terrace.rules.labels import STATUS_LABELS, Label, Language
from terrace.rules.ladder import Ladder
from terrace.rules.rulebook import Rulebook
from terrace.rules.sentences import RESULT_LABELS

_HEADINGS: Mapping[str, Label] = {
    "company": Label("company", "企业"),
    "move": Label("move", "变动"),
    "side": Label("rules", "条件所属"),
    "rulebook": Label("rulebook", "规定"),
    "title": Label("title", "称号"),
    "version": Label("version", "版本"),
    "mode": Label("application", "申报类型"),
    "as_of": Label("day", "评定日期"),
    "criterion": Label("criterion", "条件"),
    "clause": Label("clause", "条款"),
    "status": Label("figures", "核实程度"),
    "result": Label("result", "结论"),
    "old_result": Label("result before", "变动前结论"),
    "new_result": Label("result after", "变动后结论"),
    "amount_yuan": Label("amount (yuan)", "金额（元）"),
    "points_low": Label("lowest points", "最低得分"),
    "points_high": Label("highest points", "最高得分"),
    "met": Label("criteria met", "符合条件数"),
    "unmet": Label("criteria not met", "不符合条件数"),
    "unknown": Label("criteria unknown", "资料不足条件数"),
    "to_judge": Label("criteria to be judged", "待评判条件数"),
    "until": Label("valid until", "有效期至"),
    "days_left": Label("days left", "剩余天数"),
    "distance": Label("short of what is asked (1 = all)", "差距（占要求比例，1为全部）"),
    "cost_yuan": Label("least cost (yuan)", "最低成本（元）"),
    "sentence": Label("reason", "理由"),
}
_VALUES: Mapping[str, Mapping[Any, Label]] = {
    "move": MOVE_LABELS,
    "side": SIDE_LABELS,
    "mode": MODE_LABELS,
    "status": STATUS_LABELS,
    **dict.fromkeys(("result", "old_result", "new_result"), RESULT_LABELS),
}
# The sentence says these with their units.
_FIGURES = ("observed", "required", "gap", "observed_text", "points_high", "missing")


def word_workbook(
    path: Path,
    frame: pl.DataFrame,
    language: Language,
    *,
    rulebooks: Sequence[Rulebook] = (),
    ladder: Ladder | None = None,
) -> pl.DataFrame:
    """The frame as it goes into the file: in words if that is a workbook, else as it is."""
    if path.suffix.lower() != ".xlsx":
        return frame
    if "sentence_en" in frame.columns:
        sentence = pl.col(f"sentence_{language}").alias("sentence")
        frame = frame.with_columns(sentence).drop(*_FIGURES, "sentence_en", "sentence_zh")
    titles = ladder.titles if ladder else {}
    names: dict[str, Mapping[Any, Label]] = {
        "rulebook": {one.id: one.label for one in rulebooks},
        "title": {code: title.label for code, title in titles.items()},
    }
    words = {**_VALUES, **names}
    columns = [
        _word_column(name, words.get(name, {}), language).alias(_HEADINGS[name].of(language))
        for name in frame.columns
    ]
    return frame.select(columns)


def _word_column(name: str, words: Mapping[Any, Label], language: Language) -> pl.Expr:
    if not words:
        return pl.col(name)
    said = {str(code): label.of(language) for code, label in words.items()}
    return pl.col(name).cast(pl.String).replace(said)
