"""Figures with units in a text, and whether an offered one reaches a required one.

Only what can be read without doubt counts: a number with a known unit, and a
direction ("at least", "不超过"). Everything else stays unclear.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from terrace.match.text import terms
from terrace.match.units import TELLING, UNITS, find_unit

Direction = Literal["at_least", "at_most", ""]
Outcome = Literal["reached", "short", "unclear"]

_AT_LEAST = (
    r"at least|no less than|not less than|no fewer than|minimum(?: of)?|min\.|more than"
    r"|greater than|higher than|in excess of|exceed(?:s|ing)?|above|over|≥|>=|>"
    r"|不低于|不少于|不小于|至少|大于等于|大于|高于|超过|达到"
)
_AT_MOST = (
    r"at most|no more than|not more than|no greater than|not (?:to )?exceed(?:ing)?|maximum(?: of)?"
    r"|less than|fewer than|lower than|smaller than|below|under|≤|<=|<"
    r"|不高于|不超过|不大于|不多于|至多|小于等于|小于|低于"
)
# What follows makes another unit or word of it: 10 W/m, 5 kW·h, 10s of km, 90年代, 30周年, 4天线.
_GOES_ON = (
    r"[A-Za-z0-9/^²³⁻]|[·⋅][A-Za-z]|(?<=\ds)\s+of\b|(?<=年)[代度级]|(?<=周)[期年边]|(?<=天)线"
)
_UNIT_PATTERN = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?:(?<![A-Za-z])(?:(?P<most>{_AT_MOST})|(?P<least>{_AT_LEAST})))?"
    r"(?:\s+(?:a|an|about|approximately))?\s*"
    rf"(?<![\d.,A-Za-z_第-])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"\s?-?(?P<unit>{_UNIT_PATTERN})(?!{_GOES_ON})"
    r"(?:\s+(?P<after>or (?:more|greater|higher|better|above|less|lower|below|fewer)))?",
    re.I,
)
_DECADE = re.compile(r"\b(?:1[5-9]|20)\d0s$", re.I)
_THOUSANDS = re.compile(r"(?<![A-Za-z\d.])\d{1,3}[ \u00a0]$")
_WINDOW = 60
_ENDURES = "~endurance"
# "Must last", "ran" and "a service life of" measure the same, in words that have nothing in common.
_ENDURANCE = re.compile(
    r"\b(?:(?:ran|runs?|running)(?! (?:in|within|every)\b)|operat(?:es?|ed|ing|ion)"
    r"|last(?:s|ed|ing)?|li(?:fe|ves)|life-?(?:time|span)s?|durability|endur\w+"
    r"|surviv\w+|withst\w+|without (?:an? )?(?:fault|failure|leak|interruption)s?)\b"
    r"|寿命|运行|耐久|无故障|连续工作",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit as read: ``value`` is in the dimension's base unit."""

    quote: str
    value: float
    dimension: str
    direction: Direction
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class FigureCheck:
    """A required figure, the offered one it was held against ('' = none), and the outcome."""

    required: str
    offered: str
    outcome: Outcome


def find_figures(text: str) -> list[Figure]:
    """The figures with units in a text, in order.

    ``about`` are the terms within 60 characters, which tell what is measured, and
    '~endurance' where these say how long something lasts.
    """
    return list(_read_figures(text))


def check_figures(required: Sequence[Figure], offered: Sequence[Figure]) -> list[FigureCheck]:
    """Each required figure that has a direction, against the offered ones of its dimension."""
    return [_check_figure(figure, required, offered) for figure in required if figure.direction]


def measure_alike(required: Sequence[Figure], offered: Sequence[Figure]) -> bool:
    """Whether both say how long something lasts, be it in words that they do not share."""
    return any(_ENDURES in figure.about for figure in required if figure.direction) and any(
        _ENDURES in figure.about for figure in offered
    )


def _read_figures(text: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text):
        unit = find_unit(match["unit"])
        if unit is None or _is_misread(text, match):
            continue
        number = float(match["number"].replace(",", ""))
        yield Figure(
            quote=match.group().strip(),
            value=number * unit[1],
            dimension=unit[0],
            direction=_read_direction(match),
            about=_read_surroundings(text, match) | _name_quantity(text, match, unit[0]),
        )


def _is_misread(text: str, match: re.Match[str]) -> bool:
    """2026年 and the 1960s are no lengths of time, 090 m2 is the end of 45 090 m2."""
    number, start = match["number"], match.start("number")
    if match["unit"] == "年":
        return len(number) == 4
    begins = len(number) == 3 and _THOUSANDS.search(text[max(0, start - 8) : start])
    return bool(begins or _DECADE.search(match.group()))


def _read_direction(match: re.Match[str]) -> Direction:
    after = (match["after"] or "").lower()
    if match["most"] or after.endswith(("less", "lower", "below", "fewer")):
        return "at_most"
    return "at_least" if match["least"] or after else ""


def _read_surroundings(text: str, match: re.Match[str]) -> frozenset[str]:
    return frozenset(term for term in terms(_cut_around(text, match)) if not term[0].isdigit())


def _name_quantity(text: str, match: re.Match[str], dimension: str) -> frozenset[str]:
    lasts = dimension == "time" and _ENDURANCE.search(_cut_around(text, match))
    return frozenset([_ENDURES]) if lasts else frozenset()


def _cut_around(text: str, match: re.Match[str]) -> str:
    before = text[max(0, match.start() - _WINDOW) : match.start()]
    return f"{before} {text[match.end() : match.end() + _WINDOW]}"


def _check_figure(
    figure: Figure, required: Sequence[Figure], offered: Sequence[Figure]
) -> FigureCheck:
    alike = [other for other in offered if other.dimension == figure.dimension]
    comparable = [other for other in alike if figure.about & other.about]
    if not comparable and _speaks_for_itself(figure, required, alike):
        comparable = alike
    if not comparable:
        return FigureCheck(figure.quote, alike[0].quote if alike else "", "unclear")
    reaching = [other for other in comparable if _reaches(figure, other)]
    shown = (reaching or comparable)[0]
    return FigureCheck(figure.quote, shown.quote, "reached" if reaching else "short")


def _speaks_for_itself(figure: Figure, required: Sequence[Figure], alike: Sequence[Figure]) -> bool:
    rivals = [other for other in required if other.dimension == figure.dimension]
    return figure.dimension in TELLING and len(rivals) == len(alike) == 1


def _reaches(figure: Figure, offered: Figure) -> bool:
    if figure.direction == "at_least":
        return offered.value >= figure.value
    return offered.value <= figure.value
