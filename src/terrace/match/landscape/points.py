"""Points: records of one kind as vectors of one space, with what is needed to name them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.match.corpus import Corpus
from terrace.match.embedders.batches import unit_rows
from terrace.match.landscape.projection import Voice
from terrace.match.masks import rows_of
from terrace.match.text import detect_language

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_FILED = {"source": "", "fields": [], "keywords": []}
_TITLE_ENDS, _LONGEST_TITLE = ". ", 200


@dataclass(frozen=True, eq=False)
class Points:
    """``n`` records of one kind: unit ``vectors [n, d]``, their ``texts`` and which are public.

    ``heads`` are titles and keywords, ``sources`` say where a record comes from ('' = from the
    zone itself), ``fields`` are codes or a source's names of fields.
    """

    record_ids: Sequence[str]
    kind: str
    vectors: Floats
    texts: Sequence[str]
    heads: Sequence[str]
    sources: Sequence[str]
    fields: Sequence[Sequence[str]]
    public: Bools

    def __len__(self) -> int:
        return len(self.record_ids)

    def public_ones(self) -> "Points":
        """Those that are public and have a vector at all (a blank text has none)."""
        return self.choose(np.flatnonzero(self.public & self.vectors.any(axis=1)).tolist())

    def choose(self, rows: Sequence[int]) -> "Points":
        """Those in these rows, in this order."""
        return Points(
            [self.record_ids[row] for row in rows],
            self.kind,
            self.vectors[list(rows)],
            [self.texts[row] for row in rows],
            [self.heads[row] for row in rows],
            [self.sources[row] for row in rows],
            [self.fields[row] for row in rows],
            self.public[list(rows)],
        )

    def languages(self) -> list[str]:
        """The language of each point's text."""
        return [detect_language(text) for text in self.texts]

    def voices(self) -> list[Voice]:
        """The language and the source of each point."""
        return list(zip(self.languages(), self.sources, strict=True))


def read_points(kind: str, corpus: Corpus, record_ids: Collection[str] | None = None) -> Points:
    """The records of a corpus (all, or these) that have a vector in its multilingual space.

    A record of several passages lies at their mean. Without a multilingual model there are none.
    """
    corpus = corpus.pinned()
    bridge, view = corpus.bridge, corpus.view()
    if bridge is None or bridge.id not in view.models:
        return Points((), kind, np.zeros((0, 0), np.float32), (), (), (), (), np.zeros(0, np.bool_))
    rows = _rows(corpus, bridge.id, record_ids)
    found = corpus.passages()[rows].with_columns(public=pl.Series(view.counted[rows]))
    records = _gather(found)
    return Points(
        records["record_id"].to_list(),
        kind,
        _mean_rows(view.vectors(bridge.id, rows), records["at"]),
        ["\n".join(texts) for texts in records["text"]],
        [_head_of(*row) for row in records.select("text", "keywords").iter_rows()],
        records["source"].to_list(),
        records["fields"].to_list(),
        records["public"].to_numpy(),
    )


def _gather(passages: pl.DataFrame) -> pl.DataFrame:
    """One row per record: where its passages stand, their texts, and what it is filed under."""
    known = passages.with_columns(
        [
            (pl.col(name) if name in passages.columns else pl.lit(empty)).fill_null(empty)
            for name, empty in _FILED.items()
        ]
    )
    grouped = known.with_row_index("at").group_by("record_id", maintain_order=True)
    return grouped.agg("at", "text", pl.col("public", *_FILED).first())


def _head_of(texts: Sequence[str], keywords: Sequence[str]) -> str:
    """The titles, which passages begin with, and the keywords."""
    titles = [text.partition(_TITLE_ENDS)[0][:_LONGEST_TITLE] for text in texts]
    return "; ".join([*titles, *keywords])


def _rows(corpus: Corpus, model: str, record_ids: Collection[str] | None) -> npt.NDArray[np.int64]:
    wanted = corpus.view().has_vectors(model)
    if record_ids is not None:
        wanted = wanted & rows_of(corpus.view(), record_ids)
    return np.flatnonzero(wanted)


def _mean_rows(vectors: Floats, places: Iterable[pl.Series]) -> Floats:
    means = [vectors[at.to_numpy()].mean(axis=0) for at in places]
    return unit_rows(np.stack(means)) if means else vectors
