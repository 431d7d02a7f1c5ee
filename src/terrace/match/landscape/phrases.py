"""Phrases: what could name a region, read from a record's title, keywords and text.

A name is a noun phrase. English ones end in their noun, so a phrase counts as one where titles
and keywords end with it ("open hardware" is none where all go on with "systems"); Chinese words
are tagged.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from terrace.match.text import terms

READ_CHARS = 800
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]|[^A-Za-z\s]")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_SHORTEST_WORD = 3
_LONGEST_ACRONYM = 5
_MOST_WORDS = 3
_LONGEST_COMPOUND = 6
_DESCRIBING, _NAMING = ("a", "b"), ("j", "l")

Token = tuple[str, str]
"""A word as it is compared, and as it is written."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """One record's phrases: in its ``text``, in its ``head``, and those its head ends in.

    Words of a phrase stand apart by spaces, whatever the language. ``text`` says how each
    is written.
    """

    text: Mapping[str, str]
    head: frozenset[str]
    ends: frozenset[str]


def read_english(head: str, text: str) -> Phrases:
    """By stems; ``head`` has title and keywords, with a stop or semicolon between them."""
    runs = list(_runs(head))
    written = {
        phrase: form
        for run in (*_runs(text[:READ_CHARS]), *runs)
        for phrase, form in _parts_of(run)
    }
    ends = {phrase for run in runs for phrase, _ in _ends_of(run)}
    return Phrases(
        written, frozenset(p for run in runs for p, _ in _parts_of(run)), frozenset(ends)
    )


def read_chinese(head: str, text: str) -> Phrases:
    """Nouns, and pairs of neighbours that end in one."""
    found = dict(_nouns_of(head))
    return Phrases(
        {**dict(_nouns_of(text[:READ_CHARS])), **found}, frozenset(found), frozenset(found)
    )


def usual_forms(records: Iterable[Phrases]) -> dict[str, str]:
    """How each phrase is written most often; capitals stay in acronyms alone."""
    counts = Counter(itertools.chain.from_iterable(each.text.items() for each in records))
    forms: dict[str, str] = {}
    for (phrase, form), _ in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        forms.setdefault(phrase, " ".join(map(_settle_case, form.split())))
    return forms


def _settle_case(word: str) -> str:
    return "-".join(part if _is_acronym(part) else part.lower() for part in word.split("-"))


def _is_acronym(part: str) -> bool:
    has_inner_capital = any(letter.isupper() for letter in part[1:])
    return has_inner_capital and not (part.isupper() and len(part) > _LONGEST_ACRONYM)


def _runs(text: str) -> Iterator[list[Token]]:
    """The stretches of words with neither a stop nor a word without meaning between them."""
    tokens = [(_stem(token.lower()), token) for token in _LATIN.findall(text)]
    for has_meaning, run in itertools.groupby(tokens, key=lambda token: bool(token[0])):
        if has_meaning:
            yield list(run)


def _parts_of(run: Sequence[Token]) -> Iterator[Token]:
    for end in range(1, len(run) + 1):
        yield from _ends_of(run[:end])


def _ends_of(run: Sequence[Token]) -> Iterator[Token]:
    """The last word, the last two, the last three."""
    for length in range(1, min(_MOST_WORDS, len(run)) + 1):
        stems, forms = zip(*run[-length:], strict=True)
        if len(set(stems)) == length:
            yield " ".join(stems), " ".join(forms)


@lru_cache(maxsize=200_000)
def _stem(token: str) -> str:
    return "-".join(terms(token)) if len(token) >= _SHORTEST_WORD else ""


def _nouns_of(text: str) -> Iterator[Token]:
    for run in _CHINESE.findall(text):
        tagged = _tag(run)
        yield from ((word, word) for word, tag in tagged if len(word) > 1 and _is_noun(tag))
        for (first, kind), (second, tag) in itertools.pairwise(tagged):
            is_compound = _is_named(tag) and (_is_named(kind) or kind in _DESCRIBING)
            if is_compound and len(first + second) <= _LONGEST_COMPOUND:
                yield f"{first} {second}", f"{first}{second}"


def _tag(text: str) -> list[tuple[str, str]]:
    # Its dictionary takes a while to load, which texts in English need not wait for.
    import rjieba

    return list(rjieba.tag(text))


def _is_noun(tag: str) -> bool:
    return tag.startswith("n") or tag in _NAMING


def _is_named(tag: str) -> bool:
    """A noun, or a deed as a part of one ("laser cutting")."""
    return _is_noun(tag) or tag == "vn"
