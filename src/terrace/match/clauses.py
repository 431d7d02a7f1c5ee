"""A text cut into sentences and list entries, each with its verbatim place.

Published needs run sentences and list entries together ("outcomes:Improved
grids", "operationsFaster transition"), so besides punctuation a capital
straight after a lower-case word counts as a border.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

_BORDER = re.compile(
    r"""(?<=[.!?;])\s+(?=[A-Z0-9("'\u201c\[])      # the usual end of a sentence
      | (?<=[。！？；])                             # its Chinese form
      | (?<=[求下容标]：)                           # 要求：如下：内容：指标：
      | \s*[\n\r\u2022\u25aa\uf0b7]+\s*             # lines and bullets
      | (?<=[a-z0-9)][.!?:;])(?=[A-Z][a-z])         # run together after a mark
      | (?<=\))(?=[A-Z][a-z]{3,}\s[a-z])            # ... or after a bracket
      | \s+(?=\(?(?:\d{1,2}|[a-h]|i{1,3}|iv|v)\)\s+[A-Za-z])  # (1) (a) iv)
    """,
    re.X,
)
_RUN_TOGETHER = re.compile(r"(?<![A-Za-z])[a-z][a-z-]{3,}(?=[A-Z][a-z]+[ ,-])")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|cf|al|figs?|eqs?|refs?|no|dr|inc|approx|u\.s)\.$", re.I
)
_CJK = re.compile(r"[\u3400-\u9fff]")
PADDING = " \t\r\n\u3000\u2022\u25aa\uf0b7"
_COLONS = (":", "：")
_MIN_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a text: ``text`` stands at ``[start:end]`` of its source, unchanged."""

    text: str
    start: int
    end: int


def is_heading(clause: str) -> bool:
    """Whether a clause announces what follows it."""
    return clause.endswith(_COLONS)


def cut_clauses(text: str) -> list[Clause]:
    """The sentences and list entries of a text, in order; short ones join the one before."""
    kept: list[Clause] = []
    for start, end in _find_stretches(text):
        clause = trim_clause(text, start, end)
        if not clause.text:
            continue
        if kept and _belong_together(kept[-1].text, clause.text):
            clause = trim_clause(text, kept.pop().start, clause.end)
        kept.append(clause)
    return kept


def trim_clause(text: str, start: int, end: int, padding: str = PADDING) -> Clause:
    """The clause at ``[start:end]`` without the space and bullets around it."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip(padding))
    stretch = stretch.strip(padding)
    return Clause(stretch, start, start + len(stretch))


def measure_length(text: str) -> int:
    """Characters, a Chinese one counted as three: it says about as much."""
    return len(text) + 2 * len(_CJK.findall(text))


def _find_stretches(text: str) -> list[tuple[int, int]]:
    cuts = {match.end() for match in _BORDER.finditer(text)}
    cuts |= {match.end() for match in _RUN_TOGETHER.finditer(text)}
    places = sorted({0, len(text), *cuts})
    return list(pairwise(places))


def _belong_together(before: str, clause: str) -> bool:
    if is_heading(before) or is_heading(clause):
        return False
    is_short = min(measure_length(before), measure_length(clause)) < _MIN_LENGTH
    return is_short or bool(_ABBREVIATION.search(before))
