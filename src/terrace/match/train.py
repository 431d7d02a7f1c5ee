"""Training: weights, and the confidence they deserve, from true links.

A *lesson* is one query with its examined candidates and which of them are true
links. Everything learned is learned here: the weights by logistic regression in
which each query counts alike, the calibration on scores of queries that the
weights did not see (folds keep together what belongs to one call).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import RankerError
from terrace.match.confidence import fit_calibration, make_logistic
from terrace.match.contention import Contention
from terrace.match.features.table import FeatureTable
from terrace.match.rank import Ranker, Variant

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FOLDS = 5
_STRENGTH = 0.003
_NEGATIVE_WEIGHT = 0.01
_PRIOR_SCALE = 10.0
_MIN_LESSONS = 5


@dataclass(frozen=True)
class Lesson:
    """A query's candidates: ``record_ids`` [n] and ``is_link`` [n] go with the table's rows.

    ``zone`` keeps collections apart, ``group`` is what must not be torn between
    folds (a call, a solicitation), ``links`` counts all true links of the query.
    A stray is a query of another collection, known to have no link here: it
    teaches confidence that there may be nothing to find. ``is_rejected`` [n] are
    candidates that somebody looked at and turned down.
    """

    zone: str
    group: str
    query_id: str
    table: FeatureTable
    record_ids: tuple[str, ...]
    is_link: Bools
    links: int
    is_stray: bool = False
    is_rejected: Bools | None = None


def train_ranker(
    lessons: Sequence[Lesson], *, trained_on: str, prior: Ranker | None = None
) -> Ranker:
    """A ranker with one calibrated variant for each set of features among the lessons.

    With a ``prior`` its weights are kept as far as the lessons do not speak
    against them: so a zone can learn from a few decisions of its own.

    Raises:
        RankerError: too few lessons with links to learn from.
    """
    sets = sorted({lesson.table.names for lesson in lessons})
    variants = tuple(
        _train_variant([each for each in lessons if each.table.names == names], prior)
        for names in sets
    )
    if not variants:
        raise RankerError("there is nothing to learn from: no query with a true link was given")
    kept = (
        tuple(v for v in prior.variants if set(v.weights) not in _names(variants)) if prior else ()
    )
    return Ranker((*variants, *kept), trained_on)


def fit_weights(lessons: Sequence[Lesson], prior: Variant | None = None) -> Variant:
    """The weights that separate links from the rest; all lessons have the same features.

    Raises:
        RankerError: the extra ``learn`` is missing, or too few lessons have links.
    """
    taught = [lesson for lesson in lessons if lesson.is_link.any()]
    if len(taught) < _MIN_LESSONS:
        raise RankerError(
            f"only {len(taught)} queries have a true link among their candidates; "
            f"give at least {_MIN_LESSONS}"
        )
    values = np.vstack([lesson.table.values for lesson in taught]).astype(np.float64)
    spread = values.std(axis=0)
    spread[spread == 0] = 1
    weights = _solve(values / spread, taught, _prior_weights(taught[0].table.names, prior, spread))
    names = taught[0].table.names
    return Variant(dict(zip(names, (weights / spread).round(6).tolist(), strict=True)))


def score_lessons(lessons: Sequence[Lesson], ranker: Ranker) -> pl.DataFrame:
    """Scored pairs (zone, query_id, record_id, score, is_link ...), contention taken off."""
    zones = dict.fromkeys(lesson.zone for lesson in lessons)
    return pl.concat([_score_zone([e for e in lessons if e.zone == z], ranker) for z in zones])


def score_unseen(
    lessons: Sequence[Lesson], *, fixed: Sequence[Lesson] = (), prior: Variant | None = None
) -> pl.DataFrame:
    """``score_lessons`` by weights from the other folds and from all ``fixed`` lessons.

    Raises:
        RankerError: too few lessons have links, or all belong to one group.
    """
    fold_of = assign_folds([lesson.group for lesson in lessons])
    if len(set(fold_of)) < 2:
        raise RankerError("all queries belong to one call, so none can be held back; give another")
    parts = []
    for fold in sorted(set(fold_of)):
        seen = [lesson for lesson, at in zip(lessons, fold_of, strict=True) if at != fold]
        held = [lesson for lesson, at in zip(lessons, fold_of, strict=True) if at == fold]
        ranker = Ranker((fit_weights([*seen, *fixed], prior),))
        parts.append(_keep_queries(score_lessons(lessons, ranker), held))
    return pl.concat(parts)


def assign_folds(groups: Sequence[str], folds: int = FOLDS) -> list[int]:
    """A fold for each query [n]: whole groups, largest first, to the smallest fold."""
    sizes = {group: groups.count(group) for group in set(groups)}
    filled, fold_of = [0] * folds, {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        fold_of[group] = int(np.argmin(filled))
        filled[fold_of[group]] += sizes[group]
    return [fold_of[group] for group in groups]


def calibrate(variant: Variant, unseen: pl.DataFrame) -> Variant:
    """The variant with a confidence fitted on scores of queries it was not trained on."""
    judged = pl.col("is_stray") | pl.col("is_link").any().over("zone", "query_id")
    return replace(variant, calibration=fit_calibration(unseen.filter(judged)))


def _train_variant(lessons: Sequence[Lesson], prior: Ranker | None) -> Variant:
    names = lessons[0].table.names
    start = prior.choices[prior.choose(names)] if prior else None
    return calibrate(fit_weights(lessons, start), score_unseen(lessons, prior=start))


def _names(variants: Sequence[Variant]) -> list[set[str]]:
    return [set(variant.weights) for variant in variants]


def _solve(values: Floats, taught: Sequence[Lesson], prior: Floats | None) -> Floats:
    """Logistic regression; with a prior, along it for free and away from it at a price."""
    labels = np.concatenate([lesson.is_link for lesson in taught])
    importance = np.concatenate([_importance(lesson) for lesson in taught])
    model = make_logistic(strength=_STRENGTH)
    if prior is None:
        return np.asarray(model.fit(values, labels, sample_weight=importance).coef_[0])
    along = _PRIOR_SCALE * (values @ prior)[:, np.newaxis]
    found = model.fit(np.hstack([along, values]), labels, sample_weight=importance).coef_[0]
    return np.asarray(found[0] * _PRIOR_SCALE * prior + found[1:])


def _importance(lesson: Lesson) -> Floats:
    """A query's links weigh 1 together, a rejected pair 1, each unjudged one a hundredth."""
    unlinked = np.full(len(lesson.is_link), _NEGATIVE_WEIGHT)
    if lesson.is_rejected is not None:
        unlinked[lesson.is_rejected] = 1.0
    return np.where(lesson.is_link, 1 / max(lesson.is_link.sum(), 1), unlinked)


def _keep_queries(scored: pl.DataFrame, lessons: Sequence[Lesson]) -> pl.DataFrame:
    kept = {"zone": [e.zone for e in lessons], "query_id": [e.query_id for e in lessons]}
    return scored.join(pl.DataFrame(kept), on=["zone", "query_id"], how="semi")


def _score_zone(lessons: Sequence[Lesson], ranker: Ranker) -> pl.DataFrame:
    scored = pl.concat([_score_lesson(lesson, ranker) for lesson in lessons])
    rivals = Contention.of(scored).measure(scored)
    taken = scored["contention"].to_numpy() * rivals
    return scored.with_columns(score=pl.col("score") - pl.Series(taken, dtype=pl.Float32))


def _prior_weights(names: Sequence[str], prior: Variant | None, spread: Floats) -> Floats | None:
    if prior is None:
        return None
    weights = np.array([prior.weights.get(name, 0.0) for name in names]) * spread
    length = np.linalg.norm(weights)
    return np.asarray(weights / length) if length else None


def _score_lesson(lesson: Lesson, ranker: Ranker) -> pl.DataFrame:
    variant = ranker.choices[ranker.choose(lesson.table.names)]
    return pl.DataFrame(
        {
            "zone": lesson.zone,
            "query_id": lesson.query_id,
            "record_id": lesson.record_ids,
            "score": ranker.score(lesson.table),
            "contention": variant.contention,
            "cosine": lesson.table.cosine,
            "coverage": lesson.table.coverage,
            "sets_scale": lesson.table.sets_scale,
            "is_stray": lesson.is_stray,
            "is_link": lesson.is_link,
        },
        schema_overrides={"record_id": pl.String},
    )
