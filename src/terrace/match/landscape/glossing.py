"""Glossing: a region's words in a language that few of its records speak."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from terrace.match.corpus import Corpus
from terrace.match.gloss import Glossary

Gloss = Callable[[Sequence[str]], list[str]]
"""Phrases to words of another language; what has no sure counterpart is left out."""

# On the sample, words less alike are neighbours ("electrolyte" and "electrode"), no translations.
_SURE = 0.77


def glosses_of(corpus: Corpus, languages: Sequence[str] = ("en", "zh")) -> Mapping[str, Gloss]:
    """By language, a gloss into the words of the corpus; none without a multilingual model."""
    glossaries = {each: corpus.glossary(each) for each in languages}
    return {each: _gloss_into(corpus, known) for each, known in glossaries.items() if known}


def _gloss_into(corpus: Corpus, glossary: Glossary) -> Gloss:
    def gloss(phrases: Sequence[str]) -> list[str]:
        if corpus.bridge is None or not glossary.terms or not phrases:
            return []
        likeness = corpus.bridge.encode_queries(list(phrases), corpus.cache) @ glossary.vectors.T
        sure = likeness[likeness.max(axis=1) >= _SURE]
        found = [glossary.terms[at] for at in np.argmax(sure, axis=1).tolist()]
        return [_write(each) for each in dict.fromkeys(found) if glossary.has(each)]

    return gloss


def _write(term: str) -> str:
    return term if term.isascii() else term.replace(" ", "")
