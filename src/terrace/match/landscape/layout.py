"""Layout: points of many dimensions on a plane, neighbours beside neighbours.

t-SNE (van der Maaten and Hinton 2008) in its Barnes-Hut form, begun at the two main
directions, so that the whole keeps its shape and the same points give the same map.
"""

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_PERPLEXITY = 30.0
_MARGIN = 0.02
_MOST_CLUSTERS = 40
_POINTS_PER_CLUSTER = 2.5


def lay_out(reduced: Floats, *, seed: int) -> Floats:
    """Places ``[n, 2]`` in the unit square for ``reduced [n, k]``; one scale for both axes."""
    tsne = TSNE(
        perplexity=min(_PERPLEXITY, (len(reduced) - 1) / 3),
        init="pca",
        random_state=seed,
    )
    return _fit_square(tsne.fit_transform(reduced))


def find_clusters(places: Floats, *, seed: int) -> Integers:
    """The number of each place's cluster ``[n]``: regions of the map, about equally wide."""
    wanted = int(np.clip(len(places) ** 0.5 / _POINTS_PER_CLUSTER, 2, _MOST_CLUSTERS))
    with threadpool_limits(1):
        found = KMeans(wanted, n_init=4, random_state=seed).fit_predict(places)
    return np.asarray(found, dtype=np.int64)


def _fit_square(places: Floats) -> Floats:
    low, high = places.min(axis=0), places.max(axis=0)
    widest = max(float((high - low).max()), 1e-9)
    centred = (places - (low + high) / 2) / widest
    return np.asarray(0.5 + centred * (1 - 2 * _MARGIN), dtype=np.float32)
