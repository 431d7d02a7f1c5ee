"""The best k of each row of a score matrix, exactly, without sorting the matrix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Top:
    """``rows [q, k]`` best first, -1 where there are no more; ``scores [q, k]``."""

    rows: Rows
    scores: Floats


def select_top(scores: Floats, k: int, *, floor: float) -> Top:
    """The ``k`` highest of each line of ``scores [q, n]``; of equals, the lower column.

    Scores up to ``floor`` are no hits; they never appear, and fill the places
    of missing hits together with row -1.
    """
    bound = np.maximum(
        _lower_bounds(scores, k), np.nextafter(np.float32(floor), np.float32(np.inf))
    )
    hits = np.flatnonzero(scores >= bound[:, None])
    lines, columns = np.divmod(hits, max(1, scores.shape[1]))
    values = scores.ravel()[hits]
    order = np.lexsort((-values, lines))
    return _lay_out(lines[order], columns[order], values[order], (len(scores), k), floor)


def merge_tops(tops: Sequence[Top], k: int, *, floor: float) -> Top:
    """The best of several selections over disjoint rows, given in row order."""
    if len(tops) == 1:
        return tops[0]
    rows = np.concatenate([top.rows for top in tops], axis=1)
    best = select_top(np.concatenate([top.scores for top in tops], axis=1), k, floor=floor)
    chosen = np.take_along_axis(rows, np.maximum(best.rows, 0), axis=1)
    return Top(np.where(best.rows < 0, -1, chosen), best.scores)


def _lower_bounds(scores: Floats, k: int) -> Floats:
    # The k-th best of any k or more scores bounds the k-th best of all from below;
    # the maxima of strided groups make that bound tight at the price of one pass.
    queries, n = scores.shape
    if n <= k:
        return np.full(queries, -np.inf, dtype=np.float32)
    groups = min(n, max(1024, 8 * k))
    stride = n // groups
    grouped = scores[:, : stride * groups].reshape(queries, stride, groups).max(axis=1)
    return np.asarray(np.partition(grouped, groups - max(k, 1), axis=1)[:, groups - max(k, 1)])


def _lay_out(
    lines: Rows, columns: Rows, values: Floats, shape: tuple[int, int], floor: float
) -> Top:
    rows = np.full(shape, -1, dtype=np.int64)
    scores = np.full(shape, floor, dtype=np.float32)
    places = np.arange(len(lines)) - np.searchsorted(lines, lines)
    kept = places < shape[1]
    rows[lines[kept], places[kept]] = columns[kept]
    scores[lines[kept], places[kept]] = values[kept]
    return Top(rows, scores)
