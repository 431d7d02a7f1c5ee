"""Retraining on a zone's own links: the new ranker, and whether it is any better.

Every need is ranked by weights that never saw it (nor the needs it is grouped
with), so the figures hold for needs to come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from terrace.match.confidence import rate_confidence
from terrace.match.evaluate import (
    Comparison,
    Reliability,
    compare_runs,
    reliability,
    risk_coverage,
)
from terrace.match.lessons import select_teachable
from terrace.match.rank import Ranker
from terrace.match.train import Lesson, score_lessons, score_unseen, train_ranker


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraining:
    """The ranker trained on all lessons, and figures of needs it did not see.

    ``comparison`` has the ranker it started from (or the stated default weights)
    as ``a`` and the new one as ``b``. ``trust`` is over all candidates,
    ``trust_first`` over every need's first pair; the calibration's seven figures
    were fitted on the same pairs. ``skipped`` lessons were of a kind too rare to learn from.
    """

    ranker: Ranker
    comparison: Comparison
    trust: Reliability
    trust_first: Reliability
    risks: pl.DataFrame
    needs: int
    skipped: int


def retrain(
    lessons: Sequence[Lesson], links: pl.DataFrame, *, trained_on: str, prior: Ranker | None
) -> Retraining:
    """Train on all lessons and cross-validate.

    Args:
        lessons: of ``collect_lessons``.
        links: need_id, achievement_id, relevance, as the lessons were made with.
        trained_on: a line kept in the ranker.
        prior: the ranker to start from; None learns from nothing but the lessons.

    Raises:
        RankerError: too few lessons, or the extra ``learn`` is missing.
        TerraceError: the extra ``evaluate`` is missing.
    """
    kept = select_teachable(lessons)
    ranker = train_ranker(kept, trained_on=trained_on, prior=prior)
    taught = links.filter(pl.col("need_id").is_in({lesson.query_id for lesson in kept}))
    before = rank_lessons(kept, prior or Ranker())
    after = rank_unseen(kept, ranker, prior)
    comparison = compare_runs(before, after, taught)
    return Retraining(
        ranker=ranker,
        comparison=comparison,
        trust=reliability(after, taught),
        trust_first=reliability(after.filter(pl.col("rank") == 1), taught),
        risks=risk_coverage(after, taught),
        needs=comparison.needs,
        skipped=len(lessons) - len(kept),
    )


def rank_lessons(lessons: Sequence[Lesson], ranker: Ranker) -> pl.DataFrame:
    """The candidates as pairs (need_id, achievement_id, rank, score, confidence) of a ranker."""
    return _rank([_rate(score_lessons(part, ranker), part, ranker) for part in _split(lessons)])


def rank_unseen(lessons: Sequence[Lesson], ranker: Ranker, prior: Ranker | None) -> pl.DataFrame:
    """The same by weights of the other folds; ``ranker`` gives the calibration."""
    parts = []
    for part in _split(lessons):
        start = prior.choices[prior.choose(part[0].table.names)] if prior else None
        parts.append(_rate(score_unseen(part, prior=start), part, ranker))
    return _rank(parts)


def _split(lessons: Sequence[Lesson]) -> Iterator[list[Lesson]]:
    """The lessons by their set of features, each of which has weights of its own."""
    for names in sorted({lesson.table.names for lesson in lessons}):
        yield [lesson for lesson in lessons if lesson.table.names == names]


def _rate(scored: pl.DataFrame, lessons: Sequence[Lesson], ranker: Ranker) -> pl.DataFrame:
    variant = ranker.choices[ranker.choose(lessons[0].table.names)]
    confidence = rate_confidence(scored, variant.calibration)
    return scored.with_columns(confidence=pl.Series(confidence, dtype=pl.Float64))


def _rank(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    named = pl.concat(parts).select(
        "score", "confidence", need_id="query_id", achievement_id="record_id"
    )
    ordered = named.sort(
        "need_id", "confidence", "score", "achievement_id", descending=[False, True, True, False]
    )
    best = ordered.unique(["need_id", "achievement_id"], keep="first", maintain_order=True)
    ranked = best.with_columns(rank=pl.int_range(1, pl.len() + 1).over("need_id"))
    return ranked.select("need_id", "achievement_id", "rank", "score", "confidence")
