"""What the core refuses, in Chinese.

The core speaks English and puts values into its sentences. Each sentence stands once in
``data/refusals_zh.yaml`` or ``data/readings_zh.yaml``; what was put into it is found again
and kept.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

_FILES = ("refusals_zh.yaml", "readings_zh.yaml")
_PLACE = re.compile(r"\{(\w+)\}")
# Places that may hold another sentence.
_NESTED = ("hint", "remedy")
# Places that end where a number does, whatever stands behind them.
_NUMBERS = ("line", "sign")


def in_chinese(sentence: str) -> str:
    """The sentence in Chinese; as it is where it is not known."""
    for pattern, chinese in _load_patterns():
        match = pattern.fullmatch(sentence)
        if match:
            return _fill(chinese, match.groupdict())
    return sentence


def _fill(chinese: str, values: Mapping[str, str]) -> str:
    nested = {name: in_chinese(text) for name, text in values.items() if name in _NESTED}
    return _PLACE.sub(lambda place: {**values, **nested}[place[1]], chinese)


@cache
def _load_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the English sentences, those that say most first."""
    sentences: dict[str, str] = {}
    for name in _FILES:
        file = resources.files("terrace") / "data" / name
        sentences |= yaml.safe_load(file.read_text("utf-8"))
    longest_first = sorted(sentences, key=lambda one: len(_PLACE.sub("", one)), reverse=True)
    return tuple((_compile(english), sentences[english]) for english in longest_first)


def _compile(english: str) -> re.Pattern[str]:
    parts = _PLACE.split(english)
    named = (_match_place(p) if n % 2 else re.escape(p) for n, p in enumerate(parts))
    return re.compile("".join(named), re.DOTALL)


def _match_place(name: str) -> str:
    return rf"(?P<{name}>\d+)" if name in _NUMBERS else f"(?P<{name}>.*?)"
