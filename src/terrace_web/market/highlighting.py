"""Marking the words of a query in a text, escaped for a page."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from terrace.match.evidence import terms_of_word
from terrace.match.text import terms

_WORD = re.compile(r"[A-Za-z0-9]+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_SNIPPET, _LONGEST_WORD = 260, 30


def highlight(text: str, query: str) -> SafeString:
    """The text as HTML, the words that fit the query in <mark>; all else is escaped."""
    parts, last = [], 0
    for start, end in _spans(text, query):
        parts += [escape(text[last:start]), f"<mark>{escape(text[start:end])}</mark>"]
        last = end
    return mark_safe("".join([*parts, escape(text[last:])]))


def has_words(text: str, query: str) -> bool:
    """Whether any word of the text fits the query."""
    wanted = _wanted_terms(query)
    spans = chain(_latin_spans(text, wanted), _chinese_spans(text, wanted)) if wanted else ()
    return any(True for _span in spans)


def cut_snippet(text: str, query: str, length: int = _SNIPPET) -> str:
    """The part of a text around the first word that fits, else its beginning."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    first = _find_first(text, _wanted_terms(query))
    start = max(0, first - length // 3)
    # Chinese has no blanks to begin behind.
    start = text.rfind(" ", max(0, start - _LONGEST_WORD), start) + 1 or start
    cut = text[start : start + length]
    return f"{'… ' if start else ''}{cut.strip()} …"


def _find_first(text: str, wanted: frozenset[str]) -> int:
    """Where the first word that fits begins, 0 where none does."""
    latin = (start for start, _end in _latin_spans(text, wanted))
    chinese = (text.find(word) for word in wanted if _CJK.match(word))
    return min((at for at in chain(islice(latin, 1), chinese) if at >= 0), default=0)


def _spans(text: str, query: str) -> list[tuple[int, int]]:
    wanted = _wanted_terms(query)
    if not wanted:
        return []
    return _join(sorted({*_latin_spans(text, wanted), *_chinese_spans(text, wanted)}))


@lru_cache(maxsize=256)
def _wanted_terms(query: str) -> frozenset[str]:
    return frozenset(terms(query))


def _latin_spans(text: str, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    if all(map(_CJK.match, wanted)):
        return
    for found in _WORD.finditer(text):
        if not wanted.isdisjoint(terms_of_word(found.group())):
            yield found.span()


def _chinese_spans(text: str, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    for word in wanted:
        if _CJK.match(word):
            for found in re.finditer(re.escape(word), text):
                yield found.span()


def _join(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap become one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
