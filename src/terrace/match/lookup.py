"""Looking up what somebody types: all words, the last one perhaps unfinished, and near meanings.

A match ranks everything; a search box should show only what fits. A hit has all terms of
the query (where none has, as many as any has), or lies far nearer to it in meaning than
public records usually do. What is allowed is known before anything is decided by it, so
that a record somebody may not see moves neither hits nor places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.match.completion import complete_terms
from terrace.match.corpus import Corpus
from terrace.match.index import View
from terrace.match.scoring import blas_threads
from terrace.match.text import terms, words

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_LONGEST_QUERY = 400
_COMPLETED = 0.5
_FEWEST_WORDS = 2
_NEAR_DEVIATIONS = 3.5
# A whole text says more than a few words, and lies nearer to what is like it for a reason.
_NEAR_A_TEXT_DEVIATIONS = 3.0
_NEAREST_BY_MEANING = 60
_MEANING_SHARE = 0.5
_TEXTS_PER_RECORD = 3
_READ_SINGLY = 300


@dataclass(frozen=True, slots=True)
class _Hits:
    """Per row of a view: how many of the query's terms it has, and how well it fits."""

    matched: npt.NDArray[np.int16]
    by_words: Floats
    by_meaning: Floats


def look_up(
    corpus: Corpus,
    text: str,
    *,
    allowed: pl.Series | Bools,
    top: int,
    by_meaning: bool = True,
    by_words: bool = True,
) -> dict[str, float]:
    """The allowed records that fit a few words, best first, and how well each does.

    Args:
        corpus: where to look.
        text: what was typed; the last word may be unfinished.
        allowed: the ids of the records that may be shown, or a mask of rows. A mask is
            faster among many records; make it with ``align`` on a ``corpus.pinned()``, and
            look up in that very corpus.
        top: at most so many.
        by_meaning: also by the multilingual model, where the corpus has one: a Chinese
            query finds English records. Costs the embedding of the query.
        by_words: off, only what lies near in meaning is a hit: for a whole text, which
            shares some word with everything.
    """
    view = corpus.view()
    groups = _read_terms(view, text[:_LONGEST_QUERY]) if by_words else []
    near = by_meaning and _says_enough(text)
    if not len(view) or not (groups or near):
        return {}
    with blas_threads(1):
        meaning = _measure_meaning(corpus, view, text) if near else None
        least = _NEAR_DEVIATIONS if by_words else _NEAR_A_TEXT_DEVIATIONS
        hits = _score(view, groups, meaning, least)
    return _choose(view, hits, allowed, top)


def _says_enough(text: str) -> bool:
    """Two words, or two Chinese characters, a word mostly: less has too many meanings."""
    characters = sum(not character.isascii() for character in text)
    return len(words(text)) >= _FEWEST_WORDS or characters >= _FEWEST_WORDS


def _read_terms(view: View, text: str) -> list[Mapping[str, float]]:
    """One mapping of alternatives with their weights per word; the last may be unfinished."""
    weights = complete_terms(view, text)
    *finished, last = dict.fromkeys(terms(text)) or [""]
    groups = [{term: 1.0} for term in finished if term in weights]
    rest = {term: weight for term, weight in weights.items() if term not in finished}
    if last in rest and len(rest) > 1:
        rest = {term: w if term == last else _COMPLETED * w for term, w in rest.items()}
    return [group for group in (*groups, rest) if group]


def _measure_meaning(corpus: Corpus, view: View, text: str) -> Floats | None:
    """How many deviations nearer to the query than public rows usually are [n]."""
    bridge = corpus.bridge
    if bridge is None or bridge.id not in view.models:
        return None
    vector = bridge.encode_queries([text[:_LONGEST_QUERY]], corpus.recent)[0]
    near = view.dense(bridge.id, vector)
    public = near[view.live & view.counted]
    if len(public) < 2 or not public.std():
        return None
    return np.asarray((near - public.mean()) / public.std(), dtype=np.float32)


def _score(
    view: View, groups: Sequence[Mapping[str, float]], meaning: Floats | None, least: float
) -> _Hits:
    stacked = view.lexical_each(groups)
    matched = np.asarray((stacked > 0).sum(axis=0), dtype=np.int16)
    by_words = np.asarray(stacked.sum(axis=0), dtype=np.float32)
    if meaning is None:
        return _Hits(matched, by_words, np.zeros(len(view), np.float32))
    near = np.where(view.live & (meaning >= least), meaning, np.float32(0))
    return _Hits(matched, by_words, near)


def _choose(view: View, hits: _Hits, allowed: pl.Series | Bools, top: int) -> dict[str, float]:
    """The best allowed records: words and meaning each count as a share of the best row's."""
    rows = np.flatnonzero((hits.matched > 0) | (hits.by_meaning > 0))
    rows = rows[_mask(view, allowed, rows)]
    if not len(rows):
        return {}
    matched, meaning = hits.matched[rows], hits.by_meaning[rows]
    fits = (matched > 0) & (matched == matched.max()) | _is_nearest(meaning)
    rows, meaning = rows[fits], meaning[fits]
    scores = _share(hits.by_words[rows]) + np.float32(_MEANING_SHARE) * _share(meaning)
    return _rank(view.attributes["record_id"], rows, scores, top)


def _mask(view: View, allowed: pl.Series | Bools, rows: Rows) -> Bools:
    """Which of the rows speak for allowed records."""
    if isinstance(allowed, np.ndarray):
        view.check_mask(allowed)
        return np.asarray(allowed[rows])
    found = view.attributes["record_id"].gather(rows)
    # The smaller of the two becomes a hash table: what was found is mostly little.
    shared = allowed.filter(allowed.is_in(found.implode()))
    return np.asarray(found.is_in(shared.implode()).to_numpy(), dtype=np.bool_)


def _is_nearest(meaning: Floats) -> Bools:
    """The few rows nearest in meaning, the first ones where they are equally near."""
    nearest = np.zeros(len(meaning), dtype=np.bool_)
    near = np.flatnonzero(meaning > 0)
    nearest[near[np.argsort(-meaning[near], kind="stable")[:_NEAREST_BY_MEANING]]] = True
    return nearest


def _share(values: Floats) -> Floats:
    return np.asarray(values / max(float(values.max()), 1e-6), dtype=np.float32)


def _rank(record_ids: pl.Series, rows: Rows, scores: Floats, top: int) -> dict[str, float]:
    """The ``top`` records; of a record's texts the best counts, equal ones go by their ids."""
    best: dict[str, float] = {}
    for most in (top * _TEXTS_PER_RECORD, len(rows)):
        kept = _best(scores, most)
        found = zip((-scores[kept]).tolist(), _read(record_ids, rows[kept]), strict=True)
        best = {}
        for score, record_id in sorted(found):
            best.setdefault(record_id, -score)
        if len(best) >= top:
            break
    return dict(islice(best.items(), top))


def _read(values: pl.Series, rows: Rows) -> list[str]:
    """The values in these rows; of few, one after the other is faster by far."""
    if len(rows) <= _READ_SINGLY:
        return [values[row] for row in rows.tolist()]
    return values.gather(rows).to_list()


def _best(scores: Floats, most: int) -> Rows:
    """The places of at least ``most`` of the highest scores: as many as equal the last of them."""
    if most >= len(scores):
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, len(scores) - most)[-most])
