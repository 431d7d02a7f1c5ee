"""What the best candidates say about the others: relevant documents resemble each other.

Only candidates that set the scale are witnesses (see ``signals.Candidates``), and
none is its own.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_BEST = 5
_NEIGHBOURS = 8
_AMONG = 150


def compare_documents(first: Floats, vectors: Floats, witnesses: Bools) -> dict[str, Floats]:
    """Features of each candidate [n] by name.

    ``first`` [n] is the first-stage score, ``vectors`` [n, d] unit rows.
    ``feedback``: weighted mean likeness to the five best witnesses, which weigh by
    exp(score - best score). ``smoothed``: mean score of its eight nearest among the
    150 best witnesses, weighted by likeness. ``nearest``: likeness to the nearest
    of these; what has a near double among the best is seldom the one that was meant.
    """
    ranked = np.argsort(-first, kind="stable")
    among = ranked[witnesses[ranked]][:_AMONG]
    own = np.arange(len(first))[:, np.newaxis] == among
    likeness = np.where(own, -1, vectors @ vectors[among].T).astype(np.float32)
    return {
        "feedback": _feedback(first[among], likeness, own),
        "smoothed": _smoothed(first[among], likeness),
        "nearest": likeness.max(axis=1, initial=-1),
    }


def _feedback(scores: Floats, likeness: Floats, own: Bools) -> Floats:
    weights = np.exp(scores[:_BEST] - scores[:1])
    return _weighted_mean(likeness[:, :_BEST], np.where(own[:, :_BEST], 0, weights))


def _smoothed(scores: Floats, likeness: Floats) -> Floats:
    count = min(_NEIGHBOURS, len(scores) - 1)
    if count < 1:
        return np.zeros(len(likeness), dtype=np.float32)
    closest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    weights = np.take_along_axis(likeness, closest, axis=1).clip(min=0)
    return _weighted_mean(scores[closest], weights)


def _weighted_mean(values: Floats, weights: Floats) -> Floats:
    total = weights.sum(axis=1)
    summed = (values * weights).sum(axis=1)
    means = np.divide(summed, total, out=np.zeros_like(summed), where=total > 0)
    return np.asarray(means, dtype=np.float32)
