"""What a criterion asks, in words, without any company: for reading a rulebook."""

import re

from terrace.rules.amounts import RELATION_LABELS, write_relation, write_value
from terrace.rules.criteria import (
    Banded,
    Compare,
    CompareDate,
    ComparePoints,
    Criterion,
    Day,
    Judged,
    OneOf,
    Together,
)
from terrace.rules.labels import Label, Language
from terrace.rules.measures import Catalog
from terrace.rules.sentences import JOINT_LABELS, write_choices

_JUDGED = Label("an expert says yes", "由专家评判")
_OFFSET = re.compile(r"-(?P<count>\d+)(?P<unit>y|mo|d)")
_DAY_UNITS = {"y": Label("years", "年"), "mo": Label("months", "个月"), "d": Label("days", "天")}


def describe_requirement(  # noqa: PLR0911
    catalog: Catalog, criterion: Criterion, language: Language
) -> str:
    """What is asked: 'R&D intensity at least 5%', 'one of strategic, other' ..."""
    test = criterion.test
    match test:
        case Compare():
            measure = catalog.label_of(test.measure).of(language)
            unit = catalog.unit_of(test.measure)
            return f"{measure} {write_relation(test.relation, test.threshold, unit, language)}"
        case ComparePoints():
            return write_relation(test.relation, test.threshold, "points", language)
        case Banded():
            return _describe_bands(catalog, test, language)
        case CompareDate():
            return _describe_date(test, language)
        case OneOf():
            return write_choices(catalog, test, language)
        case Judged():
            return _JUDGED.of(language)
        case Together():
            return JOINT_LABELS[test.kind].of(language).format(need=test.need)


def _describe_date(test: CompareDate, language: Language) -> str:
    return RELATION_LABELS[test.relation].of(language).format(_describe_day(test.day, language))


def _describe_day(day: Day, language: Language) -> str:
    if day.fixed:
        return day.fixed.isoformat()
    match = _OFFSET.fullmatch(day.offset)
    if not match:
        return "评定之日" if language == "zh" else "the day itself"
    unit = _DAY_UNITS[match["unit"]].of(language)
    if language == "zh":
        return f"评定之日前{match['count']}{unit}"
    return f"{match['count']} {unit} before the day"


def _describe_bands(catalog: Catalog, test: Banded, language: Language) -> str:
    by, unit = catalog.label_of(test.by).of(language), catalog.unit_of(test.measure)
    parts = []
    for band in test.bands:
        asked = write_relation(test.relation, band.threshold, unit, language)
        if band.up_to is None:
            parts.append(f"以上：{asked}" if language == "zh" else f"above that: {asked}")
            continue
        edge = write_value(band.up_to, catalog.unit_of(test.by), language)
        parts.append(
            f"{by}至{edge}：{asked}" if language == "zh" else f"{by} up to {edge}: {asked}"
        )
    return ("；" if language == "zh" else "; ").join(parts)
