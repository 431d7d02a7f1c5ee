"""The features of one query's candidates, as one table.

Every feature is standardised over the candidates that set the scale, so that it
carries over between collections; a feature that cannot be had is simply not a column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from terrace.match.features.agreement import Integers, measure_agreement, number_terms
from terrace.match.features.feedback import compare_documents
from terrace.match.features.scale import standardise
from terrace.match.features.signals import BM25, Candidates, EncodedQuery
from terrace.match.index import View
from terrace.match.spaces import LSA, MONOLINGUAL, MULTILINGUAL, WHITE, Space
from terrace.match.text import terms

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

FIRST = "first"
FIRST_WEIGHTS: Mapping[str, float] = {
    BM25: 1.0,
    LSA: 0.5,
    MULTILINGUAL: 0.25,
    MONOLINGUAL + WHITE: 1.0,
}
"""Weights of the first stage and of an unlearned ranker, chosen by hand."""


@dataclass(frozen=True)
class FeatureTable:
    """``rows`` [n] of the view, best first, and their ``values`` [n, f] by ``names`` [f].

    ``cosine`` and ``coverage`` [n] are not standardised: they tell how well the
    best fits at all (``confidence.py``). ``sets_scale`` [n] says which rows the
    others are measured by, see ``signals.Candidates``.
    """

    rows: Integers
    names: tuple[str, ...]
    values: Floats
    cosine: Floats
    coverage: Floats
    sets_scale: Bools


def build_table(
    view: View,
    encoded: EncodedQuery,
    candidates: Candidates,
    neighbours: Sequence[Space],
    *,
    examined: int,
) -> FeatureTable:
    """All features of the best ``examined`` candidates of the first stage, best first.

    Of those that do not set the scale, as many again are examined. ``neighbours``
    are the spaces in which documents are compared with documents.
    """
    first = score_first_stage(candidates)
    chosen = _choose_best(first, candidates.sets_scale, examined)
    rows, sets_scale = candidates.rows[chosen], candidates.sets_scale[chosen]
    raw = {**candidates.signals, FIRST: first}
    raw |= _compare_documents(view, candidates, first, neighbours)
    agreement = _agreement(view, encoded, rows)
    columns = _standardise_all(raw, candidates.sets_scale, chosen)
    columns |= _standardise_all(agreement, sets_scale, slice(None))
    columns["length"] = np.log1p(_relative_lengths(view, rows))
    names = tuple(sorted(columns))
    values = np.column_stack([columns[name] for name in names])
    cosine = _cosine(candidates)[chosen]
    return FeatureTable(rows, names, values, cosine, agreement["coverage"], sets_scale)


def score_first_stage(candidates: Candidates) -> Floats:
    """The unlearned score of each candidate [n], see ``FIRST_WEIGHTS``."""
    weights = {n: w for n, w in FIRST_WEIGHTS.items() if n in candidates.signals}
    signals = np.column_stack([candidates.signals[name] for name in weights])
    weighted = standardise(signals, candidates.sets_scale) * list(weights.values())
    return np.asarray(weighted.sum(axis=1), dtype=np.float32)


def _choose_best(first: Floats, sets_scale: Bools, examined: int) -> Integers:
    """Where the best of either sort stand, best first."""
    ranked = np.argsort(-first, kind="stable")
    of_scale = sets_scale[ranked]
    place = np.where(of_scale, np.cumsum(of_scale), np.cumsum(~of_scale))
    return np.asarray(ranked[place <= examined])


def _standardise_all(
    raw: Mapping[str, Floats], sets_scale: Bools, chosen: Integers | slice
) -> dict[str, Floats]:
    values = standardise(np.column_stack(list(raw.values())), sets_scale)[chosen]
    return dict(zip(raw, values.T, strict=True))


def _cosine(candidates: Candidates) -> Floats:
    """The plainest likeness of meaning that there is [n]."""
    found = (candidates.signals.get(name) for name in (MONOLINGUAL, MULTILINGUAL, LSA))
    zeros = np.zeros(len(candidates.rows), np.float32)
    return next((values for values in found if values is not None), zeros)


def _compare_documents(
    view: View, candidates: Candidates, first: Floats, neighbours: Sequence[Space]
) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    for space in neighbours:
        vectors = view.vectors(space.id, candidates.rows)
        compared = compare_documents(first, vectors, candidates.sets_scale)
        columns |= {f"{name}_{space.name}": values for name, values in compared.items()}
    return columns


def neighbour_spaces(spaces: Sequence[Space]) -> list[Space]:
    """Where documents are compared: LSA and the whitened model, else the multilingual one."""
    fit = [space for space in spaces if space.name == LSA or space.whitening]
    if any(space.whitening for space in fit):
        return fit
    return fit + [space for space in spaces if space.name == MULTILINGUAL]


def _relative_lengths(view: View, rows: Integers) -> Floats:
    counted = view.lengths[view.live & view.counted]
    mean = counted.mean() if len(counted) else 1.0
    return (view.lengths[rows] / max(mean, 1.0)).astype(np.float32)


def _agreement(view: View, encoded: EncodedQuery, rows: Integers) -> dict[str, Floats]:
    texts = view.attributes["text"].gather(rows)
    return measure_agreement(encoded.whole_terms, [*map(_number_text, texts)], view.idf)


@lru_cache(maxsize=16_384)
def _number_text(text: str) -> Integers:
    return number_terms(terms(text))
