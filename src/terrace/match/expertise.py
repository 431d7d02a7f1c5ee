"""How well a person knows a text's subject, judged by the person's own works.

Every similarity compares the text with each work; a person's value is the
mean over the best quarter of the works, so that neither one stray paper nor a
long career decides. Several similarities are added as z-scores.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terrace.errors import TerraceError
from terrace.match.evidence import Encode, Floats, Idf
from terrace.match.text import terms
from terrace.records import Expert, Work

Similarity = Callable[[Sequence[str], Sequence[str]], NDArray[np.float32]]
"""(texts, works) -> similarities, float32 [texts, works]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertiseConfig:
    """``best_share`` of a person's works counts, at least one; a similarity
    without a weight weighs 1."""

    best_share: float = 0.25
    weights: Mapping[str, float] = field(default_factory=dict)


def compute_expertise(
    experts: Sequence[Expert],
    texts: Sequence[str],
    similarities: Mapping[str, Similarity],
    config: ExpertiseConfig | None = None,
) -> Floats:
    """Expertise between 0 and 1, float32 [experts, texts]: a squashed weighted z-score.

    Somebody without works is judged by fields and keywords; where there are
    none either, by the lowest value that anybody has.

    Raises:
        TerraceError: no similarity is given.
    """
    if not similarities:
        raise TerraceError("expertise needs a similarity: give words, vectors or both")
    config = config or ExpertiseConfig()
    if not experts or not texts:
        return np.zeros((len(experts), len(texts)), dtype=np.float32)
    score = np.zeros((len(experts), len(texts)))
    for name, similarity in similarities.items():
        raw = _compare_experts(experts, texts, similarity, config.best_share)
        score += config.weights.get(name, 1.0) * _standardise(raw)
    return (1 / (1 + np.exp(-score))).astype(np.float32)


def compare_words(idf: Idf) -> Similarity:
    """The cosine of the two texts' terms, weighted by log frequency and rarity."""

    def compare(texts: Sequence[str], works: Sequence[str]) -> Floats:
        counts = [Counter(terms(text)) for text in [*texts, *works]]
        weighted = _weigh_terms(counts, idf)
        found = weighted[: len(texts)] @ weighted[len(texts) :].T
        dense: Floats = found.toarray().astype(np.float32)
        return dense

    return compare


def compare_vectors(encode: Encode) -> Similarity:
    """The cosine of the two texts' vectors; both are documents."""

    def compare(texts: Sequence[str], works: Sequence[str]) -> Floats:
        cosines = encode(texts, "document") @ encode(works, "document").T
        return cosines.astype(np.float32, copy=False)

    return compare


def list_works(expert: Expert) -> list[Work]:
    """The works that speak for a person; fields and keywords where there are none."""
    if expert.works:
        return list(expert.works)
    said = ", ".join((*expert.fields, *expert.keywords))
    return [Work(kind="fields", title=said)] if said else []


def write_work(work: Work) -> str:
    """The text of a work."""
    return f"{work.title} {work.body}".strip()


def average_best(similarities: NDArray[np.floating], share: float) -> NDArray[np.floating]:
    """[texts, works] -> [texts]: the mean over the best ``share`` of the works, at least one."""
    kept = max(1, math.ceil(share * similarities.shape[1]))
    best: NDArray[np.floating] = np.sort(similarities, axis=1)[:, -kept:].mean(axis=1)
    return best


def _compare_experts(
    experts: Sequence[Expert], texts: Sequence[str], similarity: Similarity, share: float
) -> NDArray[np.float64]:
    """[experts, texts]; NaN where nothing is known of a person."""
    written = [[write_work(work) for work in list_works(expert)] for expert in experts]
    known = list(dict.fromkeys(text for works in written for text in works))
    raw = np.full((len(experts), len(texts)), np.nan)
    if not known:
        return raw
    column = {text: place for place, text in enumerate(known)}
    found = similarity(texts, known)
    for row, works in enumerate(written):
        if works:
            raw[row] = average_best(found[:, [column[text] for text in works]], share)
    return raw


def _standardise(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    if np.isnan(raw).all():
        return np.zeros_like(raw)
    filled = np.where(np.isnan(raw), np.nanmin(raw), raw)
    spread = float(filled.std())
    return (filled - filled.mean()) / spread if spread > 0 else np.zeros_like(filled)


def _weigh_terms(counts: Sequence[Counter[str]], idf: Idf) -> Any:
    """Unit rows of term weights, one per text; a text without terms is a row of zeros."""
    columns = {term: place for place, term in enumerate({t for c in counts for t in c})}
    rows = [row for row, counted in enumerate(counts) for _ in counted]
    places = [columns[term] for counted in counts for term in counted]
    values = [
        (1 + math.log(n)) * max(idf(term), 0.0) for counted in counts for term, n in counted.items()
    ]
    shape = (len(counts), max(1, len(columns)))
    matrix = sparse.csr_array((values, (rows, places)), shape=shape, dtype=np.float64)
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_array(sparse.diags_array(scale) @ matrix)
