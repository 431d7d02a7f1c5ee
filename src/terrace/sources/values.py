"""Cells to typed values, each refusal with what is wrong and what to write instead.

Every function takes whatever a cell may hold (text, number, date, list, None)
and raises InputError without a place; the reader adds file, row and field.
"""

import functools
import json
import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, get_args

from terrace.records import Level
from terrace.sources.rows import bad_value

MAX_TEXT_CHARS = 1_000_000
"""One text longer than this is refused: it is a broken export, or a whole book."""

_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%B %d, %Y", "%d %B %Y")
_COARSE_DATE_FORMATS = ("%Y-%m", "%Y年%m月", "%Y", "%Y年")
_NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(万|亿)?元?", re.I)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+(?:\.\d+)?(?:万|亿)?元?")
_SCALES = {"万": 1e4, "亿": 1e8, None: 1.0}
_READINESS = re.compile(r"(?:TRL\s*)?([1-9])(?:\.0)?\s*级?", re.I)
_CURRENCIES = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "CNY", "￥": "CNY", "元": "CNY", "RMB": "CNY",
    "YUAN": "CNY",
    "人民币": "CNY", "人民币元": "CNY", "欧元": "EUR", "美元": "USD", "英镑": "GBP", "日元": "JPY",
    "港币": "HKD", "港元": "HKD",
}  # fmt: skip
_CURRENCY = re.compile(r"[A-Z]{3}")
_TRUE = frozenset({"true", "yes", "y", "1", "是", "有"})
_FALSE = frozenset({"false", "no", "n", "0", "否", "无"})
_STRONG_SEPARATOR = re.compile(r"[;|；\n]")
_SEPARATOR = re.compile(r"[,，、]")


def parse_string(value: Any) -> str:
    """The text of a cell, without space around it; numbers as they are written."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return require_storable(str(value).strip())


def require_storable(text: str) -> str:
    """The same text, if it can be stored and is no longer than ``MAX_TEXT_CHARS``."""
    if len(text) > MAX_TEXT_CHARS:
        raise bad_value(
            f"is {len(text):,} characters long, the limit is {MAX_TEXT_CHARS:,}",
            "Shorten it, or split the record",
        )
    if "\x00" in text:
        raise bad_value("holds a NUL byte", "Remove it, or export the file again")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise bad_value("holds half a character", "Export the file again as UTF-8") from error
    return text


def parse_strings(value: Any) -> list[str]:
    """The entries of a list, or of a text cut at ; or | (else at commas), each once."""
    parts = value if isinstance(value, list | tuple) else _split(parse_string(value))
    entries = (parse_string(part) for part in parts)
    return list(dict.fromkeys(entry for entry in entries if entry))


def _split(text: str) -> list[str]:
    listed = _parse_json_list(text)
    if listed is not None:
        return listed
    separator = _STRONG_SEPARATOR if _STRONG_SEPARATOR.search(text) else _SEPARATOR
    return [part.strip() for part in separator.split(text)]


def _parse_json_list(text: str) -> list[Any] | None:
    try:
        listed = json.loads(text) if text.startswith("[") else None
    except (ValueError, RecursionError):
        return None
    return listed if isinstance(listed, list) else None


def parse_number(value: Any) -> float | None:
    """An amount, not negative: 1500000, '1,500,000', '1 500 000.50', '150万元'."""
    text = parse_string(value)
    if not text:
        return None
    match = _NUMBER.fullmatch(
        re.sub(r"[ ,\u00a0\u202f]", "", text) if _GROUPED.fullmatch(text) else text
    )
    amount = float(match[1]) * _SCALES[match[2]] if match else math.nan
    if not (math.isfinite(amount) and amount >= 0):
        raise bad_value(f"'{_shorten(text)}' is no amount", "Write digits only, e.g. 1500000")
    return amount


def parse_count(value: Any) -> int | None:
    """A whole number from 0."""
    amount = parse_number(value)
    if amount is not None and (not amount.is_integer() or amount >= 2**53):
        raise bad_value(f"'{_shorten(value)}' is no whole number", "Write a number such as 12")
    return None if amount is None else int(amount)


def parse_readiness(value: Any) -> int | None:
    """A technology readiness level: 1 to 9, also as 'TRL 4' or '4级'."""
    text = parse_string(value)
    match = _READINESS.fullmatch(text)
    if text and not match:
        raise bad_value(f"'{_shorten(text)}' is no readiness level", "Write one level from 1 to 9")
    return int(match[1]) if match else None


def parse_year(value: Any) -> int | None:
    """A calendar year."""
    year = parse_count(value)
    if year is not None and not 1000 <= year <= 2999:
        raise bad_value(f"'{_shorten(value)}' is no year", "Write four digits")
    return year


def parse_truth(value: Any) -> bool | None:
    """Yes or no, in English, Chinese or digits."""
    text = parse_string(value).lower()
    if text and text not in _TRUE | _FALSE:
        raise bad_value(f"'{_shorten(text)}' is neither yes nor no", "Write yes or no")
    return text in _TRUE if text else None


def parse_currency(value: Any) -> str:
    """An ISO 4217 code, also from a common sign."""
    text = parse_string(value).upper()
    code = _CURRENCIES.get(text, text)
    if code and not _CURRENCY.fullmatch(code):
        raise bad_value(f"'{_shorten(text)}' is no currency", "Write its code, e.g. EUR or CNY")
    return code


def parse_level(value: Any) -> Level | None:
    """A level of visibility: public, zone, named or private."""
    text = parse_string(value).lower()
    for level in get_args(Level):
        if text == level:
            return level  # type: ignore[no-any-return]
    if text:
        known = ", ".join(get_args(Level))
        raise bad_value(f"'{_shorten(text)}' is no level of visibility", f"Write one of {known}")
    return None


def parse_date(
    value: Any, *, formats: Sequence[str] = (), allow_coarse: bool = False
) -> date | None:
    """A calendar day: ISO, 'August 26, 2016', 2026年3月1日, or one of ``formats`` first.

    With ``allow_coarse`` a month or a year alone stands for its first day.
    """
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    text = parse_string(value)
    if not text:
        return None
    tried = (*formats, *_DATE_FORMATS, *(_COARSE_DATE_FORMATS if allow_coarse else ()))
    found = _find_date(text, tried)
    if found is None:
        raise bad_value(f"'{_shorten(text)}' is no date", "Write year-month-day, e.g. 2026-03-31")
    return found


# The same days come again and again, and strptime is slow.
@functools.lru_cache(maxsize=10_000)
def _find_date(text: str, formats: tuple[str, ...]) -> date | None:
    return next((day for form in formats if (day := _read_date(text, form))), None) or _iso(text)


def _read_date(text: str, date_format: str) -> date | None:
    try:
        return datetime.strptime(text, date_format).date()
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    # A bare number is no date: fromisoformat would read 20260301 but also misread ids.
    try:
        return datetime.fromisoformat(text).date() if "-" in text else None
    except ValueError:
        return None


def _shorten(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
