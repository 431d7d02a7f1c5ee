"""Texts to terms and sentences: English is stemmed, Chinese is segmented.

Which treatment a piece of text gets follows from its script, not from the
record's language, so that a Chinese text with English terms in it loses
neither. ``detect_language`` serves records that do not say theirs.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable
from types import ModuleType

import Stemmer

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_FIRST_CJK = "\u3400"
_LATIN = re.compile(r"[A-Za-z]")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9(\"'\u201c])|(?<=[。！？；])|\n+|\s*\u2022\s*")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|cf|al|fig|figs|eq|ref|refs|no|dr|mr|ms|inc|co|corp|u\.s|approx)\.$",
    re.I,
)
_SPACE = re.compile(r"[\s\u3000\x00-\x1f\x7f]+")
_MIN_SENTENCE = 20
_STOPWORDS = frozenset(
    """
    a about above after all also an and any are as at be been being both but by can could did do
    does each for from had has have he her his how i if in into is it its itself may more most no
    nor not of on only or other our out over own same shall she should so some such than that the
    their them then there these they this those through to under until up very was we were what
    when where which while who will with would you your
    的 了 和 是 在 与 及 对 等 为 以 其 该 中 上 下 并 或 由 从 而 将 被 把 于 之 这 那 个
    一种 一个 进行
    """.split()
)

_stem_word = Stemmer.Stemmer("english").stemWord


def clean_text(text: str) -> str:
    """The text without control characters or runs of space, otherwise verbatim."""
    return _SPACE.sub(" ", text).strip()


def detect_language(text: str) -> str:
    """'zh', 'en' or '' by the share of each script; '' where there are no letters."""
    sample = text[:2000]
    chinese, latin = len(_CJK.findall(sample)), len(_LATIN.findall(sample))
    if chinese + latin == 0:
        return ""
    # A Chinese character carries about as much as four Latin letters.
    return "zh" if 4 * chinese >= latin else "en"


@functools.cache
def _segmenter() -> ModuleType:
    # Its dictionary takes a while to load, which texts in English need not wait for.
    import rjieba

    return rjieba


def terms(text: str) -> list[str]:
    """The index terms of a text, in order, repeated as often as they occur.

    Single letters and digits say too little and go; a long Chinese word is
    found by its parts as well.
    """
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        if word[0] >= _FIRST_CJK:
            found.extend(w for w in _segmenter().cut_for_search(word) if w not in _STOPWORDS)
        elif term := _term_of(word):
            found.append(term)
    return found


@functools.lru_cache(maxsize=500_000)
def _term_of(word: str) -> str:
    return "" if len(word) < 2 or word in _STOPWORDS else _stem_word(word)


def words(text: str) -> list[str]:
    """The words of a text as they are written, in lower case, without stopwords."""
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        parts = _segmenter().cut(word) if word[0] >= _FIRST_CJK else [word]
        found.extend(part for part in parts if part not in _STOPWORDS)
    return found


def bigrams(word_terms: Iterable[str]) -> set[str]:
    """The neighbouring pairs of terms, joined by a space."""
    listed = list(word_terms)
    return {f"{a} {b}" for a, b in itertools.pairwise(listed)}


def sentences(text: str) -> list[str]:
    """The sentences of a text; fragments shorter than 20 characters join their neighbour."""
    joined: list[str] = []
    for piece in filter(None, map(clean_text, _SENTENCE_END.split(text))):
        if joined and _belong_together(joined[-1], piece):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def _belong_together(before: str, piece: str) -> bool:
    return _is_short(piece) or _is_short(before) or bool(_ABBREVIATION.search(before))


def _is_short(sentence: str) -> bool:
    # Chinese says the same in about a third of the characters.
    return len(sentence) + 2 * len(_CJK.findall(sentence)) < _MIN_SENTENCE
