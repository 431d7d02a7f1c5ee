"""Placing: where a record goes that the map was not drawn for, beside its nearest neighbours.

It lies at the geometric median of theirs (Weiszfeld 1937): a mean of two distant regions
would lie in the void between them, a median lies in the one that most neighbours are in.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_NEIGHBOURS = 8
_SHARPNESS = 20.0
_ROUNDS = 12
_CLOSEST = 1e-3
_RECORDS_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The ``rows [m, k]`` of the map nearest to each of ``m`` records, and their ``weights``."""

    rows: Integers
    weights: Doubles


def find_neighbours(vectors: Floats, drawn: Floats) -> Neighbours:
    """The nearest of ``drawn [n, d]`` to each of ``vectors [m, d]``, all of them unit vectors."""
    count = min(_NEIGHBOURS, len(drawn))
    rows, weights = [np.zeros((0, count), np.int64)], [np.zeros((0, count))]
    for start in range(0, len(vectors), _RECORDS_AT_ONCE):
        likeness = vectors[start : start + _RECORDS_AT_ONCE] @ drawn.T
        near = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        rows.append(near)
        weights.append(np.exp(_SHARPNESS * np.take_along_axis(likeness, near, axis=1)))
    return Neighbours(np.concatenate(rows), np.concatenate(weights))


def settle(neighbours: Neighbours, places: Floats) -> Floats:
    """The place ``[m, 2]`` of each record among its neighbours' ``places [n, 2]``."""
    near, pull = places[neighbours.rows].astype(np.float64), neighbours.weights
    reach = np.ptp(places, axis=0).max() if len(places) else 1.0
    found = _mean(near, pull)
    for _ in range(_ROUNDS):
        distances = np.linalg.norm(near - found[:, None], axis=2)
        found = _mean(near, pull / np.maximum(distances, _CLOSEST * reach))
    return found.astype(np.float32)


def choose_clusters(neighbours: Neighbours, clusters: Integers) -> Integers:
    """For each record the cluster ``[m]`` that most weight of its neighbours is in."""
    pairs = zip(clusters[neighbours.rows], neighbours.weights, strict=True)
    chosen = [np.bincount(near, weights).argmax() for near, weights in pairs]
    return np.array(chosen, dtype=np.int64)


def _mean(near: Doubles, weights: Doubles) -> Doubles:
    summed = np.einsum("mkd,mk->md", near, weights)
    return np.asarray(summed / weights.sum(axis=1, keepdims=True))
