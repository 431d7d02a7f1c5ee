"""BM25 over shards, exact: the statistics are those of the whole collection.

    score(d) = sum over terms t of w(t) idf(t) f (k1 + 1) / (f + k1 (1 - b + b |d| / avg))
    idf(t)   = log(1 + (N - n(t) + 0.5) / (n(t) + 0.5))

with f = how often t occurs in d, |d| = the number of its terms, and N, n(t),
avg over the live, counted rows (Robertson and Zaragoza 2009, with the
never-negative idf that Lucene made usual).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from terrace.match.index.contents import Bools, Counts, Integers
from terrace.match.index.ranking import Top, select_top
from terrace.match.index.shards import Shard

Query: TypeAlias = Mapping[str, float] | Sequence[str]
Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
_BLOCK_SCORES = 1 << 22


@dataclass(frozen=True, slots=True)
class Bm25:
    """``k1``: how soon repetition stops counting; ``b``: how far long texts are held back."""

    k1: float = 1.2
    b: float = 0.75


@dataclass(frozen=True, slots=True)
class WeightedTerms:
    """A query as term numbers and weights ``[t]``, in the order of the query."""

    numbers: Numbers
    weights: Floats


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the live, counted rows: how many there are, and their mean length in terms."""

    document_count: int
    mean_length: float


def weigh_terms(query: Query, numbers_of: Mapping[str, int], count: int) -> WeightedTerms:
    """The known terms of a query; a repeated term weighs as often as it is repeated.

    Raises:
        TypeError: the query is a text; it has to be cut into terms first.
    """
    if isinstance(query, str):
        raise TypeError("a query is a list of terms: pass terms(text), not the text")
    weights = query if isinstance(query, Mapping) else Counter(query)
    known = {numbers_of.get(term, count): weight for term, weight in weights.items()}
    kept = {number: weight for number, weight in known.items() if number < count}
    return WeightedTerms(
        np.fromiter(kept, dtype=np.int64, count=len(kept)),
        np.fromiter(kept.values(), dtype=np.float32, count=len(kept)),
    )


def collect_statistics(shards: Sequence[Shard]) -> Statistics:
    """Add the shards' statistics up."""
    count = sum(shard.document_count for shard in shards)
    length = sum(shard.total_length for shard in shards)
    return Statistics(count, length / count if length else 1.0)


def inverse_frequencies(
    shards: Sequence[Shard], statistics: Statistics, numbers: Numbers
) -> Floats:
    """The idf of each term number ``[t]``."""
    return idf_of(count_documents(shards, numbers), statistics.document_count)


def count_documents(shards: Sequence[Shard], numbers: Numbers) -> Numbers:
    """In how many rows of the statistics each term number occurs ``[t]``."""
    found = np.zeros(len(numbers), dtype=np.int64)
    for shard in shards:
        found += shard.frequencies[shard.segment.lines_of(numbers)]
    return found


def idf_of(found: Numbers, document_count: int) -> Floats:
    """The idf of terms that occur in ``found [t]`` of so many documents."""
    return np.log1p((document_count - found + 0.5) / (found + 0.5)).astype(np.float32)


def score_queries(
    shards: Sequence[Shard], statistics: Statistics, queries: Sequence[WeightedTerms], bm25: Bm25
) -> Iterator[Floats]:
    """The BM25 score of each row, query after query ``[n]``; dead rows are scored too."""
    if not shards or not queries:
        return
    numbers = np.unique(np.concatenate([query.numbers for query in queries]))
    impacts = _weigh_postings(shards, statistics, numbers, bm25)
    for query in queries:
        lines = np.searchsorted(numbers, query.numbers)
        yield impacts[lines].T @ query.weights


def score_query(
    shards: Sequence[Shard], statistics: Statistics, query: WeightedTerms, bm25: Bm25
) -> Floats:
    """The same of one query ``[n]``, without the matrices that only pay for many at once."""
    lines = [shard.segment.lines_of(query.numbers) for shard in shards]
    found = np.zeros(len(query.numbers), dtype=np.int64)
    for shard, own in zip(shards, lines, strict=True):
        found += shard.frequencies[own]
    idf = idf_of(found, statistics.document_count)
    scores = [np.zeros(0, dtype=np.float32)]
    for shard, own in zip(shards, lines, strict=True):
        rows, worth, counts = _read_postings(shard, own, statistics, bm25)
        worth *= np.repeat(idf, counts)
        worth *= np.repeat(query.weights, counts)
        scores.append(np.zeros(len(shard), dtype=np.float32))
        np.add.at(scores[-1], rows, worth)
    return np.concatenate(scores)


def _read_postings(
    shard: Shard, lines: Numbers, statistics: Statistics, bm25: Bm25
) -> tuple[Integers, Floats, Integers]:
    """The rows of all lines, line after line, what each is worth, and how many a line has."""
    postings = shard.segment.postings
    starts = postings.indptr[lines]
    counts = postings.indptr[lines + 1] - starts
    at = np.arange(counts.sum()) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    rows = postings.indices[at]
    return rows, _saturate(postings.data[at], shard.segment.lengths[rows], statistics, bm25), counts


def top_rows(
    shards: Sequence[Shard],
    statistics: Statistics,
    queries: Sequence[WeightedTerms],
    k: int,
    *,
    eligible: Bools,
    bm25: Bm25,
) -> Top:
    """The ``k`` eligible rows with the highest score above 0 for each query.

    Returns rows -1 with score 0 where there are fewer than ``k``.
    """
    rows = np.full((len(queries), k), -1, dtype=np.int64)
    best = np.zeros((len(queries), k), dtype=np.float32)
    step = max(1, _BLOCK_SCORES // max(1, len(eligible)))
    scored = score_queries(shards, statistics, queries, bm25)
    for start, block in enumerate(iter(lambda: list(islice(scored, step)), [])):
        top = _top_of_block(np.stack(block), k, eligible)
        place = slice(start * step, start * step + len(block))
        rows[place], best[place] = top.rows, top.scores
    return Top(rows, best)


def _top_of_block(scores: Floats, k: int, eligible: Bools) -> Top:
    np.copyto(scores, np.float32(0), where=~eligible)
    return select_top(scores, k, floor=0)


def _weigh_postings(
    shards: Sequence[Shard], statistics: Statistics, numbers: Numbers, bm25: Bm25
) -> Counts:
    parts = [_saturate_lines(shard, statistics, numbers, bm25) for shard in shards]
    impacts = parts[0] if len(parts) == 1 else hstack(parts, format="csr")
    idf = inverse_frequencies(shards, statistics, numbers)
    impacts.data *= np.repeat(idf, np.diff(impacts.indptr))
    return impacts


def _saturate_lines(shard: Shard, statistics: Statistics, numbers: Numbers, bm25: Bm25) -> Counts:
    found = shard.segment.postings[shard.segment.lines_of(numbers)]
    times = _saturate(found.data, shard.segment.lengths[found.indices], statistics, bm25)
    return csr_array((times, found.indices, found.indptr), shape=found.shape)


def _saturate(times: Integers, lengths: Integers, statistics: Statistics, bm25: Bm25) -> Floats:
    """What each posting's count is worth before idf, in a text of so many terms."""
    relative_length = lengths.astype(np.float32) / np.float32(statistics.mean_length)
    slack = np.float32(bm25.k1) * (1 - np.float32(bm25.b) + np.float32(bm25.b) * relative_length)
    worth = times.astype(np.float32)
    worth *= np.float32(bm25.k1 + 1) / (worth + slack)
    return worth
