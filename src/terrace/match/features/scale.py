"""Per-query scales, so that a feature means the same in every collection.

A raw BM25 of 12 says nothing by itself; standing two deviations above the
query's other candidates does.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_FLAT = 1e-6


def standardise(values: Floats, sets_scale: Bools | None = None) -> Floats:
    """Deviations from the mean over the candidates, column by column [n] or [n, f].

    Mean and spread are those of the rows in ``sets_scale`` [n] (None: of all); a
    column that does not differ among them is 0.
    """
    scale = values if sets_scale is None else values[sets_scale]
    if not len(scale):
        return np.zeros_like(values, dtype=np.float32)
    mean, spread = scale.mean(axis=0, dtype=np.float64), scale.std(axis=0, dtype=np.float64)
    # What differs by less than rounding does not differ.
    flat = spread <= _FLAT * np.abs(scale).max(axis=0)
    return np.where(flat, 0, (values - mean) / np.where(flat, 1, spread)).astype(np.float32)
