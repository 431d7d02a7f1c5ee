"""Figures in words: with their unit, their relation to a threshold, and what is short."""

from collections.abc import Mapping
from math import ceil

from terrace.rules.facts import UNITS
from terrace.rules.labels import Label, Language

RELATION_LABELS: Mapping[str, Label] = {
    "at_least": Label("at least {}", "不低于{}"),
    "more_than": Label("more than {}", "高于{}"),
    "at_most": Label("at most {}", "不高于{}"),
    "less_than": Label("less than {}", "低于{}"),
    "on_or_after": Label("on or after {}", "不早于{}"),
    "on_or_before": Label("on or before {}", "不晚于{}"),
}
# A low number is a high rank, so that "at most" would be read the wrong way round.
_RANKS: Mapping[str, Label] = {
    "at_most": Label("place {} or better", "进入前{}名"),
    "less_than": Label("better than place {}", "高于第{}名"),
}
_SHORT = Label("{} short", "还差{}")
_TOO_MUCH = Label("{} too much", "超出{}")
_GAPS: Mapping[str, Label] = {
    "on_or_after": Label("{} too early", "早{}"),
    "on_or_before": Label("{} too late", "晚{}"),
    "at_least": _SHORT,
    "more_than": _SHORT,
    "at_most": _TOO_MUCH,
    "less_than": _TOO_MUCH,
}
_PLACES_BEHIND = Label("{} behind", "相差{}")
_SINGULAR: Mapping[str, str] = {
    "people": "person",
    "years": "year",
    "points": "point",
    "days": "day",
    "US dollars": "US dollar",
    "places": "place",
    "percentage points": "percentage point",
}
_PERCENTAGE_POINTS = Label("percentage points", "个百分点")
_PLACES = Label("places", "名")
_WHOLE_UNITS = ("people", "count", "rank")


def write_value(value: float | None, unit: str, language: Language) -> str:
    """A figure with its unit; a fraction as per cent, a rank as a place."""
    if value is None:
        return ""
    if unit == "fraction":
        return f"{write_number(round(100 * value, 6))}%"
    if unit == "rank":
        return Label("place {}", "第{}名").of(language).format(write_number(value))
    return _join(write_number(value), UNITS[unit], language)


def write_points(low: float, high: float, language: Language, *, is_named: bool = True) -> str:
    """Points, or an interval of them where experts judge; with the word where it is named."""
    unit = "points" if is_named else ""
    if low == high:
        return write_value(low, unit, language)
    joined = Label("{} to {}", "{}至{}").of(language)
    both = joined.format(write_number(min(low, high)), write_number(max(low, high)))
    return _join(both, UNITS[unit], language)


def write_relation(relation: str, value: float, unit: str, language: Language) -> str:
    """What is asked of a figure: 'at least 5%', 'place 3 or better'."""
    if unit == "rank" and relation in _RANKS:
        return _RANKS[relation].of(language).format(write_number(value))
    return RELATION_LABELS[relation].of(language).format(write_value(value, unit, language))


def write_gap(relation: str, gap: float, unit: str, language: Language) -> str:
    """What is short of a threshold, or too much.

    A share is short by percentage points, and people, patents and places are short by whole ones.
    """
    if unit == "rank":
        return _PLACES_BEHIND.of(language).format(_join(_write_whole(gap), _PLACES, language))
    return _GAPS[relation].of(language).format(_write_amount(gap, unit, language))


def _write_amount(gap: float, unit: str, language: Language) -> str:
    if unit == "fraction":
        return _join(write_number(round(100 * gap, 6)), _PERCENTAGE_POINTS, language)
    if unit in _WHOLE_UNITS:
        return _join(_write_whole(gap), UNITS[unit], language)
    return write_value(gap, unit, language)


def _write_whole(gap: float) -> str:
    """Rounded up, but for what floats lose."""
    return f"{ceil(round(gap, 6)):,}"


def _join(number: str, unit: Label, language: Language) -> str:
    name = unit.of(language)
    if language == "zh" or not name:
        return f"{number}{name}"
    return f"{number} {_SINGULAR.get(name, name) if number == '1' else name}"


def write_number(value: float) -> str:
    """Digits with thousands separators, as many decimals as matter."""
    text = f"{value:,.6f}" if abs(value) < 1 else f"{value:,.4f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
