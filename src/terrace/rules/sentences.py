"""Reasons in words: one sentence per criterion, in English and Chinese."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from terrace.criteria.results import Result
from terrace.rules.amounts import (
    RELATION_LABELS,
    write_gap,
    write_gap_range,
    write_observed,
    write_points,
    write_relation,
    write_value,
)
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
from terrace.rules.labels import Label, Language
from terrace.rules.measures import Catalog
from terrace.rules.rulebook import Rulebook
from terrace.rules.thresholds import is_floor
from terrace.rules.verdicts import date_of_days

RESULT_LABELS: Mapping[str, Label] = {
    Result.MET: Label("met", "符合"),
    Result.UNMET: Label("not met", "不符合"),
    Result.UNKNOWN: Label("unknown", "资料不足"),
    Result.NEEDS_JUDGEMENT: Label("needs judgement", "需评判"),
    Result.NOT_APPLICABLE: Label("not applicable", "不适用"),
}
JOINT_LABELS: Mapping[str, Label] = {
    "all_of": Label("all are required", "须全部满足"),
    "any_of": Label("one is enough", "满足其一即可"),
    "count": Label("at least {need} are required", "至少满足{need}项"),
}
TRUTH_LABELS: Mapping[bool, Label] = {True: Label("yes", "是"), False: Label("no", "否")}
NEVER_HELD = Label("never held", "未获得")
VALID_LABEL = Label("to be valid on {}", "在{}有效")
_EXPIRED = Label("expired {} before", "已过期{}")
# Nothing is missing, yet there is no figure: a quotient by zero, or a growth from nothing.
_NOT_CALCULABLE = Label(
    ", cannot be calculated: what it is divided by is not above 0",
    "，无法计算：作为除数的数值不大于0",
)

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
    held = _write_held(catalog, criterion, row, language)
    required = _write_required(catalog, criterion, row, language)
    if language == "zh":
        shown = f"为{observed}" if observed else held
        return shown + (f"，要求{required}" if required else "")
    shown = f" {observed}" if observed else held
    return shown + (f", required {required}" if required else "")


def _write_observed(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    match criterion.test:
        case ComparePoints():
            return _write_points(row["observed"], row["points_high"], language)
        case Compare() | Banded():
            unit = catalog.unit_of(criterion.test.measure)
            return write_observed(row["observed"], row["required"], unit, language)
        case _:
            return ""


def _write_held(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    """The day or the choice that was found, by the name of its fact; else nothing."""
    test = criterion.test
    if not isinstance(test, CompareDate | OneOf | Judged):
        return ""
    if isinstance(test, CompareDate):
        found = _write_day(row["observed_text"])
    else:
        found = _write_choice(catalog, test.fact, row["observed_text"], language)
    named = catalog.label_of(test.fact).of(language)
    if not found:
        return ""
    return f"（{named}：{found}）" if language == "zh" else f" ({named}: {found})"


def _write_required(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    match criterion.test:
        case CompareDate(relation=relation) if row["required"] is not None:
            day = date_of_days(row["required"]).isoformat()
            words = VALID_LABEL if criterion.test.is_expiry else RELATION_LABELS[relation]
            return words.of(language).format(day)
        case ComparePoints(relation=relation) if row["required"] is not None:
            return write_relation(relation, row["required"], "points", language)
        case Compare() | Banded() if row["required"] is not None:
            unit = catalog.unit_of(criterion.test.measure)
            return write_relation(criterion.test.relation, row["required"], unit, language)
        case OneOf() if catalog.type_of(criterion.test.fact) == "text":
            return write_choices(catalog, criterion.test, language)
        case _:
            return ""


def write_choices(catalog: Catalog, test: OneOf, language: Language) -> str:
    """The values that are accepted, by their names."""
    choices = catalog.facts[test.fact].choices or {}
    named = [
        TRUTH_LABELS[v] if isinstance(v, bool) else choices.get(v, Label(v, v)) for v in test.values
    ]
    return ("或" if language == "zh" else " or ").join(label.of(language) for label in named)


def _write_outcome(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    result = row["result"]
    words = RESULT_LABELS[result].of(language)
    if isinstance(criterion.test, Together):
        joint = JOINT_LABELS[criterion.test.kind].of(language).format(need=criterion.test.need)
        words = f"{words}（{joint}）" if language == "zh" else f"{words} ({joint})"
    if row["observed_text"] == NEVER.isoformat() and result == Result.UNMET:
        return NEVER_HELD.of(language)
    if result == Result.UNMET and row["gap"]:
        return _write_gap(catalog, criterion, row, language)
    is_open = result in (Result.UNKNOWN, Result.NEEDS_JUDGEMENT)
    if is_open and row["missing"] and not isinstance(criterion.test, Judged):
        missing = write_missing(catalog, row["missing"], row["as_of"], language)
        return f"{words}，缺少：{missing}" if language == "zh" else f"{words}, missing: {missing}"
    if result == Result.UNKNOWN and isinstance(criterion.test, Compare | Banded):
        return words + _NOT_CALCULABLE.of(language)
    return words


def _write_gap(catalog: Catalog, criterion: Criterion, row: Row, language: Language) -> str:
    gap = row["gap"]
    match criterion.test:
        case Compare() | Banded():
            unit = catalog.gap_unit_of(criterion.test.measure)
            return write_gap(criterion.test.relation, gap, unit, language)
        case ComparePoints():
            return _write_points_gap(criterion.test, row, language)
        case CompareDate(is_expiry=True):
            return _EXPIRED.of(language).format(write_value(gap, "days", language))
        case CompareDate():
            return write_gap(criterion.test.relation, gap, "days", language)
        case _:
            return f"还差{gap:.0f}项" if language == "zh" else f"{gap:.0f} more needed"


def _write_points_gap(test: ComparePoints, row: Row, language: Language) -> str:
    """What the lowest points lack, and where an expert gives some, what the highest lack."""
    most, least = row["gap"], row["gap"]
    if row["points_high"] is not None and is_floor(test.relation):
        least = row["required"] - row["points_high"]
    return write_gap_range(test.relation, least, most, language)


def write_missing(catalog: Catalog, missing: str, as_of: date, language: Language) -> str:
    """The empty inputs of a result (``revenue.y0 revenue.y1``) as names with their years."""
    names = missing.split(" ")
    # Of a figure that is also missing for the closed year, the running year says nothing more.
    listed = [n for n in names if not (n.endswith(".this") and f"{n[:-5]}.y0" in names)]
    joiner = "；" if language == "zh" else "; "
    return joiner.join(_write_input(catalog, name, as_of, language) for name in listed)


def _write_input(catalog: Catalog, column: str, as_of: date, language: Language) -> str:
    name, _, year = column.rpartition(".")
    fact = catalog.facts[name]
    label = fact.label.of(language)
    if fact.type == "truth":
        label += "（是或否）" if language == "zh" else " (yes or no)"
    if fact.period == "current":
        return label
    fiscal = as_of.year if year == "this" else as_of.year - 1 - int(year[1:])
    return f"{fiscal}年{label}" if language == "zh" else f"{label} of {fiscal}"


def _write_points(low: float | None, high: float | None, language: Language) -> str:
    if low is None or high is None:
        return write_value(low, "points", language)
    # The requirement beside it says the unit.
    return write_points(low, high, language, is_named=language == "zh")


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
