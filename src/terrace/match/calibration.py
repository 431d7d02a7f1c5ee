"""Whether confidence can be believed, and how far predicted expertise is off.

Confidence is held against the known links; a pair that is not linked counts
as a miss here although it may well fit, so the figures err on the low side.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from terrace.errors import InputError
from terrace.match.bootstrap import Floats, draw_resamples
from terrace.match.runs import check_pairs, check_qrels, order_pairs


@dataclass(frozen=True, slots=True)
class Reliability:
    """Confidence against what was observed.

    ``table``: low, high (the bin's bounds), n, mean_confidence, observed_rate;
    bins without pairs are left out. ``expected_error`` is the expected
    calibration error (mean distance of the two, weighted by n), ``brier`` the
    mean squared distance of confidence and outcome.
    """

    table: pl.DataFrame
    expected_error: float
    brier: float
    pairs: int


@dataclass(frozen=True, slots=True)
class ExpertiseLoss:
    """How badly predictions order what each expert has rated.

    ``per_expert``: expert_id, loss (0 to 1), lost, difference (the two whose
    ratio is the loss). ``total`` is the sum of lost over the sum of
    difference, ``low`` and ``high`` its 95% interval over experts.
    """

    per_expert: pl.DataFrame
    total: float
    low: float
    high: float


def reliability(pairs: pl.DataFrame, qrels: pl.DataFrame, *, bins: int = 10) -> Reliability:
    """Mean confidence against the share of linked pairs, in bins of equal width.

    Only pairs of needs that have links count.

    Raises:
        InputError: ``confidence`` is missing or not between 0 and 1, or no
            pair belongs to a need with links.
    """
    labelled = label_pairs(pairs, qrels)
    table = _fill_bins(labelled, bins)
    gap = (table["mean_confidence"] - table["observed_rate"]).abs()
    distance = labelled["confidence"] - labelled["linked"].cast(pl.Float64)
    return Reliability(
        table=table,
        expected_error=float((gap * table["n"]).sum() / len(labelled)),
        brier=float((distance**2).sum() / len(labelled)),
        pairs=len(labelled),
    )


def risk_coverage(pairs: pl.DataFrame, qrels: pl.DataFrame) -> pl.DataFrame:
    """What answering only above a confidence gives, for every need's first pair.

    One row per distinct confidence, highest first: ``threshold``, ``n`` needs
    answered, ``coverage`` (of all needs with links), ``precision`` (share of
    the answered whose first pair is linked).

    Raises:
        InputError: as for ``reliability``.
    """
    needs = check_qrels(qrels).filter(pl.col("relevance") > 0)["need_id"].n_unique()
    first = order_pairs(label_pairs(pairs, qrels)).filter(pl.col("rank") == 1)
    return (
        first.sort("confidence", descending=True)
        .with_columns(n=pl.int_range(1, pl.len() + 1), hits=pl.col("linked").cum_sum())
        .group_by(threshold=pl.col("confidence"), maintain_order=True)
        .agg(pl.col("n").last(), pl.col("hits").last())
        .with_columns(coverage=pl.col("n") / needs, precision=pl.col("hits") / pl.col("n"))
        .drop("hits")
    )


def label_pairs(pairs: pl.DataFrame, qrels: pl.DataFrame) -> pl.DataFrame:
    """The pairs of needs that have links, with ``linked`` (bool).

    Raises:
        InputError: as for ``reliability``.
    """
    if "confidence" not in pairs.columns:
        raise InputError.of_file("pairs", "there is no confidence", "Add the column 'confidence'")
    checked, links = check_pairs(pairs), check_qrels(qrels).filter(pl.col("relevance") > 0)
    if not checked["confidence"].is_between(0, 1).all():
        raise InputError.of_file(
            "pairs", "a confidence is outside 0 to 1", "Give probabilities, not scores"
        )
    judged = checked.join(links, on="need_id", how="semi")
    if judged.is_empty():
        raise InputError.of_file("qrels", "it shares no need with the pairs", "Check the ids")
    marked = links.select("need_id", "achievement_id", linked=pl.lit(True))
    joined = judged.join(marked, on=["need_id", "achievement_id"], how="left")
    return joined.with_columns(pl.col("linked").fill_null(False))


def expertise_loss(predicted: pl.DataFrame, ratings: pl.DataFrame, seed: int = 0) -> ExpertiseLoss:
    """The loss of ``predicted`` (expert_id, paper_id, score) on ``ratings`` (..., rating).

    Over an expert's pairs of papers with unequal ratings, a misordered pair
    costs the difference of its ratings and a tied one half of it (Stelmakh,
    Wieting, Neubig, Shah 2023).

    Raises:
        InputError: a column or a prediction is missing, or no ratings differ.
    """
    joined = _join_predictions(predicted, ratings)
    rows = [
        (expert, *_order_loss(group["rating"].to_numpy(), group["score"].to_numpy()))
        for (expert,), group in joined.group_by("expert_id", maintain_order=True)
    ]
    table = pl.DataFrame(rows, schema=["expert_id", "lost", "difference"], orient="row")
    table = table.filter(pl.col("difference") > 0)
    if table.is_empty():
        raise InputError.of_file("ratings", "no expert rated two papers differently", "Rate more")
    lost, difference = table["lost"].to_numpy(), table["difference"].to_numpy()
    low, high = _bootstrap_ratio(lost, difference, seed)
    per_expert = table.with_columns(loss=pl.col("lost") / pl.col("difference"))
    return ExpertiseLoss(per_expert, float(lost.sum() / difference.sum()), low, high)


def _fill_bins(labelled: pl.DataFrame, bins: int) -> pl.DataFrame:
    # A confidence of exactly 1 belongs to the last bin.
    place = (pl.col("confidence") * bins).floor().clip(0, bins - 1)
    return (
        labelled.group_by(place.alias("bin"))
        .agg(
            n=pl.len(),
            mean_confidence=pl.col("confidence").mean(),
            observed_rate=pl.col("linked").mean(),
        )
        .sort("bin")
        .select(
            (pl.col("bin") / bins).alias("low"),
            ((pl.col("bin") + 1) / bins).alias("high"),
            "n",
            "mean_confidence",
            "observed_rate",
        )
    )


def _join_predictions(predicted: pl.DataFrame, ratings: pl.DataFrame) -> pl.DataFrame:
    for name, frame, value in (("predicted", predicted, "score"), ("ratings", ratings, "rating")):
        missing = {"expert_id", "paper_id", value} - set(frame.columns)
        if missing:
            raise InputError.of_file(
                name, f"the columns {', '.join(sorted(missing))} are missing", "Add them"
            )
    joined = ratings.join(predicted, on=["expert_id", "paper_id"], how="left")
    lacking = joined.filter(pl.col("score").is_null() | pl.col("score").is_nan())
    if not lacking.is_empty():
        expert, paper = lacking.select("expert_id", "paper_id").row(0)
        raise InputError.of_file(
            "predicted", f"no score for expert '{expert}' and paper '{paper}'", "Predict every pair"
        )
    return joined


def _order_loss(ratings: Floats, scores: Floats) -> tuple[float, float]:
    """(rating difference lost, rating difference at stake) over all pairs of papers."""
    stake = ratings[:, None] - ratings[None, :]
    order = scores[:, None] - scores[None, :]
    above = stake > 0
    lost = stake[above & (order < 0)].sum() + stake[above & (order == 0)].sum() / 2
    return float(lost), float(stake[above].sum())


def _bootstrap_ratio(above: Floats, below: Floats, seed: int) -> tuple[float, float]:
    ratios = [(drawn @ above) / (drawn @ below) for drawn in draw_resamples(len(above), seed)]
    low, high = np.quantile(np.concatenate(ratios), [0.025, 0.975])
    return float(low), float(high)
