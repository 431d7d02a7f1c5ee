"""What all gates of a pair come to."""

import polars as pl

from terrace.criteria.results import Result, all_of_rows


def summarise_gates(evaluated: pl.DataFrame) -> pl.DataFrame:
    """One row per pair, in the order of the pairs.

    Args:
        evaluated: what ``evaluate_gates`` returns.

    Returns:
        need_id, achievement_id; ``result``, all gates together (all-of); ``unmet``,
        ``unknown`` and ``needs_judgement``, the ids of the gates that came to that;
        ``near_miss``, whether exactly one gate is unmet and that one is within its
        tolerance; ``closes_en`` and ``closes_zh``, what would close it ('' otherwise).
    """
    pairs = evaluated.group_by("need_id", "achievement_id", maintain_order=True)
    missed = pl.col("result") == Result.UNMET.value
    near_miss = (missed.sum() == 1) & pl.col("near").any()
    return pairs.agg(
        all_of_rows(pl.col("result")).alias("result"),
        *(
            pl.col("gate").filter(pl.col("result") == result.value).alias(result.value)
            for result in (Result.UNMET, Result.UNKNOWN, Result.NEEDS_JUDGEMENT)
        ),
        near_miss.alias("near_miss"),
        *(
            pl.when(near_miss)
            .then(pl.col(column).filter(pl.col("near")).first())
            .otherwise(pl.lit(""))
            .alias(column)
            for column in ("closes_en", "closes_zh")
        ),
    )
