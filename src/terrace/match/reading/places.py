"""Places as codes, so that 'USA', 'Huntsville, AL, US' and 'US-AL' can be compared."""

import re
from collections.abc import Iterable, Sequence

from terrace.match.reading.quotes import Passage, Reading, find_clauses
from terrace.regions import read_alias, read_region

EU_MEMBERS = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
_ANYWHERE = {"", "any", "anywhere", "global", "worldwide", "world", "不限", "全球"}
_UK_ONLY = re.compile(
    r"\bUK[- ](?:registered|based) (?:\w+[, ]+){0,4}?(?:business|organisation"
    r"|organization|SME|compan|academic"
    r"|RTO|micro|small|research|universit|charit|investor)",
    re.I,
)
HINTS = ("uk-", "uk registered", "uk based")
"""Lower-case words without one of which a text names no place."""


def place_code(place: str) -> str:
    """The code of a place ('US', 'US-AL', 'EU'); a place unknown here stays as written."""
    tidy = place.strip()
    if tidy.lower() in _ANYWHERE:
        return ""
    last = tidy.rsplit(",", 1)[-1].strip()
    # Behind a town's name only a code or an alias is safe: there are towns in two Georgias.
    ends = read_alias(last) or (last if re.fullmatch(r"[A-Z]{2}", last) else None)
    written = tidy.upper() if re.fullmatch(r"[A-Za-z]{2}(?:-\w{1,3})?", tidy) else tidy.lower()
    return read_region(tidy) or ends or written


def places_within(place: str) -> list[str]:
    """The place and all that contain it: 'US-AL' -> US-AL, US; 'DE' -> DE, EU."""
    code = place_code(place)
    if not code:
        return []
    country = code.split("-", 1)[0]
    union = ["EU"] if country in EU_MEMBERS else []
    return list(dict.fromkeys([code, country, *union]))


def is_known(code: str) -> bool:
    """Whether a code is that of a country, a part of one, or the EU."""
    return bool(re.fullmatch(r"[A-Z]{2}(?:-\w{1,3})?", code))


def country_of(place: str) -> str | None:
    """The country code of a place, None where it is not known."""
    code = place_code(place).split("-", 1)[0]
    return code if is_known(code) and code != "EU" else None


def partly_allowed(codes: Iterable[str]) -> list[str]:
    """Wider places than those allowed: who sits somewhere in 'US' may sit in 'US-AL'."""
    listed = list(codes)
    wider = {place for code in listed for place in places_within(code)}
    return sorted(wider - set(listed))


def allowed_places(places: Iterable[str]) -> list[str]:
    """The codes of the places a need allows; empty where it allows any."""
    codes = [place_code(place) for place in places]
    return codes if all(codes) else []


def read_allowed_places(passages: Sequence[Passage]) -> Reading[list[str]] | None:
    """Where applicants have to sit; so far only UK competitions are read for it."""
    for passage, _, clause in find_clauses(_UK_ONLY, passages):
        return Reading(["GB"], "based" not in clause.found.lower(), clause.quote, passage.field)
    return None
