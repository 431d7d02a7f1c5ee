"""Regions by their codes (ISO 3166): what they are called, and the code of a name."""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from babel import Locale

from terrace.criteria.declarations import Section, read_declaration

_CODE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_COUNTRY = re.compile(r"(?!X[AB]|ZZ|Q)[A-Z]{2}|QA")
_LOCALES = {"en": "en", "zh": "zh_Hans"}
_CLASSES = re.compile("(?:(?:维吾尔|壮族|回族)?自治区|特别行政区|省|市|州)$")


def region_name(code: str, language: str) -> str:
    """What a region is called: 'Shaanxi (China)' and '中国陕西' for CN-SN.

    A part without a name here keeps its code: 'DE-BY (Germany)'; what
    is no code stays as it is. ``language`` is Chinese if it begins with 'zh'.
    """
    tongue = "zh" if language.startswith("zh") else "en"
    country, _, part = code.partition("-")
    name = _countries(tongue).get(country)
    if not part or name is None:
        return name or code
    return _join(_parts(tongue).get(code), name, code, tongue)


def read_region(text: str) -> str | None:
    """The code that a code or a name in either language stands for; None for any other text."""
    tidy = " ".join(text.split())
    alias = read_alias(tidy)
    if alias:
        return alias
    if _CODE.fullmatch(tidy.upper()) and tidy[:2].upper() in _countries("en"):
        return tidy.upper()
    return _codes().get(tidy.casefold()) or _codes().get(_bare(tidy))


def read_alias(text: str) -> str | None:
    """The code of an everyday name: US for 'USA'; None for any other text."""
    return _aliases().get(text.casefold())


@cache
def region_names(language: str) -> Mapping[str, str]:
    """All regions that have a name: countries and unions first, then parts, by name."""
    tongue = "zh" if language.startswith("zh") else "en"
    codes = sorted(_countries(tongue), key=_countries(tongue).__getitem__)
    return {code: region_name(code, tongue) for code in (*codes, *_parts(tongue))}


def _join(part: str | None, country: str, code: str, tongue: str) -> str:
    if tongue == "zh":
        return f"{country}{part or f'（{code}）'}"
    return f"{part or code} ({country})"


@cache
def _countries(tongue: str) -> Mapping[str, str]:
    """CLDR's territories without continents (digits) and places for tests and private use."""
    named = Locale.parse(_LOCALES[tongue]).territories
    # CLDR adds a territory to one language before the other.
    known = set.intersection(*(set(Locale.parse(each).territories) for each in _LOCALES.values()))
    return {str(code): str(named[code]) for code in known if _COUNTRY.fullmatch(str(code))}


@cache
def _parts(tongue: str) -> Mapping[str, str]:
    parts = _declared().section("parts")
    return {code: parts.section(code).text(tongue) for code in parts.keys}


@cache
def _aliases() -> Mapping[str, str]:
    aliases = _declared().section("aliases")
    return {name: aliases.text(name) for name in aliases.keys}


@cache
def _declared() -> Section:
    with resources.as_file(resources.files("terrace") / "data" / "regions.yaml") as path:
        declared = read_declaration(path)
        declared.check_keys(["aliases", "parts"])
        return declared


@cache
def _codes() -> Mapping[str, str]:
    """By name, then by what may stand for it. The country wins: Georgia is not the state."""
    found: dict[str, str] = {}
    full = [each for tongue in _LOCALES for each in region_names(tongue).items()]
    short = [each for tongue in _LOCALES for each in _parts(tongue).items()]
    for code, name in (*full, *short):
        found.setdefault(name.casefold(), code)
    for code, name in (*full, *short):
        found.setdefault(_bare(name), code)
    return found


def _bare(name: str) -> str:
    """For comparison: without case, and in Chinese without the class of the region."""
    return _CLASSES.sub("", name.casefold())
