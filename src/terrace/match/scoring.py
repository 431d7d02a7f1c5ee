"""Scoring: the candidates of each query, in the query's language and across languages."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

import numpy as np
import numpy.typing as npt
import polars as pl
from threadpoolctl import ThreadpoolController

from terrace.match.corpus import Corpus
from terrace.match.features.signals import (
    DEPTH,
    Bools,
    Candidates,
    EncodedQuery,
    gather_candidates,
)
from terrace.match.features.table import FeatureTable, build_table, neighbour_spaces
from terrace.match.gloss import Glossary, gloss_texts
from terrace.match.index import View
from terrace.match.passages import Query
from terrace.match.spaces import LSA, MONOLINGUAL, MULTILINGUAL, WHITE, Space, TextCache
from terrace.match.text import terms
from terrace.progress import Progress, silent

EXAMINED = 200
"""How many candidates of the first stage get all features."""

_MANY_ROWS = 20_000
"""From here on a second thread pays (below, threads that wait for a busy core cost far more),
and every space scanned costs milliseconds."""

_STRONGEST_FIRST = (MONOLINGUAL + WHITE, MONOLINGUAL, MULTILINGUAL, LSA)


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
    queries: Sequence[Query],
    corpus: Corpus,
    progress: Progress = silent,
    *,
    spaces: Sequence[Space] | None = None,
    cache: TextCache | None = None,
) -> list[EncodedQuery]:
    """Terms and vectors of all queries, each model asked once, and only for what it speaks.

    ``spaces`` are all that the corpus has if not said, ``cache`` is the corpus's own.
    """
    # Not ``or``: an empty cache is false.
    kept = corpus.cache if cache is None else cache
    encoded = {
        space.name: space.encode_queries(_spoken_texts(queries, space), kept, progress)
        for space in (corpus.spaces() if spaces is None else spaces)
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


def _spoken_texts(queries: Sequence[Query], space: Space) -> list[str]:
    """All heads, then all wholes; blank, which costs nothing, where the space has no say."""
    spoken = [space.speaks(query.language) for query in queries]
    heads = [query.head if says else "" for query, says in zip(queries, spoken, strict=True)]
    wholes = [query.whole if says else "" for query, says in zip(queries, spoken, strict=True)]
    return [*heads, *wholes]


def examine(
    corpus: Corpus,
    queries: Sequence[Query],
    mask: Bools,
    *,
    examined: int = EXAMINED,
    progress: Progress = silent,
) -> Iterator[Examined]:
    """The candidates of each query among the rows of the mask, per language of theirs."""
    view, spaces = corpus.view(), corpus.spaces()
    groups = _group_by_language(view, mask)
    encoded = encode_queries(queries, corpus, progress)
    threads = 1 if len(view) < _MANY_ROWS else None
    done, total = 0, len(groups) * len(queries)
    for group in groups:
        told = _encode_for(encoded, group.language, corpus, progress)
        tables = _examine_group(view, told, spaces, group, examined)
        for query in queries:
            with blas_threads(threads):
                table = next(tables)
            if table is not None:
                yield Examined(query, group.language, table)
            done += 1
            progress("Matching", done, total)


def blas_threads(count: int | None) -> AbstractContextManager[object]:
    """Matrix products on so many threads meanwhile; None leaves them as they are."""
    context: AbstractContextManager[object] = _blas().limit(limits=count, user_api="blas")
    return context


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _encode_for(
    encoded: Sequence[EncodedQuery], language: str, corpus: Corpus, progress: Progress
) -> list[EncodedQuery]:
    """The queries as they meet documents of a language: as they are, or glossed into it."""
    foreign = [at for at, each in enumerate(encoded) if not _share_words(each.query, language)]
    glossary = corpus.glossary(language, progress) if foreign else None
    told = list(encoded)
    if glossary is None:
        return told
    glossed = _gloss_queries([encoded[at].query for at in foreign], glossary, corpus)
    # What a model does not speak is not compared there; the multilingual one keeps the original.
    spaces = [s for s in corpus.spaces() if s.name != MULTILINGUAL and s.speaks(language)]
    anew = encode_queries(glossed, corpus, progress, spaces=spaces)
    for at, each in zip(foreign, anew, strict=True):
        told[at] = _keep_meaning(each, encoded[at])
    return told


def _gloss_queries(queries: Sequence[Query], glossary: Glossary, corpus: Corpus) -> list[Query]:
    space = corpus.bridge
    if space is None:
        return list(queries)
    heads = gloss_texts([q.head for q in queries], glossary, space, corpus.cache)
    wholes = gloss_texts([q.whole for q in queries], glossary, space, corpus.cache)
    return [
        Query(query.id, head, whole, glossary.language)
        for query, head, whole in zip(queries, heads, wholes, strict=True)
    ]


def _keep_meaning(glossed: EncodedQuery, original: EncodedQuery) -> EncodedQuery:
    """The multilingual model understands the original better than its gloss."""
    heads, wholes = dict(glossed.head_vectors), dict(glossed.whole_vectors)
    if MULTILINGUAL in original.whole_vectors:
        heads[MULTILINGUAL] = original.head_vectors[MULTILINGUAL]
        wholes[MULTILINGUAL] = original.whole_vectors[MULTILINGUAL]
    return replace(glossed, head_vectors=heads, whole_vectors=wholes)


def _share_words(query: Query, language: str) -> bool:
    return not query.language or not language or query.language == language


def _group_by_language(view: View, mask: Bools) -> list[_Group]:
    if not len(view):
        return []
    languages = view.attributes["language"].fill_null("")
    present = sorted(set(languages.filter(pl.Series(mask & view.live)).to_list()))
    return [_Group(each, mask & (languages == each).to_numpy()) for each in present]


def _examine_group(
    view: View,
    queries: Sequence[EncodedQuery],
    spaces: Sequence[Space],
    group: _Group,
    examined: int,
) -> Iterator[FeatureTable | None]:
    """A table for each query, in order; None where the query cannot be told in this language."""
    speaking = [space for space in spaces if space.speaks(group.language)]
    neighbours = neighbour_spaces(speaking)
    for asked, run in groupby(queries, key=lambda each: each.query.language):
        if asked and group.language and asked != group.language:
            yield from (None for _ in run)
            continue
        comparing = [space for space in speaking if space.speaks(asked)]
        scanned = choose_scanned(comparing, int((view.live & view.counted).sum()))
        listed = list(run)
        found = gather_candidates(
            view, listed, comparing, group.mask, scanned=scanned, depth=max(DEPTH, examined)
        )
        for encoded, candidates in zip(listed, found, strict=True):
            yield _build(view, encoded, candidates, neighbours, examined)


def _build(
    view: View,
    encoded: EncodedQuery,
    candidates: Candidates,
    neighbours: Sequence[Space],
    examined: int,
) -> FeatureTable | None:
    if not len(candidates.rows):
        return None
    return build_table(view, encoded, candidates, neighbours, examined=examined)


def choose_scanned(spaces: Sequence[Space], rows: int) -> list[Space]:
    """Where candidates are looked for: in every space, or among many rows in the best one."""
    return list(spaces) if rows < _MANY_ROWS else strongest(spaces)


def strongest(spaces: Iterable[Space]) -> list[Space]:
    """The one space that finds most; none of none."""
    by_name = {space.name: space for space in spaces}
    return [by_name[name] for name in _STRONGEST_FIRST if name in by_name][:1]


def full_mask(view: View, where: pl.Expr | None) -> npt.NDArray[np.bool_]:
    """The rows that a search may see."""
    return view.live.copy() if where is None or not len(view) else view.rows_where(where)
