"""Intervals and p-values by resampling, seeded so that a report can be repeated."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_RESAMPLES = 2_000
_TRIALS = 5_000
_BATCH = 250


def bootstrap_interval(values: Floats, seed: int = 0) -> tuple[float, float]:
    """The 95% percentile interval of the mean of ``values``, resampled 2,000 times."""
    means = np.concatenate([c @ values / len(values) for c in draw_resamples(len(values), seed)])
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def draw_resamples(count: int, seed: int) -> Iterator[Floats]:
    """2,000 bootstrap samples in batches: how often each of ``count`` things was drawn."""
    generator = np.random.default_rng(seed)
    shares = np.full(count, 1 / count)
    for _ in range(_RESAMPLES // _BATCH):
        yield generator.multinomial(count, shares, size=_BATCH).astype(np.float64)


def randomise_signs(difference: Floats, seed: int) -> float:
    """Two-sided p-value: how often random signs give a mean at least as far from 0."""
    generator = np.random.default_rng(seed)
    # Sums in another order differ in the last bits; such ties count as reached.
    reached = abs(difference.sum()) * (1 - 1e-9)
    hits = 0
    for _ in range(_TRIALS // _BATCH):
        signs = generator.choice([-1.0, 1.0], size=(_BATCH, len(difference)))
        hits += int((np.abs(signs @ difference) >= reached).sum())
    return (hits + 1) / (_TRIALS + 1)
