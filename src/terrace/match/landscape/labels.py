"""Labels: what the records of a cluster speak of more than the others do, in two languages.

A term's weight is its share of the divergence between a cluster and the whole:
p(term | cluster) log(p(term | cluster) / p(term)), p being the share of records that
have the term. Of words that are not twice as frequent here as elsewhere nothing is learned; those
that one record alone uses are left out, for they could tell whose it is.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from terrace.match.text import terms, words

_LATIN = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]|[^a-z\s]")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_READ_CHARS = 800
_FEWEST_RECORDS = 3
_SHORTEST_WORD = 3
_MOST_LABELS = 4
_PHRASE_BONUS = 1.3
_TELLING = 2.0

Labels = dict[int, list[str]]


def label_clusters(texts: Sequence[str], clusters: Sequence[int]) -> tuple[Labels, Labels]:
    """The most telling terms of each cluster, English and Chinese, best first.

    A term stands in three of the texts or more, and in two of the cluster. A cluster
    without texts in a language has no label in it.
    """
    cut = [text[:_READ_CHARS].lower() for text in texts]
    return (
        _choose([set(_read_english(text)) for text in cut], clusters),
        _choose([set(_read_chinese(text)) for text in cut], clusters),
    )


def _choose(spoken: Sequence[set[tuple[str, str]]], clusters: Sequence[int]) -> Labels:
    """From each text's (term, as written) pairs."""
    written = _usual_forms(spoken)
    said = [{term for term, _ in pairs} for pairs in spoken]
    everywhere = Counter(itertools.chain.from_iterable(said))
    total = max(sum(map(bool, said)), 1)
    of_cluster: defaultdict[int, list[set[str]]] = defaultdict(list)
    for cluster, found in zip(clusters, said, strict=True):
        of_cluster[int(cluster)].append(found)
    return {
        cluster: [written[t] for t in _most_telling(found, everywhere, total)]
        for cluster, found in of_cluster.items()
    }


def _most_telling(said: Sequence[set[str]], everywhere: Mapping[str, int], total: int) -> list[str]:
    speaking = max(sum(map(bool, said)), 1)
    counts = Counter(itertools.chain.from_iterable(said))
    weights = {
        term: _weigh(term, count / speaking, everywhere[term] / total)
        for term, count in counts.items()
        if count > 1 and everywhere[term] >= _FEWEST_RECORDS
        if count / speaking >= _TELLING * everywhere[term] / total
    }
    ranked = sorted(weights, key=lambda term: (-weights[term], term))
    return _without_repetition(ranked)


def _weigh(term: str, here: float, overall: float) -> float:
    bonus = _PHRASE_BONUS if " " in term else 1.0
    return float(bonus * here * np.log(here / overall))


def _without_repetition(ranked: Iterable[str]) -> list[str]:
    """A word that a chosen phrase has already, or a phrase with a chosen word, says nothing new."""
    kept: list[str] = []
    for term in ranked:
        if not any(_overlap(term, other) for other in kept):
            kept.append(term)
        if len(kept) == _MOST_LABELS:
            break
    return kept


def _overlap(term: str, other: str) -> bool:
    if term.isascii():
        return not set(term.split()).isdisjoint(other.split())
    return term in other or other in term


def _usual_forms(spoken: Iterable[set[tuple[str, str]]]) -> dict[str, str]:
    """How each term is written most often."""
    counts = Counter(itertools.chain.from_iterable(spoken))
    forms: dict[str, str] = {}
    for (term, form), _ in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        forms.setdefault(term, form)
    return forms


def _read_english(text: str) -> Iterator[tuple[str, str]]:
    """Words, and pairs of neighbours with nothing between them, each by its stem."""
    tokens = [(token, _stem(token)) for token in _LATIN.findall(text)]
    yield from ((stem, token) for token, stem in tokens if stem)
    for (first, stem), (second, other) in itertools.pairwise(tokens):
        if stem and other and stem != other:
            yield f"{stem} {other}", f"{first} {second}"


def _read_chinese(text: str) -> Iterator[tuple[str, str]]:
    for run in _CHINESE.findall(text):
        yield from ((word, word) for word in words(run) if len(word) > 1)


@lru_cache(maxsize=200_000)
def _stem(token: str) -> str:
    return "-".join(terms(token)) if len(token) >= _SHORTEST_WORD else ""
