"""What the best candidates say about the others: relevant documents resemble each other.

``feedback``: likeness to the few best (pseudo-relevance feedback), a candidate
never counted as its own witness. ``smoothed``: the mean first-stage score of a
candidate's nearest neighbours among the candidates.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_BEST = 5
_NEIGHBOURS = 8
_AMONG = 150


def feedback(first: Floats, vectors: Floats) -> Floats:
    """Weighted mean likeness of each candidate to the best ones but itself [n].

    ``first`` [n] is the first-stage score, ``vectors`` [n, d] unit rows. The best
    weigh by exp(score - best score).
    """
    best = np.argsort(-first, kind="stable")[:_BEST]
    weights = np.tile(np.exp(first[best] - first[best[0]]), (len(first), 1))
    weights[best, np.arange(len(best))] = 0
    likeness = vectors @ vectors[best].T
    return _weighted_mean(likeness, weights)


def smoothed(first: Floats, vectors: Floats) -> Floats:
    """The first-stage score of each candidate's neighbours, weighted by likeness [n]."""
    likeness, among = _likeness_to_best(first, vectors)
    count = min(_NEIGHBOURS, len(among) - 1)
    if count < 1:
        return np.zeros(len(first), dtype=np.float32)
    closest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    weights = np.take_along_axis(likeness, closest, axis=1).clip(min=0)
    return _weighted_mean(first[among][closest], weights)


def nearest(first: Floats, vectors: Floats) -> Floats:
    """Likeness of each candidate to the nearest of the best others [n].

    What has a near double among the best is seldom the one that was meant.
    """
    likeness, _ = _likeness_to_best(first, vectors)
    return np.asarray(likeness.max(axis=1), dtype=np.float32)


def _likeness_to_best(first: Floats, vectors: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Likeness [n, b] to the best 150, -1 to oneself, and which those are [b]."""
    among = np.argsort(-first, kind="stable")[:_AMONG]
    likeness = vectors @ vectors[among].T
    likeness[among, np.arange(len(among))] = -1
    return likeness, among


def _weighted_mean(values: Floats, weights: Floats) -> Floats:
    total = weights.sum(axis=1)
    summed = (values * weights).sum(axis=1)
    means = np.divide(summed, total, out=np.zeros_like(summed), where=total > 0)
    return np.asarray(means, dtype=np.float32)
