"""What people type where a number or a day is asked for: also in words, or with a unit."""

import calendar
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from terrace.errors import InputError
from terrace.sources.values import parse_date

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_ONES)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
}
_TEN = "|".join(_TENS)
_ONE = "|".join(sorted(_ONES, key=len, reverse=True))
_ENGLISH = re.compile(
    rf"\b(?:(?P<hundreds>{_ONE}|a)[ -]hundred(?: and)?(?:[ -]|\b))?"
    rf"(?:(?P<tens>{_TEN})(?:[ -](?P<ones>{_ONE}))?|(?P<small>{_ONE}))?\b",
    re.I,
)
_DIGITS = "零一二三四五六七八九"
_CHINESE = re.compile(rf"[{_DIGITS}两十百]+")
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "千": 1e3, "万": 1e4, "百万": 1e6,
           "千万": 1e7, "亿": 1e8}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d{1,3}(?:[, ]\d{3}(?!\d))+|\d+)(?:\.\d+)?)"
    rf"\s*(?P<scale>{'|'.join(_SCALES)})?",
    re.I,
)
_NO_UNIT = r"(?!(?:or|to|and|plus|about)\b|左右|以上|以下|至|到|多)"
_MEASURED = re.compile(
    rf"(?P<value>{_NUMBER.pattern})"
    rf"(?P<unit>[ -]?{_NO_UNIT}[^\W\d][^\d]{{0,30}}|\s?[%°℃‰].{{0,10}})?",
    re.I,
)
_AROUND_DAY = re.compile(
    r"^(?:(?:by|before|until|on|in|within|no later than|the)\s+)+|(?:\s?之?前|以前|之?内|以内|后)$",
    re.I,
)
_END_OF_YEAR = re.compile(r"(?:end of (?P<a>20\d\d)|(?P<b>20\d\d)年?(?:年底|底|年末|末))", re.I)
_DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(20\d\d)$")
_MONTH = re.compile(r"(?P<year>20\d\d)(?:[-/.](?P<month>\d{1,2})|年(?P<zh>\d{1,2})月底?)")
_MONTH_NAMES = ("%B %Y", "%b %Y")
_SPAN = re.compile(
    r"(?P<count>\d{1,3})\s*(?P<unit>days?|weeks?|months?|years?|天|日|周|个?星期|个?月|年)", re.I
)
_DAYS = {"d": 1, "天": 1, "日": 1, "w": 7, "周": 7, "星期": 7}
_MONTHS = {"m": 1, "月": 1, "y": 12, "年": 12}
_FARTHEST_YEAR = 2999


def write_digits(text: str) -> str:
    """The text with its numbers in digits: 'two hundred', '三十万' give '200', '30万'."""
    tidy = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    return _CHINESE.sub(_read_chinese, _ENGLISH.sub(_read_english, tidy))


def read_number(text: str) -> float | None:
    """The number somebody typed ('1,000', '０.５', '-40', 'ten', '两百'), None where it is none."""
    match = _NUMBER.fullmatch(write_digits(text))
    if match is None:
        return None
    scale = _SCALES[match["scale"].lower()] if match["scale"] else 1
    return float(match["number"].replace(",", "").replace(" ", "")) * scale


def split_figure(value: str, unit: str) -> tuple[str, str]:
    """A value in digits and its unit, which may be typed with it; as they are if unreadable."""
    match = _MEASURED.fullmatch(write_digits(value))
    if match is None or read_number(match["value"]) is None:
        return value, unit
    own = (match["unit"] or "").strip(" -")
    if own and unit and own.casefold() != unit.strip().casefold():
        return value, unit
    return _as_typed(match), unit or own


def read_day(text: str, today: date | None) -> date | None:
    """A day, or the last one of a month or a year; spans ('two years', '两年内') need ``today``."""
    tidy = _AROUND_DAY.sub("", write_digits(_name_years(text, today))).strip(" .。")
    return _read_date(_DOTTED.sub(r"\3-\2-\1", tidy)) or _read_end(tidy) or _read_span(tidy, today)


def _name_years(text: str, today: date | None) -> str:
    """This year and the next by their numbers."""
    for ahead, said in enumerate(("今年", "明年", "后年")):
        text = text.replace(said, f"{today.year + ahead}年") if today else text
    return text


def _read_english(match: re.Match[str]) -> str:
    words = {name: (word or "").lower() for name, word in match.groupdict().items()}
    if not any(words.values()):
        return match.group()
    hundreds = 1 if words["hundreds"] == "a" else _WORDS.get(words["hundreds"], 0)
    rest = sum(_WORDS.get(words[name], 0) for name in ("tens", "ones", "small"))
    return f"{100 * hundreds + rest}{' ' * match.group().endswith(' ')}"


def _read_chinese(match: re.Match[str]) -> str:
    total, digit = 0, 0
    for sign in match.group().replace("两", "二"):
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = 10 * digit + _DIGITS.index(sign)
    return str(total + digit)


def _as_typed(match: re.Match[str]) -> str:
    """Digits as they were typed; a scale is multiplied out."""
    if not match["scale"]:
        return match["number"].replace(" ", ",")
    number = read_number(match["value"]) or 0.0
    return f"{number:,.4f}".rstrip("0").rstrip(".")


def _read_date(text: str) -> date | None:
    try:
        return parse_date(text)
    except InputError:
        return None


def _read_end(text: str) -> date | None:
    year = _END_OF_YEAR.fullmatch(text)
    if year:
        return date(int(year["a"] or year["b"]), 12, 31)
    month = _MONTH.fullmatch(text)
    if month:
        return _end_month(int(month["year"]), int(month["month"] or month["zh"]))
    try:
        first = parse_date(text, formats=_MONTH_NAMES)
    except InputError:
        return None
    return first and _end_month(first.year, first.month)


def _end_month(year: int, month: int) -> date | None:
    if not 1 <= month <= 12:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def _read_span(text: str, today: date | None) -> date | None:
    match = _SPAN.fullmatch(text)
    if match is None or today is None:
        return None
    count, unit = int(match["count"]), match["unit"].lower().removeprefix("个")
    key = unit if unit in _DAYS or unit in _MONTHS else unit[0]
    if key in _DAYS:
        return today + timedelta(days=count * _DAYS[key])
    return _add_months(today, count * _MONTHS[key])


def _add_months(day: date, months: int) -> date | None:
    years, month = divmod(day.month - 1 + months, 12)
    if day.year + years > _FARTHEST_YEAR:
        return None
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))
