"""Looking up what somebody types: all words, the last one perhaps unfinished, and near meanings.

A match ranks everything; a search box should show only what fits. A hit has all terms of
the query (where none has, as many as any has), or lies far nearer to it in meaning than
public records usually do. What is allowed is known before anything is decided by it, so
that a record somebody may not see moves neither hits nor places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
SCHEMA = pl.Schema({"record_id": pl.String(), "score": pl.Float32()})

_LONGEST_QUERY = 400
_COMPLETED = 0.5
_FEWEST_WORDS = 2
_NEAR_DEVIATIONS = 3.5
_NEAREST_BY_MEANING = 60
_MEANING_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Hits:
    """Per row of a view: how many of the query's terms it has, and how well it fits."""

    matched: npt.NDArray[np.int16]
    by_words: Floats
    by_meaning: Floats


def look_up(
    corpus: Corpus, text: str, *, allowed: pl.Series | Bools, top: int, by_meaning: bool = True
) -> pl.DataFrame:
    """The allowed records that fit a few words, best first: record_id and score.

    Args:
        corpus: where to look.
        text: what was typed; the last word may be unfinished.
        allowed: the ids of the records that may be shown, or a mask of rows. A mask is
            faster among many records; make it with ``align`` on a ``corpus.pinned()``, and
            look up in that very corpus.
        top: at most so many.
        by_meaning: also by the multilingual model, where the corpus has one: a Chinese
            query finds English records. Costs the embedding of the query.
    """
    view = corpus.view()
    groups = _read_terms(view, text[:_LONGEST_QUERY])
    near = by_meaning and _says_enough(text)
    if not len(view) or not (groups or near):
        return SCHEMA.to_frame()
    with blas_threads(1):
        hits = _score(view, groups, _measure_meaning(corpus, view, text) if near else None)
    return _choose(view, hits, allowed).head(top)


def _says_enough(text: str) -> bool:
    """Two words, or three Chinese characters: less than that has too many meanings."""
    characters = sum(not character.isascii() for character in text)
    return len(words(text)) >= _FEWEST_WORDS or characters > _FEWEST_WORDS


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


def _score(view: View, groups: Sequence[Mapping[str, float]], meaning: Floats | None) -> _Hits:
    stacked = view.lexical_each(groups)
    matched = np.asarray((stacked > 0).sum(axis=0), dtype=np.int16)
    by_words = np.asarray(stacked.sum(axis=0), dtype=np.float32)
    if meaning is None:
        return _Hits(matched, by_words, np.zeros(len(view), np.float32))
    near = np.where(view.live & (meaning >= _NEAR_DEVIATIONS), meaning, np.float32(0))
    return _Hits(matched, by_words, near)


def _choose(view: View, hits: _Hits, allowed: pl.Series | Bools) -> pl.DataFrame:
    rows = np.flatnonzero((hits.matched > 0) | (hits.by_meaning > 0))
    if isinstance(allowed, np.ndarray):
        view.check_mask(allowed)
        rows = rows[allowed[rows]]
    found = pl.DataFrame(
        {
            "record_id": view.attributes["record_id"].gather(rows),
            "matched": hits.matched[rows],
            "words": hits.by_words[rows],
            "meaning": hits.by_meaning[rows],
        }
    )
    if isinstance(allowed, pl.Series):
        found = found.filter(pl.col("record_id").is_in(_shared(allowed, found["record_id"])))
    nearest = pl.col("meaning").rank("ordinal", descending=True) <= _NEAREST_BY_MEANING
    full = (pl.col("matched") > 0) & (pl.col("matched") == pl.col("matched").max())
    kept = found.filter(full | ((pl.col("meaning") > 0) & nearest))
    return _rank(kept)


def _shared(allowed: pl.Series, found: pl.Series) -> list[str]:
    # The smaller of the two becomes a hash table: what was found is mostly little.
    shared: list[str] = allowed.filter(allowed.is_in(found.implode())).to_list()
    return shared


def _rank(hits: pl.DataFrame) -> pl.DataFrame:
    """By words and meaning, each as a share of the best; of a record's texts the best counts."""
    share = pl.col("words") / pl.max_horizontal(pl.col("words").max(), pl.lit(1e-6))
    meaning = pl.col("meaning") / pl.max_horizontal(pl.col("meaning").max(), pl.lit(1e-6))
    scored = hits.select("record_id", score=(share + _MEANING_SHARE * meaning).cast(pl.Float32))
    best = scored.group_by("record_id").agg(pl.col("score").max())
    return best.sort("score", "record_id", descending=[True, False])
