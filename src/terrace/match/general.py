"""Which words tell what a text is about, where a few of them stand for it on a page."""

import re
from functools import cache, lru_cache
from importlib import resources

from terrace.criteria.declarations import read_declaration
from terrace.match.text import terms, words
from terrace.match.units import UNITS

_FIGURE = re.compile(r"(\d[\d.,-]*)(.*)")


@lru_cache(maxsize=100_000)
def is_telling(word: str) -> bool:
    """Whether a word as written says more than that the text is a technical one."""
    return len(word) > 1 and not _is_figure(word) and not _is_general(word)


def _is_figure(word: str) -> bool:
    """30μg, 10MPa, 400, 98.11% and 2nd measure or count something; 3D, 5G and 3-axis name it."""
    if not (figure := _FIGURE.fullmatch(word)):
        return False
    unit = figure[2]
    return not unit or unit in UNITS or (len(unit) < 4 and unit.islower() and unit != "d")


def _is_general(word: str) -> bool:
    found, general = terms(word), _general_terms()
    if _special_words().intersection(words(word)):
        return False
    return all(term in general for term in found)


@cache
def _special_words() -> frozenset[str]:
    return frozenset(_read_words("special"))


@cache
def _general_terms() -> frozenset[str]:
    english = {term for word in _read_words("en") for term in terms(word)}
    return frozenset([*english, *_read_words("zh")])


def _read_words(key: str) -> list[str]:
    with resources.as_file(resources.files("terrace") / "data" / "general_words.yaml") as path:
        declared = read_declaration(path)
        declared.check_keys(["en", "special", "zh"])
        return declared.text(key).split()
