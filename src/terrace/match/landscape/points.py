"""Points: records of one kind as vectors of one space, with what is needed to name them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.match.corpus import Corpus
from terrace.match.embedders.batches import unit_rows
from terrace.match.masks import rows_of
from terrace.match.text import detect_language

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Points:
    """``n`` records of one kind: unit ``vectors [n, d]``, their ``texts`` and which are public."""

    record_ids: Sequence[str]
    kind: str
    vectors: Floats
    texts: Sequence[str]
    public: Bools

    def __len__(self) -> int:
        return len(self.record_ids)

    def public_ones(self) -> "Points":
        """Those that are public and have a vector at all (a blank text has none)."""
        kept = np.flatnonzero(self.public & self.vectors.any(axis=1)).tolist()
        return Points(
            [self.record_ids[row] for row in kept],
            self.kind,
            self.vectors[kept],
            [self.texts[row] for row in kept],
            self.public[kept],
        )

    def languages(self) -> list[str]:
        """The language of each point's text."""
        return [detect_language(text) for text in self.texts]


def read_points(kind: str, corpus: Corpus, record_ids: Collection[str] | None = None) -> Points:
    """The records of a corpus (all, or these) that have a vector in its multilingual space.

    A record of several passages lies at their mean. Without a multilingual model there are none.
    """
    corpus = corpus.pinned()
    bridge, view = corpus.bridge, corpus.view()
    if bridge is None or bridge.id not in view.models:
        return Points((), kind, np.zeros((0, 0), np.float32), (), np.zeros(0, np.bool_))
    rows = _rows(corpus, bridge.id, record_ids)
    found = corpus.passages()[rows].with_columns(public=pl.Series(view.counted[rows]))
    grouped = found.with_row_index("at").group_by("record_id", maintain_order=True)
    records = grouped.agg("at", "text", pl.col("public").first())
    return Points(
        records["record_id"].to_list(),
        kind,
        _mean_rows(view.vectors(bridge.id, rows), records["at"]),
        ["\n".join(texts) for texts in records["text"]],
        records["public"].to_numpy(),
    )


def _rows(corpus: Corpus, model: str, record_ids: Collection[str] | None) -> npt.NDArray[np.int64]:
    wanted = corpus.view().has_vectors(model)
    if record_ids is not None:
        wanted = wanted & rows_of(corpus.view(), record_ids)
    return np.flatnonzero(wanted)


def _mean_rows(vectors: Floats, places: Iterable[pl.Series]) -> Floats:
    means = [vectors[at.to_numpy()].mean(axis=0) for at in places]
    return unit_rows(np.stack(means)) if means else vectors
