"""Per-query scales, so that a feature means the same in every collection.

A raw BM25 of 12 says nothing by itself; standing two deviations above the
query's other candidates does.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_FLAT = 1e-9


def standardise(values: Floats) -> Floats:
    """Deviations from the mean over the candidates [n]; all 0 where they do not differ."""
    spread = values.std()
    if spread < _FLAT:
        return np.zeros_like(values, dtype=np.float32)
    return np.asarray((values - values.mean()) / spread, dtype=np.float32)
