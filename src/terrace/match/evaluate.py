"""How good a run is against known links, and whether one run beats another.

Gains are binary: a pair is linked or it is not judged. Needs without any link
are left out and counted; needs with links for which a run has no pair count 0.
"""

from dataclasses import dataclass

import polars as pl

from terrace.errors import InputError, TerraceError
from terrace.match.bootstrap import Floats, bootstrap_interval, randomise_signs
from terrace.match.calibration import (
    ExpertiseLoss,
    Reliability,
    expertise_loss,
    label_pairs,
    reliability,
    risk_coverage,
)
from terrace.match.runs import check_pairs, check_qrels, order_pairs, read_pairs, read_qrels

__all__ = [
    "MEASURES",
    "Comparison",
    "Evaluation",
    "ExpertiseLoss",
    "Reliability",
    "compare_runs",
    "evaluate_pairs",
    "expertise_loss",
    "label_pairs",
    "read_pairs",
    "read_qrels",
    "reliability",
    "risk_coverage",
]

MEASURES = ("nDCG@10", "recall@100", "MRR")
_LIBRARY_NAMES = {"nDCG@10": "nDCG@10", "recall@100": "R@100", "MRR": "RR"}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run's figures.

    ``measures``: measure, mean, low, high (bootstrap over needs, 95%).
    ``per_need``: need_id and one column per measure, sorted by need_id.
    ``needs``: how many were measured; ``needs_without_links`` were left out,
    ``needs_without_pairs`` are measured and count 0.
    """

    measures: pl.DataFrame
    per_need: pl.DataFrame
    needs: int
    needs_without_links: int
    needs_without_pairs: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the same links, need by need.

    ``measures``: measure, a, b, difference (b minus a), low, high (paired
    bootstrap over needs, 95%), p_value (two-sided paired randomisation test),
    better, worse, equal (needs on which b is better, worse, equal).
    """

    measures: pl.DataFrame
    per_need: pl.DataFrame
    needs: int


def evaluate_pairs(pairs: pl.DataFrame, qrels: pl.DataFrame, seed: int = 0) -> Evaluation:
    """The measures of the pairs (``need_id, achievement_id, rank`` or ``score``).

    Raises:
        InputError: columns are missing or pairs and links share no need.
        TerraceError: ir-measures is not installed.
    """
    pairs, links = check_pairs(pairs), _keep_links(check_qrels(qrels))
    per_need = _measure_needs(pairs, links)
    linked, proposed = per_need["need_id"], pairs["need_id"].unique()
    return Evaluation(
        measures=_summarise(per_need, seed),
        per_need=per_need,
        needs=len(linked),
        needs_without_links=int((~proposed.is_in(linked.implode())).sum()),
        needs_without_pairs=int((~linked.is_in(proposed.implode())).sum()),
    )


def compare_runs(
    a: pl.DataFrame, b: pl.DataFrame, qrels: pl.DataFrame, seed: int = 0
) -> Comparison:
    """Whether run ``b`` is better than run ``a`` on the same links.

    The p-value comes from the paired randomisation test, which swaps the two
    runs' values need by need (Smucker, Allan, Carterette 2007).

    Raises:
        InputError: as for ``evaluate_pairs``, for either run.
    """
    links = _keep_links(check_qrels(qrels))
    first, second = (_measure_needs(check_pairs(run), links) for run in (a, b))
    rows = [
        {"measure": name, **_compare(first[name].to_numpy(), second[name].to_numpy(), seed)}
        for name in MEASURES
    ]
    per_need = first.join(second, on="need_id", suffix=" of b", maintain_order="left")
    return Comparison(pl.DataFrame(rows), per_need, needs=len(per_need))


def _keep_links(qrels: pl.DataFrame) -> pl.DataFrame:
    links = qrels.filter(pl.col("relevance") > 0)
    if links.is_empty():
        raise InputError.of_file("qrels", "no relevance is above 0", "Give at least one link")
    return links


def _require_overlap(linked: pl.Series, proposed: pl.Series) -> None:
    if not linked.is_in(proposed.implode()).any():
        raise InputError.of_file(
            "qrels",
            f"it shares no need with the pairs: '{linked[0]}' here, '{proposed[0]}' there",
            "Check that both speak of the same records",
        )


def _measure_needs(pairs: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    needs = links.select("need_id").unique().sort("need_id")
    _require_overlap(needs["need_id"], pairs["need_id"])
    judged = order_pairs(pairs.join(needs, on="need_id", how="semi"))
    wide = needs.join(_compute_measures(judged, links), on="need_id", how="left")
    return wide.sort("need_id").with_columns(pl.col(MEASURES).fill_null(0.0))


def _compute_measures(pairs: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """One row per need with pairs: need_id and a column per measure."""
    try:
        import ir_measures
    except ImportError as error:
        raise TerraceError(
            "measuring needs ir-measures: pip install 'terrace-zone[evaluate]'"
        ) from error
    names = {ir_measures.parse_measure(their): ours for ours, their in _LIBRARY_NAMES.items()}
    # The library breaks equal scores its own way, so it gets the place as a score.
    run = [
        ir_measures.ScoredDoc(need, achievement, -float(rank))
        for need, achievement, rank in pairs.select("need_id", "achievement_id", "rank").rows()
    ]
    judged = [
        ir_measures.Qrel(need, achievement, 1)
        for need, achievement in links.select("need_id", "achievement_id").rows()
    ]
    found = [
        (metric.query_id, names[metric.measure], float(metric.value))
        for metric in ir_measures.iter_calc(list(names), judged, run)
    ]
    long = pl.DataFrame(found, schema=["need_id", "measure", "value"], orient="row")
    return long.pivot("measure", index="need_id", values="value").select("need_id", *MEASURES)


def _summarise(per_need: pl.DataFrame, seed: int) -> pl.DataFrame:
    rows = []
    for name in MEASURES:
        values = per_need[name].to_numpy()
        low, high = bootstrap_interval(values, seed)
        rows.append({"measure": name, "mean": float(values.mean()), "low": low, "high": high})
    return pl.DataFrame(rows)


def _compare(a: Floats, b: Floats, seed: int) -> dict[str, float]:
    difference = b - a
    low, high = bootstrap_interval(difference, seed)
    return {
        "a": float(a.mean()),
        "b": float(b.mean()),
        "difference": float(difference.mean()),
        "low": low,
        "high": high,
        "p_value": randomise_signs(difference, seed),
        "better": int((difference > 0).sum()),
        "worse": int((difference < 0).sum()),
        "equal": int((difference == 0).sum()),
    }
