"""A view: one generation of an index, to be searched; it never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.errors import IndexFault, MixedVectors, NotFound
from terrace.match.index import bm25, prefixes, products
from terrace.match.index.bm25 import Bm25, Query
from terrace.match.index.contents import Bools, Counts, Integers, stack_counts, widen
from terrace.match.index.manifest import Manifest
from terrace.match.index.shards import Located, Shard
from terrace.match.index.vocabulary import Vocabulary

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class View:
    """Rows ``0 .. n - 1`` of one generation, dead ones included.

    Row numbers hold within a view only: the next one may number otherwise.
    Every search method takes ``mask [n]``; rows outside it take no part.
    """

    manifest: Manifest
    shards: tuple[Shard, ...]
    weighting: Bm25
    known: Vocabulary

    def __len__(self) -> int:
        return int(self._starts[-1])

    @property
    def generation(self) -> int:
        """Which state of the index this is; every change adds one."""
        return self.manifest.generation

    @cached_property
    def live(self) -> Bools:
        """False for rows that were deleted or replaced ``[n]``."""
        return _concatenate([shard.live for shard in self.shards], np.bool_)

    @cached_property
    def counted(self) -> Bools:
        """False for hidden rows ``[n]``; dead rows keep what they had."""
        return _concatenate([shard.segment.counted for shard in self.shards], np.bool_)

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """The number of terms of each row ``[n]``."""
        return _concatenate([shard.segment.lengths for shard in self.shards], np.int32)

    @cached_property
    def ids(self) -> list[str]:
        """The id of each row ``[n]``; an updated record's id also stands at its dead rows."""
        return [i for shard in self.shards for i in shard.segment.contents.rows["id"].to_list()]

    def row_of(self, record_id: str) -> int:
        """The live row of an id.

        Raises:
            NotFound: no live row has it.
        """
        row = self.find_row(record_id)
        if row is None:
            raise NotFound(
                f"no record '{record_id}' in the index; was it deleted or not yet added?"
            )
        return row

    def find_row(self, record_id: str) -> int | None:
        """The live row of an id, or None."""
        for start, shard in zip(self._starts, self.shards, strict=False):
            row = shard.segment.local_rows.get(record_id)
            if row is not None and shard.live[row]:
                return int(start) + row
        return None

    @cached_property
    def attributes(self) -> pl.DataFrame:
        """The attributes of each row, dead ones included; what was never given is null."""
        return _join_frames([shard.segment.contents.attributes for shard in self.shards])

    @cached_property
    def attribute_types(self) -> pl.Schema:
        """The columns of ``attributes``, without joining them."""
        frames = [shard.segment.contents.attributes for shard in self.shards]
        return _join_frames([frame.clear() for frame in frames]).schema

    def rows_where(self, condition: pl.Expr) -> Bools:
        """Where a condition over the attributes holds, live rows only ``[n]``; null is False.

        Raises:
            IndexFault: the condition names an unknown column or is no condition.
        """
        numbered = self.attributes.lazy().with_row_index("__row")
        try:
            rows = numbered.filter(condition).select("__row").collect()["__row"].to_numpy()
        except pl.exceptions.PolarsError as error:
            raise IndexFault(
                f"the filter {condition} does not fit the attributes "
                f"{self.attributes.columns}: {error}; correct the filter"
            ) from error
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[rows] = True
        return mask & self.live

    def check_mask(self, mask: Bools) -> None:
        """Refuse a mask that cannot have been made from this view.

        Raises:
            IndexFault: it has another length or type.
        """
        if mask.shape != (len(self),) or mask.dtype != np.bool_:
            raise IndexFault(
                f"a mask of {mask.dtype} {mask.shape} was given to a view of {len(self)} rows; "
                "make it from this very view, for example with rows_where"
            )

    @property
    def vocabulary(self) -> Sequence[str]:
        """All terms by number, also those that now occur in dead rows only."""
        return self.known.terms[: self.manifest.vocabulary_terms]

    def term_ids(self, terms: Sequence[str]) -> Rows:
        """The number of each term ``[t]``, -1 where the index never saw it."""
        found = (self.known.ids.get(term, -1) for term in terms)
        numbers = np.fromiter(found, dtype=np.int64, count=len(terms))
        return np.where(numbers < self.manifest.vocabulary_terms, numbers, -1)

    def term_counts(self, rows: Sequence[int] | Integers) -> Counts:
        """How often each term occurs in each of the rows ``[len(rows), vocabulary]``."""
        located = self._locate(rows)
        parts = [
            shard.segment.contents.counts[local]
            for (_, local), shard in zip(located, self.shards, strict=True)
            if len(local)
        ]
        if len(parts) == 1:
            return widen(parts[0], self.manifest.vocabulary_terms)
        order = np.concatenate([np.zeros(0, np.int64), *(places for places, _ in located)])
        return stack_counts(parts, self.manifest.vocabulary_terms)[np.argsort(order)]

    def idf(self, terms: Sequence[str]) -> Floats:
        """The inverse document frequency of each term ``[t]``, unknown ones included."""
        return bm25.inverse_frequencies(self.shards, self._statistics, self.term_ids(terms))

    def count_documents(self, terms: Sequence[str]) -> Rows:
        """In how many live, counted rows each term occurs ``[t]``."""
        return bm25.count_documents(self.shards, self.term_ids(terms))

    def weigh_prefix(self, prefix: str, *, most: int) -> dict[str, float]:
        """The commonest terms of counted rows that begin with a prefix, and what each weighs.

        In a query they count together like one word that occurs where any of them does.
        """
        committed = self.manifest.vocabulary_terms
        return prefixes.weigh_prefix(self.shards, self.known, prefix, most=most, terms=committed)

    def lexical(self, query: Query) -> Floats:
        """The BM25 score of each row ``[n]``; 0 where nothing matches and for dead rows.

        A mapping gives the weight of each term; in a sequence, a repeated term
        weighs as often as it is repeated.
        """
        return np.asarray(self.lexical_each([query])[0])

    def lexical_each(self, queries: Sequence[Query]) -> Floats:
        """``lexical`` of several queries ``[q, n]``."""
        scores = np.zeros((len(queries), len(self)), dtype=np.float32)
        for line, query in zip(scores, self._weigh(queries), strict=True):
            found = bm25.score_query(self.shards, self._statistics, query, self.weighting)
            np.copyto(line, found, where=self.live)
        return scores

    def top_lexical(
        self, queries: Sequence[Query], k: int, mask: Bools | None = None
    ) -> tuple[Rows, Floats]:
        """The best ``k`` rows of each query by BM25; of equals, the lower row.

        Returns rows ``[q, k]`` and scores ``[q, k]``; where fewer rows match,
        row -1 with score 0.
        """
        top = bm25.top_rows(
            self.shards,
            self._statistics,
            self._weigh(queries),
            k,
            eligible=self._eligible(mask),
            bm25=self.weighting,
        )
        return top.rows, top.scores

    @property
    def models(self) -> Mapping[str, int]:
        """The dimension of each model that has vectors here."""
        return self.manifest.models

    def has_vectors(self, model: str) -> Bools:
        """Which live rows have a vector of this model ``[n]``."""
        parts = [
            shard.live & shard.vectors[model].present
            if model in shard.vectors
            else np.zeros(len(shard), dtype=np.bool_)
            for shard in self.shards
        ]
        return _concatenate(parts, np.bool_)

    def vectors(self, model: str, rows: Sequence[int] | Integers) -> Floats:
        """The vectors of these rows ``[len(rows), d]``; zeros where there is none.

        Raises:
            NotFound: the index holds no vectors of this model.
        """
        if model not in self.models:
            raise NotFound(
                f"no vectors of model '{model}' in the index; it has those of {sorted(self.models)}"
            )
        return products.read_rows(self.shards, model, self._locate(rows), self.models[model])

    def dense(self, model: str, query: Floats, mask: Bools | None = None) -> Floats:
        """The inner product of ``query [d]`` with each row's vector ``[n]``.

        Dead rows, rows outside the mask and rows without a vector get -1.

        Raises:
            MixedVectors: the query has another dimension than the model.
        """
        self._check_dimension(model, query)
        return products.score_rows(self.shards, model, query, self._eligible(mask))

    def top_dense(
        self, model: str, queries: Floats, k: int, mask: Bools | None = None
    ) -> tuple[Rows, Floats]:
        """The best ``k`` rows by inner product with each of ``queries [q, d]``.

        Returns rows ``[q, k]`` and scores ``[q, k]``; where fewer rows have a
        vector, row -1 with score -1.

        Raises:
            MixedVectors: the queries have another dimension than the model.
        """
        self._check_dimension(model, queries)
        top = products.top_rows(self.shards, model, queries, k, self._eligible(mask))
        return top.rows, top.scores

    @cached_property
    def _starts(self) -> Rows:
        return np.cumsum([0, *(len(shard) for shard in self.shards)], dtype=np.int64)

    @cached_property
    def _statistics(self) -> bm25.Statistics:
        return bm25.collect_statistics(self.shards)

    def _weigh(self, queries: Sequence[Query]) -> list[bm25.WeightedTerms]:
        count = self.manifest.vocabulary_terms
        return [bm25.weigh_terms(query, self.known.ids, count) for query in queries]

    def _eligible(self, mask: Bools | None) -> Bools:
        if mask is None:
            return self.live
        self.check_mask(mask)
        return self.live & mask

    def _locate(self, rows: Sequence[int] | Integers) -> list[Located]:
        """The rows of each shard among those asked for, by place asked and local number."""
        wanted = np.asarray(rows, dtype=np.int64)
        if np.any((wanted < 0) | (wanted >= len(self))):
            raise IndexError(
                f"rows must lie in 0 .. {len(self) - 1}; drop -1, which stands for none"
            )
        owners = np.searchsorted(self._starts, wanted, side="right") - 1
        places = [np.flatnonzero(owners == owner) for owner in range(len(self.shards))]
        return [(at, wanted[at] - start) for at, start in zip(places, self._starts, strict=False)]

    def _check_dimension(self, model: str, queries: Floats) -> None:
        dimension = self.models.get(model, queries.shape[-1])
        if queries.shape[-1] != dimension:
            raise MixedVectors(
                f"the query has {queries.shape[-1]} dimensions, but the vectors of '{model}' have "
                f"{dimension}; embed the query with the model that embedded the records"
            )


def _join_frames(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if not frames:
        return pl.DataFrame(schema={"id": pl.String})
    return pl.concat(frames, how="diagonal_relaxed")


def _concatenate(parts: Sequence[NDArray[Any]], data_type: type[Any]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=data_type), *parts])
