"""How the words of a query stand together in a document, beyond how often they occur."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Idf = Callable[[Sequence[str]], Floats]

_LEAD_TERMS = 40
_WINDOW_TERMS = 30
_NEAR_TERMS = 3
_NEAR_WEIGHT = 0.7
NAMES = ("coverage", "lead_coverage", "rarest_missing", "passage", "phrases")


@dataclass(frozen=True, slots=True)
class _Terms:
    """The distinct terms of a query: their column, their idf [m] and their phrases."""

    column_of: Mapping[str, int]
    idf: Floats
    phrases: tuple[tuple[int, int], ...]

    @property
    def total(self) -> float:
        return float(self.idf.sum()) or 1.0


def measure_agreement(
    query: Sequence[str], documents: Sequence[Sequence[str]], idf: Idf
) -> dict[str, Floats]:
    """Features of each document [n] by name, all between 0 and 1.

    ``coverage``: share of the query's idf found; ``lead_coverage``: the same in
    the first 40 terms; ``rarest_missing``: the highest idf not found, over the
    highest; ``passage``: the best coverage within 30 neighbouring terms;
    ``phrases``: share of the query's neighbouring pairs found near each other.
    """
    known = _read_query(query, idf)
    rows = [_measure(known, _find_hits(known, document)) for document in documents]
    table = np.array(rows, dtype=np.float32).reshape(len(documents), len(NAMES))
    return {name: table[:, column] for column, name in enumerate(NAMES)}


def _read_query(query: Sequence[str], idf: Idf) -> _Terms:
    distinct = list(dict.fromkeys(query))
    column_of = {term: column for column, term in enumerate(distinct)}
    pairs = itertools.pairwise(query)
    phrases = {(column_of[a], column_of[b]) for a, b in pairs if a != b}
    return _Terms(column_of, idf(distinct), tuple(sorted(phrases)))


def _find_hits(known: _Terms, document: Sequence[str]) -> list[tuple[int, int]]:
    """Place and column of each query term in the document."""
    columns = map(known.column_of.get, document)
    return [(place, column) for place, column in enumerate(columns) if column is not None]


def _measure(known: _Terms, hits: Sequence[tuple[int, int]]) -> tuple[float, ...]:
    found = {column for _, column in hits}
    lead = {column for place, column in hits if place < _LEAD_TERMS}
    missing = [idf for column, idf in enumerate(known.idf) if column not in found]
    highest = max(known.idf, default=1.0)
    return (
        _share(known, found),
        _share(known, lead),
        max(missing, default=0.0) / highest,
        _best_passage(known, hits),
        _phrase_share(known, hits),
    )


def _share(known: _Terms, columns: set[int]) -> float:
    return float(sum(known.idf[column] for column in columns)) / known.total


def _best_passage(known: _Terms, hits: Sequence[tuple[int, int]]) -> float:
    """The best share in windows of 30 terms that overlap by half."""
    windows: dict[int, set[int]] = {}
    for place, column in hits:
        half = 2 * place // _WINDOW_TERMS
        windows.setdefault(half, set()).add(column)
        windows.setdefault(half - 1, set()).add(column)
    return max((_share(known, columns) for columns in windows.values()), default=0.0)


def _phrase_share(known: _Terms, hits: Sequence[tuple[int, int]]) -> float:
    """Pairs side by side in the query's order count in full, near each other less."""
    if not known.phrases:
        return 0.0
    strength = _phrase_strengths(hits)
    weights = {pair: float(known.idf[pair[0]] + known.idf[pair[1]]) for pair in known.phrases}
    met = sum(weight * strength.get(pair, 0.0) for pair, weight in weights.items())
    return met / (sum(weights.values()) or 1.0)


def _phrase_strengths(hits: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
    strength: dict[tuple[int, int], float] = {}
    for step in (1, 2):
        for (place, column), (later, other) in zip(hits, hits[step:], strict=False):
            if column == other or later - place > _NEAR_TERMS:
                continue
            forward = 1.0 if later - place == 1 else _NEAR_WEIGHT
            for pair, value in (((column, other), forward), ((other, column), _NEAR_WEIGHT)):
                strength[pair] = max(strength.get(pair, 0.0), value)
    return strength
