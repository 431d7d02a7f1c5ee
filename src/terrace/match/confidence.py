"""Confidence: the calibrated probability that a pair is among the true links.

A score says who comes first, not how sure that is. What carries over between
collections is where a candidate stands among the query's others, together with
two absolute figures: its cosine, and the share of the query's words it has.
An unlinked pair may fit all the same: links are only what somebody recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import RankerError

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.float64]

USUAL_CANDIDATES = 200
"""How long a query's list is where there are documents enough, as when calibrations are fitted."""

SHAPE = ("share", "place", "lead", "height", "cosine", "coverage")
_FITTED_PLACES = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic weights over ``SHAPE`` [6] and an offset (Platt scaling, 1999)."""

    weights: Mapping[str, float]
    offset: float

    def __call__(self, shape: Floats) -> Floats:
        """The probability of each pair [n]."""
        weights = np.array([self.weights[name] for name in SHAPE])
        logits = np.clip(shape @ weights + self.offset, -30, 30)
        return np.asarray(1 / (1 + np.exp(-logits)))


BY_HAND = Calibration(dict(zip(SHAPE, (0.2, -0.3, 0.0, 0.6, 4.0, 2.0), strict=True)), -5.0)
"""For a ranker that learned nothing: sober, and only roughly right."""


def measure_shape(scored: pl.DataFrame, *, usual: int = USUAL_CANDIDATES) -> Floats:
    """Where each pair stands among its query's [n, 6]: the columns are ``SHAPE``.

    A list shorter than ``usual`` is measured as if average candidates filled it up: scores
    are deviations within the list, so that the only Chinese record among English ones would
    be the best of its list for everybody, with all of its share.

    ``scored`` has query_id, score, cosine, coverage and sets_scale; all rows of
    a query must come from one list of candidates. Only rows that set the scale
    (public ones) are counted, so that a hidden record moves nobody's figures.
    """
    score, within = pl.col("score").cast(pl.Float64), _within(scored)
    counted = pl.when("sets_scale").then(score)
    best = counted.max().over(within)
    lacking = (usual - counted.count().over(within).cast(pl.Int64)).clip(lower_bound=0)
    # The mean of exp(z) over a standard normal z is exp(1/2).
    total = (counted - best).exp().sum().over(within) + lacking * (0.5 - best).exp()
    columns = scored.select(
        share=score - best - total.log(),
        place=(count_above(scored) + 1 + lacking * _share_above(score)).log(),
        lead=best - counted.top_k(2).min().over(within),
        height=score,
        cosine=pl.col("cosine").cast(pl.Float64),
        coverage=pl.col("coverage").cast(pl.Float64),
    )
    return columns.to_numpy()


def rate_confidence(scored: pl.DataFrame, calibration: Calibration) -> Floats:
    """The confidence of each pair [n]; a lower score never has a higher one than a public pair."""
    within = _within(scored)
    claimed = scored.select(*within, "score", "sets_scale").with_columns(
        confidence=pl.Series(calibration(measure_shape(scored)))
    )
    ordered = claimed.with_row_index("at").sort("score", descending=True, maintain_order=True)
    ceiling = pl.when("sets_scale").then("confidence").otherwise(1.0).cum_min().over(within)
    held = ordered.with_columns(pl.min_horizontal("confidence", ceiling))
    return held.sort("at")["confidence"].to_numpy()


def _share_above(score: pl.Expr) -> pl.Expr:
    """The share of a standard normal above it, to 0.0002 (Bowling and others, 2009)."""
    return 1 / (1 + (1.5976 * score + 0.07056 * score**3).exp())


def _within(scored: pl.DataFrame) -> list[str]:
    """A query is one within its collection."""
    return [name for name in ("zone", "query_id") if name in scored.columns]


def count_above(scored: pl.DataFrame) -> pl.Series:
    """How many rows that set the scale score higher within the query [n]."""
    within = _within(scored)
    levels = (
        scored.group_by(*within, "score")
        .agg(pl.col("sets_scale").sum().cast(pl.Int64).alias("counted"))
        .sort("score", descending=True)
        .with_columns(above=pl.col("counted").cum_sum().over(within) - pl.col("counted"))
    )
    found = scored.join(levels, on=[*within, "score"], how="left", maintain_order="left")
    return found["above"].cast(pl.Float64)


def fit_calibration(scored: pl.DataFrame) -> Calibration:
    """From scored pairs with ``is_link``, scored by weights that never saw their queries.

    Raises:
        RankerError: the extra ``learn`` is missing, or all pairs are alike.
    """
    shape, is_link = measure_shape(scored), scored["is_link"].to_numpy()
    near = shape[:, SHAPE.index("place")] <= np.log(_FITTED_PLACES)
    if len(set(is_link[near])) < 2:
        raise RankerError(
            "confidence cannot be learned: no candidate is a link, or all of them are"
        )
    spread = shape[near].std(axis=0)
    # A figure that never differs teaches nothing, and must not be blown up.
    spread[spread < 1e-6] = 1
    model = make_logistic(strength=1.0).fit(shape[near] / spread, is_link[near])
    weights = (model.coef_[0] / spread).round(6).tolist()
    return Calibration(dict(zip(SHAPE, weights, strict=True)), float(model.intercept_[0]))


def make_logistic(*, strength: float) -> "LogisticRegression":
    """The learner behind weights and confidence; a small strength keeps weights small.

    Raises:
        RankerError: the extra ``learn`` is not installed.
    """
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        message = "training needs scikit-learn: pip install 'terrace-zone[learn]'"
        raise RankerError(message) from error
    return LogisticRegression(C=strength, max_iter=1_000)
