"""Inner products with vectors on disk, block by block, exact."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from terrace.match.index.attachments import Vectors
from terrace.match.index.contents import Bools
from terrace.match.index.ranking import Top, merge_tops, select_top
from terrace.match.index.shards import Located, Shard

Floats = NDArray[np.float32]
NO_VECTOR = -1.0
"""The score of a row without a vector: that of the opposite direction."""

_BLOCK_ROWS = 65_536
_BLOCK_SCORES = 1 << 24
_COPY_COST = 4


def score_rows(shards: Sequence[Shard], model: str, query: Floats, eligible: Bools) -> Floats:
    """The inner product of ``query [d]`` with each eligible row's vector ``[n]``.

    Rows that are not eligible, dead or without a vector get ``NO_VECTOR``.
    """
    scores = np.full(len(eligible), NO_VECTOR, dtype=np.float32)
    for start, matrix, admitted in _blocks(shards, model, eligible):
        rows = np.flatnonzero(admitted)
        part = scores[start : start + len(matrix)]
        if _is_worth_copying(rows, matrix, queries=1):
            part[rows] = matrix[rows] @ query
        else:
            np.copyto(part, matrix @ query, where=admitted)
    return scores


def top_rows(shards: Sequence[Shard], model: str, queries: Floats, k: int, eligible: Bools) -> Top:
    """The ``k`` eligible rows with the highest inner product for each of ``queries [q, d]``.

    Returns rows -1 with score ``NO_VECTOR`` where there are fewer than ``k``.
    """
    queries = np.ascontiguousarray(queries, dtype=np.float32)
    empty = Top(np.full((len(queries), k), -1), np.full((len(queries), k), -np.inf, np.float32))
    tops = [empty]
    for start, matrix, admitted in _blocks(shards, model, eligible):
        found = _top_of_block(matrix, admitted, queries, k)
        tops.append(Top(np.where(found.rows < 0, -1, found.rows + start), found.scores))
    best = merge_tops(tops, k, floor=-np.inf)
    return Top(best.rows, np.where(best.rows < 0, np.float32(NO_VECTOR), best.scores))


def read_rows(
    shards: Sequence[Shard], model: str, located: Sequence[Located], dimension: int
) -> Floats:
    """The vectors of the rows located in each shard ``[m, dimension]``; zeros for none."""
    found = np.zeros((sum(len(places) for places, _ in located), dimension), dtype=np.float32)
    for shard, (places, local) in zip(shards, located, strict=True):
        if model in shard.vectors:
            vectors = shard.vectors[model]
            present = vectors.present[local]
            found[places[present]] = vectors.matrix[local[present]]
    return found


def _blocks(
    shards: Sequence[Shard], model: str, eligible: Bools
) -> Iterator[tuple[int, Floats, Bools]]:
    offset = 0
    for shard in shards:
        vectors = shard.vectors.get(model)
        if vectors is not None:
            yield from _blocks_of(shard, vectors, eligible, offset)
        offset += len(shard)


def _blocks_of(
    shard: Shard, vectors: Vectors, eligible: Bools, offset: int
) -> Iterator[tuple[int, Floats, Bools]]:
    admitted = shard.live & vectors.present & eligible[offset : offset + len(shard)]
    for start in range(0, len(shard), _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        if admitted[block].any():
            yield offset + start, vectors.matrix[block], admitted[block]


def _top_of_block(matrix: Floats, admitted: Bools, queries: Floats, k: int) -> Top:
    rows = np.flatnonzero(admitted)
    if _is_worth_copying(rows, matrix, queries=len(queries)):
        found = _top_of_matrix(matrix[rows], None, queries, k)
        return Top(np.where(found.rows < 0, -1, rows[found.rows]), found.scores)
    return _top_of_matrix(matrix, None if admitted.all() else ~admitted, queries, k)


def _is_worth_copying(rows: NDArray[np.int64], matrix: Floats, *, queries: int) -> bool:
    # To copy a row costs about as much as to multiply it with a few queries.
    return len(rows) * (queries + _COPY_COST) < len(matrix) * queries


def _top_of_matrix(matrix: Floats, refused: Bools | None, queries: Floats, k: int) -> Top:
    step = max(1, _BLOCK_SCORES // len(matrix))
    room = np.empty((min(step, len(queries)), len(matrix)), dtype=np.float32)
    tops = []
    for start in range(0, len(queries), step):
        block = queries[start : start + step]
        scores = np.matmul(block, matrix.T, out=room[: len(block)])
        if refused is not None:
            scores[:, refused] = -np.inf
        tops.append(select_top(scores, k, floor=-np.inf))
    return _stack(tops, k)


def _stack(tops: Sequence[Top], k: int) -> Top:
    rows = [np.zeros((0, k), dtype=np.int64), *(top.rows for top in tops)]
    scores = [np.zeros((0, k), dtype=np.float32), *(top.scores for top in tops)]
    return Top(np.concatenate(rows), np.concatenate(scores))
