"""Gloss: a query said in the words of a corpus of another language, without a dictionary.

A multilingual model places words of like meaning close together, so each word
of a query is replaced by the corpus's own nearest words. That is no
translation, but it is what a search by words and a monolingual model need.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terrace.match.embedders.batches import Vectors
from terrace.match.spaces import Space
from terrace.match.text import detect_language, words
from terrace.match.vectors import VectorCache
from terrace.progress import Progress, silent

Floats = npt.NDArray[np.float32]

_MOST_TERMS = 12_000
_MIN_WORD_TEXTS, _MIN_PAIR_TEXTS = 2, 3
_PER_WORD = 2
_CONTEXT = 0.3
_MIN_COSINE = 0.5


@dataclass(frozen=True)
class Glossary:
    """Words and word pairs of a corpus in one language, with their vectors [t, d]."""

    language: str
    terms: tuple[str, ...]
    vectors: Vectors

    def has(self, word: str) -> bool:
        """Whether a word is in the corpus's script already, or in none."""
        return not self.terms or detect_language(word) in ("", self.language)

    def gloss(self, listed: Sequence[str], near: Mapping[str, Floats], whole: Floats) -> list[str]:
        """The nearest terms of each foreign word, in the light of the whole text.

        ``near`` has each foreign word's likeness to the terms [t], ``whole`` the
        text's [t]. Other words stay; a word that is near nothing is left out.
        """
        return [
            term
            for word in listed
            for term in (self._nearest(near[word], whole) if word in near else [word])
        ]

    def _nearest(self, near: Floats, whole: Floats) -> list[str]:
        if near.max(initial=0) < _MIN_COSINE:
            return []
        in_context = near + _CONTEXT * whole
        best = np.argpartition(-in_context, min(_PER_WORD, len(near) - 1))[:_PER_WORD]
        return [self.terms[term] for term in best[np.argsort(-in_context[best], kind="stable")]]


def build_glossary(
    language: str,
    texts: Iterable[str],
    space: Space,
    cache: VectorCache,
    progress: Progress = silent,
) -> Glossary:
    """From a corpus's texts in one language; ``space`` is the multilingual one."""
    terms = _frequent_terms(texts)
    return Glossary(language, terms, space.encode_queries(terms, cache, progress))


def gloss_texts(
    texts: Sequence[str], glossary: Glossary, space: Space, cache: VectorCache
) -> list[str]:
    """Each text in the corpus's words; words already in its script stay."""
    listed = [words(text) for text in texts]
    foreign = sorted({word for each in listed for word in each if not glossary.has(word)})
    likeness = space.encode_queries(foreign, cache) @ glossary.vectors.T
    near = dict(zip(foreign, likeness, strict=True))
    context = space.encode_queries(list(texts), cache) @ glossary.vectors.T
    return [
        " ".join(glossary.gloss(each, near, whole))
        for each, whole in zip(listed, context, strict=True)
    ]


def _frequent_terms(texts: Iterable[str]) -> tuple[str, ...]:
    """Words of two texts or more and pairs of three or more, the most frequent."""
    single: Counter[str] = Counter()
    paired: Counter[str] = Counter()
    for text in texts:
        listed = [word for word in words(text) if len(word) > 1 and not word.isdigit()]
        single.update(set(listed))
        paired.update({f"{a} {b}" for a, b in itertools.pairwise(listed)})
    counted = [(n, word) for word, n in single.items() if n >= _MIN_WORD_TEXTS]
    counted += [(n, pair) for pair, n in paired.items() if n >= _MIN_PAIR_TEXTS]
    return tuple(term for _, term in sorted(counted, key=lambda c: (-c[0], c[1]))[:_MOST_TERMS])
