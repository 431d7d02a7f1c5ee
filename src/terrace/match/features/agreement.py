"""How the words of a query stand together in a document, beyond how often they occur."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Idf = Callable[[Sequence[str]], Floats]

_LEAD_TERMS = 40
_HALF_WINDOW_TERMS = 15
_NEAR_TERMS = 3
_NEAR_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class _Terms:
    """The distinct terms of a query, by number: their idf [m]; its phrases as ``a * m + b`` [p]."""

    numbers: Integers
    idf: Floats
    phrases: Integers


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where documents have a term of the query: document, place in it, column of the term [h]."""

    document: Integers
    place: Integers
    column: Integers


def number_terms(terms: Sequence[str]) -> Integers:
    """A number for each term [t]: equal for equal terms, and good within this process only."""
    return np.fromiter(map(hash, terms), dtype=np.int64, count=len(terms))


def measure_agreement(
    query: Sequence[str], documents: Sequence[Integers], idf: Idf
) -> dict[str, Floats]:
    """Features of each document [n] by name, all between 0 and 1.

    Documents are the numbers of their terms (``number_terms``), in order.
    ``coverage``: share of the query's idf found; ``lead_coverage``: the same in
    the first 40 terms; ``rarest_missing``: the highest idf not found, over the
    highest; ``passage``: the best coverage within 30 neighbouring terms;
    ``phrases``: share of the query's neighbouring pairs found near each other.
    """
    known, count = _read_query(query, idf), len(documents)
    hits = _find_hits(known, documents)
    lead = hits.place < _LEAD_TERMS
    measured = {
        "coverage": _cover(known, hits.document, hits.column, count),
        "lead_coverage": _cover(known, hits.document[lead], hits.column[lead], count),
        "rarest_missing": _rarest_missing(known, hits, count),
        "passage": _best_passage(known, hits, count),
        "phrases": _phrase_share(known, hits, count),
    }
    return {name: values.astype(np.float32) for name, values in measured.items()}


def _read_query(query: Sequence[str], idf: Idf) -> _Terms:
    distinct = list(dict.fromkeys(query))
    column_of = {term: column for column, term in enumerate(distinct)}
    phrases = {
        column_of[a] * len(distinct) + column_of[b] for a, b in itertools.pairwise(query) if a != b
    }
    return _Terms(number_terms(distinct), idf(distinct), np.array(sorted(phrases), dtype=np.int64))


def _find_hits(known: _Terms, documents: Sequence[Integers]) -> _Hits:
    if not len(known.numbers) or not len(documents):
        return _Hits(*(np.zeros(0, np.int64) for _ in range(3)))
    lengths = np.array([len(document) for document in documents])
    terms = np.concatenate(documents)
    order = np.argsort(known.numbers)
    nearest = np.searchsorted(known.numbers, terms, sorter=order).clip(max=len(order) - 1)
    column = order[nearest]
    at = np.flatnonzero(known.numbers[column] == terms)
    document = np.repeat(np.arange(len(documents)), lengths)[at]
    starts = np.cumsum(lengths) - lengths
    return _Hits(document, at - starts[document], column[at])


def _cover(known: _Terms, group: Integers, column: Integers, count: int) -> Floats:
    """The share of the query's idf that each of ``count`` groups of hits has, each term once."""
    width = max(len(known.idf), 1)
    distinct = np.unique(group * width + column)
    found = np.bincount(distinct // width, known.idf[distinct % width], minlength=count)
    return np.asarray(found / (known.idf.sum() or 1.0), dtype=np.float32)


def _rarest_missing(known: _Terms, hits: _Hits, count: int) -> Floats:
    missing = np.tile(known.idf, (count, 1))
    missing[hits.document, hits.column] = 0
    return np.asarray(missing.max(axis=1, initial=0) / known.idf.max(initial=1e-9))


def _best_passage(known: _Terms, hits: _Hits, count: int) -> Floats:
    """The best share in windows of 30 terms that overlap by half."""
    half = hits.place // _HALF_WINDOW_TERMS
    span = half.max(initial=0) + 2
    # Each hit lies in the window that starts in its own half and in the one before.
    start = hits.document * span + half
    windows, number = np.unique(np.concatenate([start, start + 1]), return_inverse=True)
    shares = _cover(known, number, np.tile(hits.column, 2), len(windows))
    best = np.zeros(count, np.float32)
    np.maximum.at(best, windows // span, shares)
    return best


def _phrase_share(known: _Terms, hits: _Hits, count: int) -> Floats:
    """Pairs side by side in the query's order count in full, near each other less."""
    width, strength = len(known.idf), np.zeros((count, len(known.phrases)), np.float32)
    if not strength.size:
        return np.zeros(count, np.float32)
    for step in (1, 2):
        _note_phrases(strength, known, hits, step)
    weights = known.idf[known.phrases // width] + known.idf[known.phrases % width]
    return np.asarray(strength @ weights / (weights.sum() or 1.0), dtype=np.float32)


def _note_phrases(strength: Floats, known: _Terms, hits: _Hits, step: int) -> None:
    """Raise ``strength`` [n, p] where a hit and the one ``step`` later make a phrase."""
    distance = hits.place[step:] - hits.place[:-step]
    near = (hits.document[step:] == hits.document[:-step]) & (distance <= _NEAR_TERMS)
    document, earlier, later = hits.document[step:], hits.column[:-step], hits.column[step:]
    in_order = np.where(distance == 1, 1.0, _NEAR_WEIGHT)
    reversed_order = np.full(len(distance), _NEAR_WEIGHT)
    for one, other, weight in ((earlier, later, in_order), (later, earlier, reversed_order)):
        phrase = one * len(known.idf) + other
        at = np.searchsorted(known.phrases, phrase).clip(max=len(known.phrases) - 1)
        meant = near & (known.phrases[at] == phrase)
        np.maximum.at(strength, (document[meant], at[meant]), weight[meant])
