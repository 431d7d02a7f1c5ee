"""Layout: points of many dimensions on a plane, neighbours beside neighbours.

t-SNE (van der Maaten and Hinton 2008) in its Barnes-Hut form, begun at the two main
directions, so that the whole keeps its shape and the same points give the same map.
"""

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from terrace.match.landscape.placing import find_neighbours, settle

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

MOST_DRAWN = 12_000
"""So many points are laid out against each other; more are placed beside these."""

_PERPLEXITY = 30.0
# Coarser and shorter than the default: the same trustworthiness in half the time.
_ANGLE, _ROUNDS = 0.8, 500
_FIRST_SPREAD, _JITTER = 1e-4, 1e-3
_MANY = 2_000
_MARGIN = 0.02
_MOST_CLUSTERS = 40
_POINTS_PER_CLUSTER = 2.5


def lay_out(reduced: Floats, *, seed: int, most_drawn: int = MOST_DRAWN) -> Floats:
    """Places ``[n, 2]`` in the unit square for ``reduced [n, k]``; one scale for both axes."""
    drawn = np.random.default_rng(seed).permutation(len(reduced))[:most_drawn]
    drawn.sort()
    others = np.setdiff1d(np.arange(len(reduced)), drawn)
    places = np.zeros((len(reduced), 2), np.float32)
    places[drawn] = _draw(reduced[drawn], seed)
    places[others] = settle(find_neighbours(reduced[others], reduced[drawn]), places[drawn])
    return _fit_square(places)


def find_clusters(places: Floats, *, seed: int) -> Integers:
    """The number of each place's cluster ``[n]``: regions of the map, about equally wide."""
    wanted = int(np.clip(len(places) ** 0.5 / _POINTS_PER_CLUSTER, 2, _MOST_CLUSTERS))
    with threadpool_limits(1):
        found = KMeans(wanted, n_init=4, random_state=seed).fit_predict(places)
    return np.asarray(found, dtype=np.int64)


def _draw(reduced: Floats, seed: int) -> Floats:
    tsne = TSNE(
        perplexity=min(_PERPLEXITY, (len(reduced) - 1) / 3),
        angle=_ANGLE,
        max_iter=_ROUNDS,
        init=_begin(reduced, seed),
        random_state=seed,
    )
    # Threads that wait for a busy core cost more than a small map takes.
    with threadpool_limits(None if len(reduced) > _MANY else 1):
        return np.asarray(tsne.fit_transform(reduced), dtype=np.float32)


def _begin(reduced: Floats, seed: int) -> Floats:
    """The two main directions, small, as t-SNE wants it, and never two points in one place.

    Points that are all alike have no directions; t-SNE would crash on what it makes of them.
    """
    start = np.random.default_rng(seed).standard_normal((len(reduced), 2)) * _JITTER
    start[:, : reduced.shape[1]] += reduced[:, :2] - reduced[:, :2].mean(axis=0)
    return np.asarray(_FIRST_SPREAD * start / start[:, 0].std(), dtype=np.float32)


def _fit_square(places: Floats) -> Floats:
    low, high = places.min(axis=0), places.max(axis=0)
    widest = max(float((high - low).max()), 1e-9)
    centred = (places - (low + high) / 2) / widest
    return np.asarray(0.5 + centred * (1 - 2 * _MARGIN), dtype=np.float32)
