"""Rating: from examined candidates to scored, ordered pairs with a confidence."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from terrace.match.confidence import rate_confidence
from terrace.match.contention import SCHEMA, Contention
from terrace.match.rank import Ranker
from terrace.match.scoring import Examined

SCORED = pl.Schema(
    [
        *SCHEMA.items(),
        ("cosine", pl.Float32),
        ("coverage", pl.Float32),
        ("sets_scale", pl.Boolean),
        ("variant", pl.Int64),
        ("language", pl.String),
    ]
)
"""A query and a record with the score before contention, and which variant gave it."""


def score_examined(
    found: Sequence[Examined], record_ids: pl.Series, ranker: Ranker
) -> pl.DataFrame:
    """``SCORED`` pairs; ``record_ids`` are those of the view's rows.

    A record with several passages counts once, by the best of them.
    """
    if not found:
        return SCORED.to_frame()
    scored = pl.concat([_score_one(each, record_ids, ranker) for each in found]).cast(SCORED)
    return scored.sort("score", descending=True, maintain_order=True).unique(
        ["query_id", "record_id"], keep="first", maintain_order=True
    )


def rate_pairs(
    scored: pl.DataFrame, contention: Contention, ranker: Ranker, *, top: int
) -> pl.DataFrame:
    """The best ``top`` pairs of each query: query_id, record_id, rank, score, confidence."""
    rated = _add_confidence(_take_contention(scored, contention, ranker), ranker)
    order = ["query_id", "confidence", "score", "record_id"]
    return (
        rated.sort(order, descending=[False, True, True, False])
        .group_by("query_id", maintain_order=True)
        .head(top)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("query_id"))
    )


def _score_one(examined: Examined, record_ids: pl.Series, ranker: Ranker) -> pl.DataFrame:
    table, count = examined.table, len(examined.table.rows)
    return pl.DataFrame(
        {
            "query_id": [examined.query.id] * count,
            "record_id": record_ids.gather(table.rows),
            "score": ranker.score(table),
            "cosine": table.cosine,
            "coverage": table.coverage,
            "sets_scale": table.sets_scale,
            "variant": [ranker.choose(table.names)] * count,
            "language": [examined.language] * count,
        },
        schema_overrides={"record_id": pl.String},
    ).select(SCORED.names())


def _take_contention(scored: pl.DataFrame, contention: Contention, ranker: Ranker) -> pl.DataFrame:
    weights = np.array([choice.contention for choice in ranker.choices], dtype=np.float32)
    taken = weights[scored["variant"].to_numpy()] * contention.measure(scored)
    return scored.with_columns(score=pl.col("score") - pl.Series(taken, dtype=pl.Float32))


def _add_confidence(scored: pl.DataFrame, ranker: Ranker) -> pl.DataFrame:
    """Confidence is measured list by list: one language, one variant."""
    lists = scored.partition_by("variant", "language", maintain_order=True)
    if not lists:
        return scored.with_columns(confidence=pl.lit(0.0))
    return pl.concat([_rate_list(part, ranker) for part in lists])


def _rate_list(scored: pl.DataFrame, ranker: Ranker) -> pl.DataFrame:
    calibration = ranker.choices[scored["variant"][0]].calibration
    return scored.with_columns(confidence=pl.Series(rate_confidence(scored, calibration)))
