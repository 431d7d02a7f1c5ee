"""What criteria ask and scores give, in words, without any company: for reading a rulebook."""

import re
from collections.abc import Iterator

from terrace.rules.amounts import RELATION_LABELS, write_points, write_relation, write_value
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
from terrace.rules.scores import Bands, Best, Cases, Choices, JudgedPoints, Points, Score, Sum
from terrace.rules.sentences import JOINT_LABELS, VALID_LABEL, write_choices

_JUDGED = Label("an expert says yes", "由专家评判")
_REST = Label("else", "其他")
_SUM = Label("the sum of {parts}", "{parts}之和")
_CAPPED = Label("the sum of {parts}, at most {cap}", "{parts}之和，最高{cap}")
_BEST = Label("the highest of {parts}", "{parts}中最高者")
_EXPERT = Label("an expert gives {points}", "由专家评{points}")
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
            asked = write_relation(test.relation, test.threshold, unit, language)
            return f"{measure}{asked}" if language == "zh" else f"{measure} {asked}"
        case ComparePoints():
            return write_relation(test.relation, test.threshold, "points", language)
        case Banded():
            return _describe_bands(catalog, test, language)
        case CompareDate(is_expiry=True):
            return _describe_date(test, language)
        case CompareDate():
            return _name_fact(catalog, test.fact, _describe_date(test, language), language)
        case OneOf():
            return _name_fact(catalog, test.fact, write_choices(catalog, test, language), language)
        case Judged():
            return _JUDGED.of(language)
        case Together():
            return JOINT_LABELS[test.kind].of(language).format(need=test.need)


def _name_fact(catalog: Catalog, fact: str, asked: str, language: Language) -> str:
    """What is asked of which fact: a bare yes or no would say nothing."""
    label = catalog.label_of(fact).of(language)
    return f"{label}：{asked}" if language == "zh" else f"{label}: {asked}"


def _describe_date(test: CompareDate, language: Language) -> str:
    words = VALID_LABEL if test.is_expiry else RELATION_LABELS[test.relation]
    return words.of(language).format(_describe_day(test.day, language))


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


def describe_score(catalog: Catalog, score: Score, language: Language) -> str:
    """What gives how many points: 'R&D intensity at least 6%: 20 points; ...; else: 0 points'."""
    match score.body:
        case JudgedPoints(bounds=bounds):
            return _EXPERT.of(language).format(points=_write_points(bounds, language))
        case Sum(of=parts, cap=None):
            return _SUM.of(language).format(parts=_name_parts(parts, language))
        case Sum(of=parts, cap=cap):
            most = write_value(cap, "points", language)
            return _CAPPED.of(language).format(parts=_name_parts(parts, language), cap=most)
        case Best(of=parts):
            return _BEST.of(language).format(parts=_name_parts(parts, language))
        case Bands() | Cases() | Choices():
            colon, joiner = ("：", "；") if language == "zh" else (": ", "; ")
            listed = _list_points(catalog, score.body, language)
            return joiner.join(
                f"{what}{colon}{_write_points(points, language)}" for what, points in listed
            )


def _name_parts(parts: tuple[Score, ...], language: Language) -> str:
    return " + ".join(part.label.of(language) for part in parts)


def _write_points(points: Points, language: Language) -> str:
    return write_points(points.low, points.high, language)


def _list_points(
    catalog: Catalog, body: Bands | Cases | Choices, language: Language
) -> Iterator[tuple[str, Points]]:
    """What has to hold, and the points it gives, in the order in which it is tried."""
    match body:
        case Bands():
            yield from _list_bands(catalog, body, language)
        case Cases():
            for criterion, points in body.cases:
                yield _name_case(catalog, criterion, language), points
            yield _REST.of(language), body.otherwise
        case Choices():
            named = catalog.facts[body.fact].choices or {}
            for code, points in body.points:
                yield named[code].of(language), points


def _name_case(catalog: Catalog, criterion: Criterion, language: Language) -> str:
    """A figure is said with what it has to reach, anything else by its name."""
    if isinstance(criterion.test, Compare):
        return describe_requirement(catalog, criterion, language)
    return criterion.label.of(language)


def _list_bands(catalog: Catalog, bands: Bands, language: Language) -> Iterator[tuple[str, Points]]:
    measure = catalog.label_of(bands.measure).of(language) + ("" if language == "zh" else " ")
    unit = catalog.unit_of(bands.measure)
    for number, step in enumerate(bands.steps):
        if step.relation is None:
            yield _REST.of(language), step.points
            continue
        asked = write_relation(step.relation, step.edge, unit, language)
        yield measure + asked if number == 0 else asked, step.points
