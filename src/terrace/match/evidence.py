"""Where an achievement speaks to a requirement: the sentence, the words, how strongly.

Two signs are held together for every requirement and sentence: the share of
the requirement's terms (weighted by rarity) that the sentence has, and the
cosine of their vectors. Where the two are in different scripts only the
vectors can tell.
"""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from terrace.match.clauses import Clause, cut_clauses
from terrace.match.text import detect_language, terms
from terrace.records import Achievement

Floats = NDArray[np.float32]
Idf = Callable[[str], float]
Encode = Callable[[Sequence[str], Literal["query", "document"]], NDArray[np.float32]]
"""Texts to unit vectors, float32 [n, dimension]."""

_ENOUGH_TERMS = 8
# A run of Chinese, or a word of other letters with what joins its parts: well-known, 4,000.5.
# Elsewhere a full stop joins nothing: many texts lack the blank behind it.
_LETTER = r"(?:(?![\u3400-\u9fff])[^\W_])+"
_WORD = re.compile(rf"[\u3400-\u9fff]+|{_LETTER}(?:(?:[-']|(?<=\d)[.,](?=\d)){_LETTER})*")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quotable sentence: it stands at ``[start:end]`` of the achievement's ``part``."""

    text: str
    part: str
    start: int
    end: int
    language: str


def quote_sentences(achievement: Achievement) -> list[Sentence]:
    """The sentences of all texts of an achievement, each language its own.

    A title is quoted only where there is nothing else: many titles repeat
    the call they answered, which proves nothing.
    """
    found = [
        _make_sentence(clause, part)
        for text in achievement.texts
        for part, source in (("summary", text.summary), ("body", text.body))
        for clause in cut_clauses(source)
    ]
    titles = [Clause(t.title, 0, len(t.title)) for t in achievement.texts if t.title.strip()]
    return found or [_make_sentence(title, "title") for title in titles]


def _make_sentence(clause: Clause, part: str) -> Sentence:
    return Sentence(clause.text, part, clause.start, clause.end, detect_language(clause.text))


def compute_overlap(wanted: Sequence[str], offered: Sequence[str], idf: Idf) -> Floats:
    """[wanted, offered]: the share (0 to 1) of a wanted text's terms, by idf, in the offered one.

    Full marks need no more than the weight of the eight rarest terms: a long
    sentence is met without saying all of it again.
    """
    theirs = [set(terms(text)) for text in offered]
    rows = [_share_terms(set(terms(text)), theirs, idf) for text in wanted]
    return np.array(rows, dtype=np.float32).reshape(len(wanted), len(offered))


def _share_terms(wanted: set[str], offered: Sequence[set[str]], idf: Idf) -> list[float]:
    weights = {term: max(idf(term), 0.0) for term in wanted}
    full = sum(sorted(weights.values(), reverse=True)[:_ENOUGH_TERMS]) or 1.0
    return [min(1.0, sum(weights[term] for term in wanted & found) / full) for found in offered]


def compute_cosines(wanted: Sequence[str], offered: Sequence[str], encode: Encode) -> Floats:
    """[wanted, offered]: the cosines of the texts' vectors."""
    if not wanted or not offered:
        return np.zeros((len(wanted), len(offered)), dtype=np.float32)
    cosines = encode(wanted, "query") @ encode(offered, "document").T
    return cosines.astype(np.float32, copy=False)


def find_shared_words(wanted: str, offered: str) -> tuple[str, ...]:
    """The words of ``offered``, as written there, whose terms ``wanted`` has too."""
    theirs = set(terms(wanted))
    shared: dict[str, str] = {}
    for term, word in pair_words(offered):
        if term in theirs and not _is_part_of_a_number(term, word):
            shared.setdefault(term, word)
    return tuple(dict.fromkeys(shared.values()))


def _is_part_of_a_number(term: str, word: str) -> bool:
    """3,000 and 4,000 have 000 in common, which says nothing."""
    return term.isdigit() and "".join(filter(str.isdigit, word)) != term


def pair_words(text: str) -> list[tuple[str, str]]:
    """Each term of a text with the word it came from, as written, in order."""
    return [pair for word in _WORD.findall(text) for pair in _pair_word(word)]


@functools.lru_cache(maxsize=100_000)
def _pair_word(word: str) -> tuple[tuple[str, str], ...]:
    return tuple((term, term if _CJK.match(term) else word) for term in terms_of_word(word))


@functools.lru_cache(maxsize=100_000)
def terms_of_word(word: str) -> tuple[str, ...]:
    """``terms`` of a single word, remembered: texts say the same words again and again."""
    return tuple(terms(word))
