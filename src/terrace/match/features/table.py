"""The features of one query's candidates, as one table.

Every feature is standardised over the candidates, so that it carries over
between collections; a feature that cannot be had is simply not a column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from terrace.match.features.agreement import measure_agreement
from terrace.match.features.feedback import feedback, nearest, smoothed
from terrace.match.features.scale import standardise
from terrace.match.features.signals import BM25, Candidates, EncodedQuery
from terrace.match.index import View
from terrace.match.spaces import MULTILINGUAL, Space
from terrace.match.text import terms

Floats = npt.NDArray[np.float32]

FIRST = "first"
FIRST_WEIGHTS: Mapping[str, float] = {
    BM25: 1.0,
    "lsa": 0.5,
    "multilingual": 0.25,
    "monolingual_white": 1.0,
}
"""Weights of the first stage and of an unlearned ranker, chosen by hand."""


@dataclass(frozen=True)
class FeatureTable:
    """``rows`` [n] of the view, ``values`` [n, f] by ``names`` [f], first-stage score [n]."""

    rows: npt.NDArray[np.int64]
    names: tuple[str, ...]
    values: Floats
    first: Floats


def build_table(
    view: View,
    encoded: EncodedQuery,
    candidates: Candidates,
    neighbours: Sequence[Space],
    *,
    by_words: bool,
    examined: int,
) -> FeatureTable:
    """All features of the best ``examined`` candidates of the first stage, best first.

    ``neighbours`` are the spaces in which documents are compared with documents.
    """
    first = _first_stage(candidates.signals)
    columns = {name: standardise(values) for name, values in candidates.signals.items()}
    columns[FIRST] = standardise(first)
    columns |= _compare_documents(view, candidates, first, neighbours)
    if by_words:
        columns["length"] = np.log1p(_relative_lengths(view, candidates))
    order = np.argsort(-first, kind="stable")[:examined]
    kept = {name: values[order] for name, values in columns.items()}
    if by_words:
        kept |= _agreement(view, encoded, candidates.rows[order])
    names = tuple(sorted(kept))
    values = np.column_stack([kept[name] for name in names]).astype(np.float32)
    return FeatureTable(candidates.rows[order], names, values, first[order])


def _first_stage(signals: Mapping[str, Floats]) -> Floats:
    weighted = [
        weight * standardise(signals[name])
        for name, weight in FIRST_WEIGHTS.items()
        if name in signals
    ]
    return np.asarray(np.sum(weighted, axis=0), dtype=np.float32)


def _compare_documents(
    view: View, candidates: Candidates, first: Floats, neighbours: Sequence[Space]
) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    for space in neighbours:
        vectors = view.vectors(space.id, candidates.rows)
        columns[f"feedback_{space.name}"] = standardise(feedback(first, vectors))
        columns[f"smoothed_{space.name}"] = standardise(smoothed(first, vectors))
        columns[f"nearest_{space.name}"] = standardise(nearest(first, vectors))
    return columns


def neighbour_spaces(spaces: Sequence[Space]) -> list[Space]:
    """Where documents are compared: LSA and the whitened model, else the multilingual one."""
    fit = [space for space in spaces if space.name == "lsa" or space.whitening]
    if any(space.whitening for space in fit):
        return fit
    return fit + [space for space in spaces if space.name == MULTILINGUAL]


def _relative_lengths(view: View, candidates: Candidates) -> Floats:
    counted = view.lengths[view.live & view.counted]
    mean = counted.mean() if len(counted) else 1.0
    return (view.lengths[candidates.rows] / max(mean, 1.0)).astype(np.float32)


def _agreement(view: View, encoded: EncodedQuery, rows: npt.NDArray[np.int64]) -> dict[str, Floats]:
    texts = view.attributes["text"][rows.tolist()]
    documents = [_terms_of(text) for text in texts]
    measured = measure_agreement(encoded.whole_terms, documents, view.idf)
    return {name: standardise(values) for name, values in measured.items()}


@lru_cache(maxsize=4_096)
def _terms_of(text: str) -> tuple[str, ...]:
    return tuple(terms(text))
