"""Signals: how a query scores each candidate by words and in each space.

Candidates are the best rows by any signal of the whole query, within a mask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terrace.match.index import View
from terrace.match.passages import Query
from terrace.match.spaces import Space

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

BM25 = "bm25"
HEAD = "_head"
DEPTH = 200


@dataclass(frozen=True)
class EncodedQuery:
    """A query with its terms and, by space name, the vectors [d] of head and whole."""

    query: Query
    head_terms: tuple[str, ...]
    whole_terms: tuple[str, ...]
    head_vectors: Mapping[str, Floats]
    whole_vectors: Mapping[str, Floats]


@dataclass(frozen=True)
class Candidates:
    """``rows`` [n] of a view, and each signal's score of them [n] by name."""

    rows: Rows
    signals: Mapping[str, Floats]


def gather_candidates(
    view: View,
    encoded: EncodedQuery,
    spaces: Sequence[Space],
    mask: Bools,
    *,
    by_words: bool,
    depth: int = DEPTH,
) -> Candidates:
    """The best ``depth`` rows by each signal, with all signals of all of them.

    ``by_words`` is False where query and documents share no words, being of
    different languages.
    """
    lexical = view.lexical(list(encoded.whole_terms)) if by_words else None
    best = [_best_by_words(lexical, mask, depth)] if lexical is not None else []
    for space in spaces:
        query = encoded.whole_vectors[space.name][np.newaxis]
        best.append(view.top_dense(space.id, query, depth, mask)[0][0])
    rows = np.unique(np.concatenate([np.zeros(0, np.int64), *best]))
    rows = rows[rows >= 0]
    signals = _score_in_spaces(view, encoded, spaces, rows)
    if lexical is not None:
        signals[BM25] = lexical[rows]
        signals[BM25 + HEAD] = view.lexical(list(encoded.head_terms))[rows]
    return Candidates(rows, signals)


def _best_by_words(scores: Floats, mask: Bools, depth: int) -> Rows:
    """Rows that share a word; zero scores say nothing and are left out."""
    allowed = np.where(mask, scores, 0)
    rows = np.flatnonzero(allowed)
    if len(rows) > depth:
        rows = rows[np.argpartition(-allowed[rows], depth - 1)[:depth]]
    return rows.astype(np.int64)


def _score_in_spaces(
    view: View, encoded: EncodedQuery, spaces: Sequence[Space], rows: Rows
) -> dict[str, Floats]:
    signals: dict[str, Floats] = {}
    for space in spaces:
        vectors = view.vectors(space.id, rows)
        signals[space.name] = vectors @ encoded.whole_vectors[space.name]
        signals[space.name + HEAD] = vectors @ encoded.head_vectors[space.name]
    return signals
