"""Figures with units in a text, and whether an offered one reaches a required one.

Only what can be read without doubt counts: a number with a known unit, and a
direction ("at least", "不超过"). Everything else stays unclear.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from terrace.match.text import terms

Direction = Literal["at_least", "at_most", ""]
Outcome = Literal["reached", "short", "unclear"]

_PREFIXES = {"n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9}


def _scale(dimension: str, symbols: str, prefixes: str) -> dict[str, tuple[str, float]]:
    plain = dict.fromkeys(symbols.split(), (dimension, 1.0))
    scaled = {
        prefix + symbol: (dimension, _PREFIXES[prefix])
        for symbol in symbols.split()
        for prefix in prefixes
    }
    return plain | scaled


def _name(dimension: str, **factors: float) -> dict[str, tuple[str, float]]:
    return {name.replace("_", " "): (dimension, factor) for name, factor in factors.items()}


_UNITS: Mapping[str, tuple[str, float]] = {
    **_scale("power", "W", "mkMGuµμn"),
    **_name("power", watt=1, watts=1, kilowatt=1e3, kilowatts=1e3, megawatts=1e6, 瓦=1, 千瓦=1e3),
    **_scale("voltage", "V", "mkM"),
    **_name("voltage", volt=1, volts=1, 伏=1, 千伏=1e3),
    **_scale("current", "A", "mkuµμ"),
    **_name("current", amps=1, amperes=1, 安=1),
    **_scale("frequency", "Hz", "kMG"),
    **_scale("energy", "J", "mkM"),
    **_scale("energy", "Wh", ""),
    **_name("charge", Wh=3600, kWh=3.6e6, MWh=3.6e9),
    **_scale("pressure", "Pa", "kMG"),
    **_name("pressure", psi=6894.76, bar=1e5, 兆帕=1e6),
    **_scale("length", "m", "nuµμmk"),
    **_name("length", cm=0.01, inch=0.0254, inches=0.0254, feet=0.3048, ft=0.3048, meter=1),
    **_name("length", meters=1, metres=1, micron=1e-6, microns=1e-6, km=1e3, miles=1609.34),
    **_name("length", 米=1, 毫米=1e-3, 厘米=0.01, 微米=1e-6, 纳米=1e-9, 公里=1e3),
    **_name("mass", g=1, kg=1e3, mg=1e-3, lb=453.592, lbs=453.592, pound=453.592),
    **_name("mass", pounds=453.592, ounces=28.3495, oz=28.3495, grams=1, kilograms=1e3),
    **_name("mass", 克=1, 千克=1e3, 公斤=1e3, 吨=1e6),
    **_name("time", ms=1e-3, s=1, sec=1, second=1, seconds=1, minute=60, minutes=60, min=60),
    **_name("time", hour=3600, hours=3600, hrs=3600, hr=3600, h=3600, day=86400, days=86400),
    **_name("time", week=604800, weeks=604800, milliseconds=1e-3, microseconds=1e-6),
    **_name("time", 秒=1, 毫秒=1e-3, 分钟=60, 小时=3600, 天=86400),
    **_name("decibel", dB=1, dBi=1, dBm=1),
    **_name("bitrate", bps=1, kbps=1e3, Mbps=1e6, Gbps=1e9),
    "%": ("share", 1.0),
    "percent": ("share", 1.0),
    "per cent": ("share", 1.0),
    "％": ("share", 1.0),
    "°C": ("temperature", 1.0),
    "℃": ("temperature", 1.0),
}
# Where a text has one figure of these, it is clear what it measures.
_TELLING = frozenset({"power", "voltage", "current", "frequency", "energy", "charge", "pressure"})

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
_UNIT_PATTERN = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?:(?P<most>{_AT_MOST})|(?P<least>{_AT_LEAST}))?(?:\s+(?:a|an|about|approximately))?\s*"
    rf"(?<![\d.,A-Za-z_-])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"\s?-?(?P<unit>{_UNIT_PATTERN})(?![A-Za-z0-9/^²³])"
    r"(?:\s+(?P<after>or (?:more|greater|higher|better|above|less|lower|below|fewer)))?",
    re.I,
)
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
        unit = _find_unit(match["unit"])
        if unit is None:
            continue
        number = float(match["number"].replace(",", ""))
        yield Figure(
            quote=match.group().strip(),
            value=number * unit[1],
            dimension=unit[0],
            direction=_read_direction(match),
            about=_read_surroundings(text, match) | _name_quantity(text, match, unit[0]),
        )


def _find_unit(written: str) -> tuple[str, float] | None:
    """The unit as written, else its lower-case form where that is a word ("Watts")."""
    found = _UNITS.get(written)
    return found or (_UNITS.get(written.lower()) if len(written) > 3 else None)


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
    return figure.dimension in _TELLING and len(rivals) == len(alike) == 1


def _reaches(figure: Figure, offered: Figure) -> bool:
    if figure.direction == "at_least":
        return offered.value >= figure.value
    return offered.value <= figure.value
