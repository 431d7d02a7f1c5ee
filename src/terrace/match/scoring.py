"""Scoring: the candidates of each query, in the query's language and across languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.match.corpus import Corpus
from terrace.match.features.signals import (
    DEPTH,
    Bools,
    EncodedQuery,
    gather_candidates,
)
from terrace.match.features.table import FeatureTable, build_table, neighbour_spaces
from terrace.match.index import View
from terrace.match.passages import Query
from terrace.match.spaces import Space
from terrace.match.text import terms
from terrace.progress import Progress, silent

EXAMINED = 200
"""How many candidates of the first stage get all features."""


@dataclass(frozen=True)
class Examined:
    """One query's candidates of one language, with their features."""

    query: Query
    language: str
    table: FeatureTable


@dataclass(frozen=True)
class _Group:
    """The documents of one language: where they are, and where they lie as vectors."""

    language: str
    mask: Bools


def encode_queries(
    queries: Sequence[Query], corpus: Corpus, progress: Progress = silent
) -> list[EncodedQuery]:
    """Terms and vectors of all queries, each model asked once."""
    heads, wholes = [q.head for q in queries], [q.whole for q in queries]
    encoded = {
        space.name: space.encode_queries([*heads, *wholes], corpus.cache, progress)
        for space in corpus.spaces()
    }
    count = len(queries)
    return [
        EncodedQuery(
            query,
            tuple(terms(query.head)),
            tuple(terms(query.whole)),
            {name: vectors[i] for name, vectors in encoded.items()},
            {name: vectors[count + i] for name, vectors in encoded.items()},
        )
        for i, query in enumerate(queries)
    ]


def examine(
    corpus: Corpus,
    queries: Sequence[EncodedQuery],
    mask: Bools,
    *,
    examined: int = EXAMINED,
    progress: Progress = silent,
) -> Iterator[Examined]:
    """The candidates of each query among the rows of the mask, per language of theirs."""
    view, spaces = corpus.view(), corpus.spaces()
    groups = _group_by_language(view, mask)
    for done, encoded in enumerate(queries, 1):
        for group in groups:
            table = _examine_group(view, encoded, spaces, group, examined)
            if table is not None:
                yield Examined(encoded.query, group.language, table)
        progress("Matching", done, len(queries))


def _group_by_language(view: View, mask: Bools) -> list[_Group]:
    if not len(view):
        return []
    languages = view.attributes["language"].fill_null("")
    present = sorted(set(languages.filter(pl.Series(mask & view.live)).to_list()))
    return [_Group(each, mask & (languages == each).to_numpy()) for each in present]


def _examine_group(
    view: View, encoded: EncodedQuery, spaces: Sequence[Space], group: _Group, examined: int
) -> FeatureTable | None:
    asked, there = encoded.query.language, group.language
    by_words = not asked or not there or asked == there
    speaking = [space for space in spaces if space.speaks(there)]
    if by_words:
        comparing = [space for space in speaking if space.speaks(asked)]
    else:
        comparing = [space for space in speaking if space.bridges(asked, there)]
    depth = max(DEPTH, examined)
    candidates = gather_candidates(
        view, encoded, comparing, group.mask, by_words=by_words, depth=depth
    )
    if not len(candidates.rows):
        return None
    neighbours = neighbour_spaces(speaking)
    return build_table(view, encoded, candidates, neighbours, by_words=by_words, examined=examined)


def full_mask(view: View, where: pl.Expr | None) -> npt.NDArray[np.bool_]:
    """The rows that a search may see."""
    return view.live.copy() if where is None else view.rows_where(where)
