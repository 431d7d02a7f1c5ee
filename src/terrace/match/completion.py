"""Completion: a query whose last word is still being typed, as weighted terms.

A finished word counts as in any other search. The last one stands for whatever public
records go on with: "corro" for corrosion and corrosive, one Chinese character for the words
that begin with it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from terrace.match.index import View
from terrace.match.text import terms

Weights = Mapping[str, float]

_MOST_TERMS = 32
_LAST_LATIN = re.compile(r"[a-z0-9]+$")
_LAST_CHINESE = re.compile(r"[\u3400-\u9fff]+$")
_LONGEST_CHINESE = 6
_SHORTEST_LATIN, _SHORTEST_STEM, _LONGEST_ENDING = 2, 4, 5


def complete_terms(view: View, text: str) -> dict[str, float]:
    """The terms of a query with their weights; a last word that ends the text may go on."""
    weights: Counter[str] = Counter()
    for group in complete_groups(view, text):
        weights.update(group)
    return dict(weights)


def complete_groups(view: View, text: str) -> list[Weights]:
    """Each word of a query as the terms it may stand for with their weights, in order.

    A blank or a punctuation mark behind the last word says that it is finished.
    """
    typed = unicodedata.normalize("NFKC", text).lower()
    if last := _LAST_LATIN.search(typed):
        before, group = typed[: last.start()], _complete_latin(view, last.group())
    elif last := _LAST_CHINESE.search(typed):
        ending, group = _complete_chinese(view, last.group())
        before = typed.removesuffix(ending)
    else:
        before, group = typed, {}
    finished: list[Weights] = [
        {term: float(times)} for term, times in Counter(terms(before)).items()
    ]
    return [*finished, group] if group else finished


def _complete_latin(view: View, word: str) -> dict[str, float]:
    if len(word) < _SHORTEST_LATIN:
        return {}
    # The word as it stands is the likeliest meaning, and may be finished.
    said = dict.fromkeys(terms(word), 1.0)
    may_be = view.weigh_prefix(word, most=_MOST_TERMS)
    if not may_be and not view.count_documents(list(said)).any():
        may_be = _find_stem(view, word)
    return may_be | said


def _find_stem(view: View, word: str) -> dict[str, float]:
    """Terms are stems: an unfinished word may already be longer than its own ("corrosio")."""
    shortest = max(_SHORTEST_STEM, len(word) - _LONGEST_ENDING)
    stems = [word[:length] for length in range(len(word) - 1, shortest - 1, -1)]
    known = view.count_documents(stems)
    return next(({s: 1.0} for s, count in zip(stems, known, strict=True) if count), {})


def _complete_chinese(view: View, run: str) -> tuple[str, dict[str, float]]:
    """The longest ending that begins a word; cutting would tear an unfinished one apart."""
    for ending in _endings(run):
        if may_be := view.weigh_prefix(ending, most=_MOST_TERMS):
            return ending, may_be | {t: 1.0 for t in terms(ending) if t == ending}
    return "", {}


def _endings(run: str) -> Iterator[str]:
    for length in range(min(len(run), _LONGEST_CHINESE), 0, -1):
        yield run[-length:]
