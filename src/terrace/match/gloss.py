"""Gloss: a query said in the words of a corpus of another language, without a dictionary.

A multilingual model places words of like meaning close together, so each word
of a query is replaced by the corpus's own nearest words. That is no
translation, but it is what a search by words and a monolingual model need.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terrace.match.embedders.batches import Vectors
from terrace.match.spaces import Space
from terrace.match.text import detect_language, words
from terrace.match.vectors import VectorCache
from terrace.progress import Progress, silent

_MOST_TERMS = 20_000
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

    def gloss(self, word_vectors: Vectors, whole: npt.NDArray[np.float32]) -> list[str]:
        """The nearest terms of each word [w, d], in the light of the whole query [d].

        A word that is near nothing is left out.
        """
        near = word_vectors @ self.vectors.T
        in_context = near + _CONTEXT * (self.vectors @ whole)
        best = np.argsort(-in_context, axis=1, kind="stable")[:, :_PER_WORD]
        known = near.max(axis=1, initial=0) >= _MIN_COSINE
        return [self.terms[term] for row in best[known] for term in row]


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
    distinct = sorted({word for each in listed for word in each})
    vectors = dict(zip(distinct, space.encode_queries(distinct, cache), strict=True))
    wholes = space.encode_queries(list(texts), cache)
    return [
        _gloss_words(each, vectors, whole, glossary)
        for each, whole in zip(listed, wholes, strict=True)
    ]


def _gloss_words(
    listed: Sequence[str],
    vectors: dict[str, npt.NDArray[np.float32]],
    whole: npt.NDArray[np.float32],
    glossary: Glossary,
) -> str:
    said: list[str] = []
    for word in listed:
        if detect_language(word) in ("", glossary.language):
            said.append(word)
        elif glossary.terms:
            said += glossary.gloss(vectors[word][np.newaxis], whole)
    return " ".join(said)


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
