"""How wide words are drawn, and where they are broken."""

import re
import unicodedata
from collections.abc import Iterator

# As wide as DejaVu Sans, the widest of the usual sans-serif faces, so that no label is cut.
_WIDE_EM, _CAPITAL_EM, _SMALL_EM = 1.0, 0.8, 0.64
_WIDE_SIGNS = frozenset("mMW%@")
_FIRST_SYMBOL = 0x2000
_WORD = re.compile(r"[⺀-鿿豈-﫿＀-￯、-〿][，。、；：！？）】》”]*|[^\s⺀-鿿豈-﫿＀-￯、-〿]+|\s+")


def width_of(text: str, size: float) -> float:
    """The width of a line of text at a font size, in the unit of the size, rather too wide."""
    return size * sum(_em_of(character) for character in text)


def wrap_words(text: str, size: float, width: float) -> tuple[str, ...]:
    """The text in lines of at most that width; a word that is wider has a line of its own.

    English is broken at spaces, Chinese between any two characters, never before a
    closing mark.
    """
    lines = [""]
    for word in _words_of(text):
        if lines[-1] and width_of(lines[-1] + word.rstrip(), size) > width:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return tuple(line.rstrip() for line in lines)


def _words_of(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        yield match[0]


def _em_of(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF" or character in _WIDE_SIGNS:
        return _WIDE_EM
    is_broad = character.isupper() or character == "w" or ord(character) >= _FIRST_SYMBOL
    return _CAPITAL_EM if is_broad else _SMALL_EM
