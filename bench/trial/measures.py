"""What is computed from the answers; pure, except for the rate of the machine."""

import time
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.match.evaluate import evaluate_pairs

Rows = list[int]
_SIDE = 3072
_REPEATS = 3


def measure_matrix_rate() -> float:
    """GFLOP/s of a square float32 product in numpy, the best of three."""
    rng = np.random.default_rng(0)
    a, b = rng.random((2, _SIDE, _SIDE), dtype=np.float32)
    out = np.empty_like(a)
    np.matmul(a, b, out=out)
    spent_s = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        np.matmul(a, b, out=out)
        spent_s.append(time.perf_counter() - started)
    return 2 * _SIDE**3 / min(spent_s) / 1e9


def rate_of_product(queries: int, documents: int, dimension: int, seconds: float) -> float:
    """GFLOP/s of comparing every query with every document."""
    return 2 * queries * documents * dimension / seconds / 1e9


def summarise_latency(rounds: Sequence[Sequence[float]]) -> dict[str, float]:
    """Median over the rounds of each round's median and 99th percentile, in milliseconds."""
    return {
        "p50_ms": float(np.median([np.percentile(spent, 50) for spent in rounds])),
        "p99_ms": float(np.median([np.percentile(spent, 99) for spent in rounds])),
        "queries": sum(len(spent) for spent in rounds),
    }


def check_filter(found: Sequence[Rows], allowed: NDArray[np.bool_], k: int) -> dict[str, int]:
    """How many rows broke the filter, and how many queries got fewer than ``k`` rows."""
    return {
        "forbidden_rows": sum(int((~allowed[rows]).sum()) for rows in found if rows),
        "short_answers": sum(len(rows) < min(k, int(allowed.sum())) for rows in found),
    }


def measure_quality(
    found: Mapping[int, Rows], needs: Sequence[str], links: pl.DataFrame
) -> dict[str, float]:
    """nDCG@10 and recall@100 over the asked needs that have links; ``needs`` says how many.

    ``found`` are rows by the number of the query, ``needs`` the ids by that number.
    """
    pairs = pl.DataFrame(
        [
            (needs[number], str(row), place)
            for number, rows in found.items()
            for place, row in enumerate(rows, start=1)
        ],
        schema={"need_id": pl.String, "achievement_id": pl.String, "rank": pl.Int64},
        orient="row",
    )
    asked = links.filter(pl.col("need_id").is_in([needs[number] for number in found]))
    if asked.is_empty() or pairs.is_empty():
        return {}
    linked = pl.col("row").cast(pl.String).alias("achievement_id")
    qrels = asked.select("need_id", linked, relevance=pl.lit(1)).unique()
    evaluation = evaluate_pairs(pairs, qrels)
    means = dict(zip(evaluation.measures["measure"], evaluation.measures["mean"], strict=True))
    return means | {"needs": evaluation.needs}


def measure_agreement(found: Mapping[int, Rows], exact: Mapping[int, Rows], k: int) -> float:
    """The mean share of the reference's first ``k`` rows that are among the first ``k``."""
    shares = [
        len(set(rows[:k]) & set(exact[number][:k])) / len(exact[number][:k])
        for number, rows in found.items()
        if exact.get(number)
    ]
    return float(np.mean(shares)) if shares else 0.0
