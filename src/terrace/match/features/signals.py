"""Signals: how a query scores each candidate by words and in each space.

Candidates are the best rows by any signal of the whole query, within a mask. Hidden
records are gathered apart and measured by the scale of the public ones, so that
what is hidden moves nobody's scores.
"""

from collections.abc import Iterator, Mapping, Sequence
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
    """A query with its terms and, by space name, the vectors [d] of head and whole.

    ``weights`` are those of the whole's terms where they do not each count once.
    """

    query: Query
    head_terms: tuple[str, ...]
    whole_terms: tuple[str, ...]
    head_vectors: Mapping[str, Floats]
    whole_vectors: Mapping[str, Floats]
    weights: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Candidates:
    """``rows`` [n] of a view, and each signal's score of them [n] by name.

    ``sets_scale`` [n] says which of them the others are measured by: the public
    ones, or all where none is public.
    """

    rows: Rows
    signals: Mapping[str, Floats]
    sets_scale: Bools


def gather_candidates(
    view: View,
    queries: Sequence[EncodedQuery],
    spaces: Sequence[Space],
    mask: Bools,
    *,
    scanned: Sequence[Space] | None = None,
    depth: int = DEPTH,
) -> Iterator[Candidates]:
    """For each query the best ``depth`` rows by words and in each scanned space, with all signals.

    ``scanned`` are all spaces if not said. Spaces are scanned for all queries at once.
    """
    parts = [part for part in (mask & view.counted, mask & ~view.counted) if part.any()]
    wanted = spaces if scanned is None else scanned
    best = [_best_in_spaces(view, queries, wanted, part, depth) for part in parts]
    for at, encoded in enumerate(queries):
        lexical = view.lexical(encoded.weights or encoded.whole_terms)
        found = [np.zeros(0, np.int64)]
        for part, near in zip(parts, best, strict=True):
            by_words = _best_by_words(lexical, part, depth)
            found.append(np.union1d(by_words, near[at][near[at] >= 0]))
        rows = np.concatenate(found)
        signals = _score_in_spaces(view, encoded, spaces, rows)
        signals[BM25] = lexical[rows]
        signals[BM25 + HEAD] = _score_head(view, encoded, lexical)[rows]
        public = view.counted[rows]
        yield Candidates(rows, signals, public if public.any() else ~public)


def _best_in_spaces(
    view: View, queries: Sequence[EncodedQuery], spaces: Sequence[Space], mask: Bools, depth: int
) -> Rows:
    """The best rows of each query in each space [q, spaces x depth]; -1 stands for none."""
    best = [np.full((len(queries), 1), -1, np.int64)]
    for space in spaces:
        vectors = np.stack([encoded.whole_vectors[space.name] for encoded in queries])
        best.append(view.top_dense(space.id, vectors, depth, mask)[0])
    return np.hstack(best)


def _score_head(view: View, encoded: EncodedQuery, whole: Floats) -> Floats:
    if encoded.head_terms == encoded.whole_terms:
        return whole
    return view.lexical(encoded.head_terms)


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
