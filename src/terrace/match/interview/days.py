"""What people type where a day is asked for: a date, a month, a quarter, a year, or a span."""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from terrace.errors import InputError
from terrace.match.interview.typed import write_digits
from terrace.sources.values import parse_date

_AROUND = re.compile(
    r"^(?:(?:by|before|until|on|in|within|no later than|the|end of)\s+)+"
    r"|(?:\s?之?前|以前|之?内|以内|后|年?底|年?末)$",
    re.I,
)
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(20\d\d)")
_TOGETHER = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_YEAR = re.compile(r"(20\d\d)年?")
_MONTH = re.compile(r"(?P<year>20\d\d)(?:[-/.](?P<month>\d{1,2})|年(?P<zh>\d{1,2})月)")
_MONTH_ALONE = re.compile(r"(\d{1,2})月")
_QUARTER = re.compile(
    r"Q(?P<a>[1-4])[ /-]?(?P<year_a>20\d\d)|(?P<year_b>20\d\d)[ /-]?Q(?P<b>[1-4])"
    r"|(?P<year_c>20\d\d)年?第?(?P<c>[1-4])季度?",
    re.I,
)
_MONTH_NAMES = ("%B", "%b")
_SPAN = re.compile(
    r"(?P<count>\d{1,3})\s*(?P<unit>days?|weeks?|months?|years?|天|日|周|个?星期|个月|年)", re.I
)
_DAYS = {"d": 1, "天": 1, "日": 1, "w": 7, "周": 7, "星期": 7}
_MONTHS = {"m": 1, "月": 1, "y": 12, "年": 12}
_FARTHEST_YEAR = 2999


def read_day(text: str, today: date | None) -> date | None:
    """A day, or the last one of a month, a quarter or a year.

    Spans ('two years', '两年内') and what names no year ('June', '六月') need ``today``;
    the next such month is meant.
    """
    tidy = _AROUND.sub("", write_digits(_name_years(text, today))).strip(" .。")
    readers: tuple[Callable[[], date | None], ...] = (
        lambda: _read_date(_put_year_first(tidy)),
        lambda: _read_year(tidy),
        lambda: _read_quarter(tidy),
        lambda: _read_month(tidy),
        lambda: _read_next_month(tidy, today),
        lambda: _read_span(tidy, today),
    )
    return next((day for read in readers if (day := read())), None)


def _name_years(text: str, today: date | None) -> str:
    """This year and the next by their numbers."""
    for ahead, said in enumerate(("今年", "明年", "后年")):
        text = text.replace(said, f"{today.year + ahead}年") if today else text
    return text


def _put_year_first(text: str) -> str:
    """31.12.2027 and 31/12/2027; where both may be the month, a stroke does not say which is."""
    together = _TOGETHER.sub(r"\1-\2-\3", text) if _TOGETHER.fullmatch(text) else text
    match = _DAY_FIRST.fullmatch(together)
    if match is None:
        return together
    day, sign, month, year = match.groups()
    if sign != "." and int(day) <= 12 and day != month:
        return text
    return f"{year}-{month}-{day}"


def _read_date(text: str) -> date | None:
    try:
        return parse_date(text)
    except InputError:
        return None


def _read_year(text: str) -> date | None:
    match = _YEAR.fullmatch(text)
    return date(int(match[1]), 12, 31) if match else None


def _read_quarter(text: str) -> date | None:
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None
    year = match["year_a"] or match["year_b"] or match["year_c"]
    return _end_month(int(year), 3 * int(match["a"] or match["b"] or match["c"]))


def _read_month(text: str) -> date | None:
    match = _MONTH.fullmatch(text)
    if match:
        return _end_month(int(match["year"]), int(match["month"] or match["zh"]))
    name, _, year = text.rpartition(" ")
    month = _number_of(name)
    return _end_month(int(year), month) if month and re.fullmatch(r"20\d\d", year) else None


def _read_next_month(text: str, today: date | None) -> date | None:
    match = _MONTH_ALONE.fullmatch(text)
    month = int(match[1]) if match else _number_of(text)
    if today is None or not month:
        return None
    return _end_month(today.year + (month < today.month), month)


def _number_of(name: str) -> int:
    """The month with this English name, 0 if it is none."""
    for formats in _MONTH_NAMES:
        try:
            found = parse_date(f"{name} 2000", formats=(f"{formats} %Y",))
        except InputError:
            continue
        return found.month if found else 0
    return 0


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
