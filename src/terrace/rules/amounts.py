"""Figures in words: with their unit, their relation to a threshold, and what is short."""

from collections.abc import Mapping
from math import ceil

from terrace.rules.facts import UNITS
from terrace.rules.labels import Label, Language

RELATION_LABELS: Mapping[str, Label] = {
    "at_least": Label("at least {}", "不低于{}"),
    "more_than": Label("more than {}", "超过{}"),
    "at_most": Label("at most {}", "不超过{}"),
    "less_than": Label("less than {}", "低于{}"),
    "on_or_after": Label("on or after {}", "不早于{}"),
    "on_or_before": Label("on or before {}", "不晚于{}"),
}
# A low number is a high rank, so that "at most" would be read the wrong way round.
_RANKS: Mapping[str, Label] = {
    "at_most": Label("place {} or better", "进入前{}名"),
    "less_than": Label("better than place {}", "高于第{}名"),
}
# Chinese counts people and things by more and fewer, not by high and low.
_COUNTS: Mapping[str, Label] = {
    "at_least": Label("at least {}", "不少于{}"),
    "less_than": Label("less than {}", "少于{}"),
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
_MONEY = ("yuan", "usd")


def write_value(value: float | None, unit: str, language: Language) -> str:
    """A figure with its unit; a fraction as per cent, a rank as a place."""
    if value is None:
        return ""
    if unit == "fraction":
        return f"{write_number(round(100 * value, 6))}%"
    if unit == "rank":
        return Label("place {}", "第{}名").of(language).format(write_number(value))
    rounded = round(value, 2) if unit in _MONEY else value
    return _join(write_number(rounded), UNITS[unit], language)


def write_observed(
    value: float | None, required: float | None, unit: str, language: Language
) -> str:
    """A figure beside what is required: of a share, two decimals unless these hide a difference."""
    if value is None or required is None or unit != "fraction":
        return write_value(value, unit, language)
    rounded = round(value, 4)
    return write_value(value if rounded == required else rounded, unit, language)


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
    words = _COUNTS if unit in ("people", "count") and relation in _COUNTS else RELATION_LABELS
    return words[relation].of(language).format(write_value(value, unit, language))


def write_gap(relation: str, gap: float, unit: str, language: Language) -> str:
    """What is short of a threshold, or too much.

    A share is short by percentage points, and people, patents and places are short by whole
    ones, rounded up.
    """
    if unit == "rank":
        return _PLACES_BEHIND.of(language).format(_join(_write_whole(gap), _PLACES, language))
    return _GAPS[relation].of(language).format(_write_amount(gap, unit, language))


def write_gap_range(relation: str, least: float, most: float, language: Language) -> str:
    """What is short of a threshold of points, where experts may still give some."""
    return _GAPS[relation].of(language).format(write_points(least, most, language))


def _write_amount(gap: float, unit: str, language: Language) -> str:
    if unit == "fraction":
        return _join(write_number(_round_gap(100 * gap)), _PERCENTAGE_POINTS, language)
    if unit in _WHOLE_UNITS:
        return _join(_write_whole(gap), UNITS[unit], language)
    return write_value(_round_gap(gap) if unit in _MONEY else gap, unit, language)


def _write_whole(gap: float) -> str:
    """Rounded up, but for what floats lose."""
    return f"{ceil(round(gap, 6)):,}"


def _round_gap(gap: float) -> float:
    """Two decimals; what is short is never said to be nothing."""
    return round(gap, 2) or 0.01


def _join(number: str, unit: Label, language: Language) -> str:
    name = unit.of(language)
    if language == "zh" or not name:
        return f"{number}{name}"
    return f"{number} {_SINGULAR.get(name, name) if number == '1' else name}"


def write_number(value: float) -> str:
    """Digits with thousands separators, as many decimals as matter."""
    text = f"{value:,.6f}" if abs(value) < 1 else f"{value:,.4f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
