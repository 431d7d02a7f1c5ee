"""Reasons in words: one sentence per criterion, in English and Chinese."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from terrace.criteria.results import Result
from terrace.rules.cells import NEVER
from terrace.rules.criteria import (
    Banded,
    Compare,
    CompareDate,
    ComparePoints,
    Criterion,
    Judged,
    OneOf,
    Together,
)
from terrace.rules.facts import UNITS
from terrace.rules.labels import Label, Language
from terrace.rules.measures import Catalog
from terrace.rules.rulebook import Rulebook
from terrace.rules.verdicts import date_of_days

RESULT_LABELS: Mapping[str, Label] = {
    Result.MET: Label("met", "符合"),
    Result.UNMET: Label("not met", "不符合"),
    Result.UNKNOWN: Label("unknown", "资料不足"),
    Result.NEEDS_JUDGEMENT: Label("needs judgement", "需评判"),
    Result.NOT_APPLICABLE: Label("not applicable", "不适用"),
}
RELATION_LABELS: Mapping[str, Label] = {
    "at_least": Label("at least ", "不低于"),
    "more_than": Label("more than ", "高于"),
    "at_most": Label("at most ", "不高于"),
    "less_than": Label("less than ", "低于"),
    "on_or_after": Label("on or after ", "不早于"),
    "on_or_before": Label("on or before ", "不晚于"),
}
JOINT_LABELS: Mapping[str, Label] = {
    "all_of": Label("all of", "须全部满足"),
    "any_of": Label("one of", "满足其一"),
    "count": Label("at least {need} of", "至少满足{need}项"),
}
TRUTH_LABELS: Mapping[bool, Label] = {True: Label("yes", "是"), False: Label("no", "否")}
NEVER_HELD = Label("never held", "未获得")

Row = Mapping[str, Any]


def add_sentences(rulebooks: Sequence[Rulebook], details: pl.DataFrame) -> pl.DataFrame:
    """The rows of ``details.evaluate_criteria`` with ``sentence_en`` and ``sentence_zh``."""
    criteria = {
        (rulebook.id, version.id, criterion.id): (rulebook, criterion)
        for rulebook in rulebooks
        for version in rulebook.versions
        for criterion in version.walk()
    }
    sentences: dict[Language, list[str]] = {"en": [], "zh": []}
    for row in details.iter_rows(named=True):
        rulebook, criterion = criteria[row["rulebook"], row["version"], row["criterion"]]
        for language, written in sentences.items():
            written.append(write_sentence(rulebook.catalog, criterion, row, language))
    return details.with_columns(
        pl.Series(f"sentence_{language}", written, dtype=pl.String)
        for language, written in sentences.items()
    )


def write_sentence(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    """What came of one criterion: observed, required, short or missing.

    Args:
        catalog: the names that the criterion may use.
        criterion: what was asked.
        row: its row of ``details.evaluate_criteria``.
        language: en or zh.
    """
    label = criterion.label.of(language)
    outcome = _write_outcome(catalog, criterion, row, language)
    figures = _write_figures(catalog, criterion, row, language)
    marked = _illustrative(criterion, language)
    if language == "zh":
        return f"{label}{figures}：{outcome}{marked}"
    return f"{label}{figures}: {outcome}{marked}"


def _illustrative(criterion: Criterion, language: Language) -> str:
    if criterion.status != "illustrative":
        return ""
    return "（示意标准）" if language == "zh" else " (illustrative figure)"


def _write_figures(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    observed = _write_observed(catalog, criterion, row, language)
    required = _write_required(catalog, criterion, row, language)
    if language == "zh":
        shown = f"为{observed}" if observed else ""
        return shown + (f"，要求{required}" if required else "")
    shown = f" {observed}" if observed else ""
    return shown + (f", required {required}" if required else "")


def _write_observed(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    match criterion.test:
        case ComparePoints():
            return _write_points(row["observed"], row["points_high"], language)
        case Compare() | Banded():
            return write_value(row["observed"], catalog.unit_of(criterion.test.measure), language)
        case CompareDate():
            return _write_day(row["observed_text"])
        case OneOf() | Judged():
            return _write_choice(catalog, criterion.test.fact, row["observed_text"], language)
        case Together():
            return ""


def _write_required(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    test, required = criterion.test, row["required"]
    if required is None or isinstance(test, OneOf | Judged):
        return ""
    if isinstance(test, Together):
        return ""
    relation = RELATION_LABELS[test.relation].of(language)
    if isinstance(test, CompareDate):
        return relation + date_of_days(required).isoformat()
    unit = "points" if isinstance(test, ComparePoints) else catalog.unit_of(test.measure)
    return relation + write_value(required, unit, language)


def _write_outcome(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    result = row["result"]
    words = RESULT_LABELS[result].of(language)
    if isinstance(criterion.test, Together):
        joint = JOINT_LABELS[criterion.test.kind].of(language).format(need=criterion.test.need)
        words = f"{words}（{joint}）" if language == "zh" else f"{words} ({joint})"
    if row["observed_text"] == NEVER.isoformat() and result == Result.UNMET:
        return NEVER_HELD.of(language)
    if result == Result.UNMET and row["gap"]:
        return _write_gap(catalog, criterion, row["gap"], language)
    is_open = result in (Result.UNKNOWN, Result.NEEDS_JUDGEMENT)
    if is_open and row["missing"] and not isinstance(criterion.test, Judged):
        missing = write_missing(catalog, row["missing"], row["as_of"], language)
        return f"{words}，缺少{missing}" if language == "zh" else f"{words}, missing {missing}"
    return words


def _write_gap(catalog: Catalog, criterion: Criterion, gap: float, language: Language) -> str:
    match criterion.test:
        case Compare() | Banded():
            unit = catalog.gap_unit_of(criterion.test.measure)
            is_floor = criterion.test.relation in ("at_least", "more_than")
        case ComparePoints():
            unit, is_floor = "points", criterion.test.relation in ("at_least", "more_than")
        case Together():
            unit, is_floor = "count", True
        case _:
            unit, is_floor = "days", True
    amount = write_value(gap, unit, language)
    if language == "zh":
        return f"还差{amount}" if is_floor else f"超出{amount}"
    return f"{amount} short" if is_floor else f"{amount} too much"


def write_missing(catalog: Catalog, missing: str, as_of: date, language: Language) -> str:
    """The empty inputs of a result (``revenue.y0 revenue.y1``) as names with their years."""
    names = missing.split(" ")
    # Of a figure that is also missing for the closed year, the running year says nothing more.
    listed = [n for n in names if not (n.endswith(".this") and f"{n[:-5]}.y0" in names)]
    joiner = "、" if language == "zh" else "; "
    return joiner.join(_write_input(catalog, name, as_of, language) for name in listed)


def _write_input(catalog: Catalog, column: str, as_of: date, language: Language) -> str:
    name, _, year = column.rpartition(".")
    fact = catalog.facts[name]
    label = fact.label.of(language)
    if fact.period == "current":
        return label
    fiscal = as_of.year if year == "this" else as_of.year - 1 - int(year[1:])
    return f"{fiscal}年{label}" if language == "zh" else f"{label} of {fiscal}"


def write_value(value: float | None, unit: str, language: Language) -> str:
    """A figure with its unit; a fraction as per cent."""
    if value is None:
        return ""
    if unit == "fraction":
        return f"{_trim(round(100 * value, 6))}%"
    name = UNITS[unit].of(language)
    number = _trim(value)
    if language == "zh" or not name:
        return f"{number}{name}"
    return f"{number} {name}"


def _trim(value: float) -> str:
    text = f"{value:,.6f}" if abs(value) < 1 else f"{value:,.4f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write_points(low: float | None, high: float | None, language: Language) -> str:
    if low is None or high is None or low == high:
        return write_value(low, "points", language)
    if language == "zh":
        return f"{_trim(min(low, high))}至{_trim(max(low, high))}分"
    return f"{_trim(min(low, high))} to {_trim(max(low, high))} points"


def _write_day(day: str | None) -> str:
    return "" if day in (None, NEVER.isoformat()) else str(day)


def _write_choice(catalog: Catalog, fact: str, value: str | None, language: Language) -> str:
    if value is None:
        return ""
    if catalog.facts[fact].type == "truth":
        return ""
    choices = catalog.facts[fact].choices or {}
    return choices[value].of(language) if value in choices else value


def write_fact(catalog: Catalog, fact: str, value: object, language: Language) -> str:
    """The value of a fact in words: with its unit, yes or no, a choice by its name."""
    declared = catalog.facts[fact]
    if isinstance(value, bool):
        return TRUTH_LABELS[value].of(language)
    if isinstance(value, float):
        return write_value(value, declared.unit, language)
    if value == NEVER:
        return NEVER_HELD.of(language)
    choices = declared.choices or {}
    text = str(value)
    return choices[text].of(language) if text in choices else text
