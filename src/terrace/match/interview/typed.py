"""What people type where a number is asked for: also in words, or with a unit."""

import re
import unicodedata
from collections.abc import Mapping

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
