"""The matcher: fitted on one kind of record, asked with rows of another.

    matcher = Matcher()
    matcher.fit(achievements)
    pairs = matcher.match(needs, top=10)

``pairs`` has a row per pair: need_id, achievement_id, rank, score, confidence.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from terrace.match.confidence import rate_confidence
from terrace.match.contention import SCHEMA, Contention
from terrace.match.corpus import Corpus
from terrace.match.embed import Embedder, default_embedders
from terrace.match.passages import make_queries
from terrace.match.rank import Ranker, shipped_ranker
from terrace.match.scoring import EXAMINED, Examined, examine, full_mask
from terrace.match.search import search_words
from terrace.match.vectors import VectorCache
from terrace.progress import Progress, silent
from terrace.records import Kind

ABSTAIN_BELOW = 0.1
"""Below this confidence Terrace makes no claim; an unlinked pair may fit all the same."""

_SCORED = pl.Schema(
    [
        *SCHEMA.items(),
        ("cosine", pl.Float32),
        ("coverage", pl.Float32),
        ("sets_scale", pl.Boolean),
        ("variant", pl.Int64),
        ("language", pl.String),
    ]
)
_CONTENTION_FILE = "contention.parquet"


@dataclass
class Matcher:
    """Matches records of one kind, ``kind``, with queries of any other.

    Without a ``folder`` everything lives in a temporary one until ``close``.
    ``embedders`` default to those installed, ``ranker`` to the shipped one.
    """

    kind: Kind = "achievement"
    asked_by: Kind = "need"
    folder: Path | None = None
    embedders: tuple[Embedder, ...] | None = None
    ranker: Ranker | None = None
    fallback_vectors: Sequence[Path] = ()
    cache_path: Path | None = None
    corpus: Corpus = field(init=False)

    def __post_init__(self) -> None:
        self._is_temporary = self.folder is None
        self.folder = self.folder or Path(tempfile.mkdtemp(prefix="terrace-"))
        cache = VectorCache(
            self.cache_path or self.folder / "vectors.sqlite", self.fallback_vectors
        )
        embedders = default_embedders() if self.embedders is None else self.embedders
        self.corpus = Corpus(self.folder, cache, embedders)
        self.ranker = self.ranker or shipped_ranker()
        self._contention = Contention.load(self.folder / _CONTENTION_FILE)

    def fit(self, frame: pl.DataFrame, progress: Progress = silent) -> "Matcher":
        """Index these records and embed them; more may be added later."""
        self.add(frame, progress)
        return self

    def add(self, frame: pl.DataFrame, progress: Progress = silent) -> None:
        """Add or replace records; found by words at once, by meaning when this returns."""
        self.corpus.put(frame, progress)
        self.corpus.embed(progress)

    def remove(self, record_ids: Sequence[str]) -> None:
        """Take records out of the match."""
        self.corpus.remove(record_ids)

    def learn_rivals(self, queries: pl.DataFrame, progress: Progress = silent) -> None:
        """Remember how well the zone's public queries fit each record, see ``contention.py``."""
        scored = self._score(_public(queries), None, EXAMINED, progress)
        self._contention = self._contention.joined(scored)
        self._contention.save(self._folder / _CONTENTION_FILE)

    def match(
        self,
        queries: pl.DataFrame,
        *,
        top: int = 10,
        where: pl.Expr | None = None,
        progress: Progress = silent,
    ) -> pl.DataFrame:
        """The best ``top`` records for each query, with the given rows as each other's rivals.

        ``where`` filters by the records' attributes before ranking. Up to 200 the
        scores do not depend on ``top``; a longer list measures against more candidates.
        Returns ``{asked_by}_id``, ``{kind}_id``, rank (from 1), score and confidence.
        """
        scored = self._score(queries, where, max(EXAMINED, top), progress)
        rivals = scored.filter(pl.col("query_id").is_in(_public(queries)["id"].implode()))
        rated = self._rate(scored, self._contention.filled(rivals))
        best = (
            rated.sort(
                "query_id",
                "confidence",
                "score",
                "record_id",
                descending=[False, True, True, False],
            )
            .group_by("query_id", maintain_order=True)
            .head(top)
            .with_columns(rank=pl.int_range(1, pl.len() + 1).over("query_id"))
        )
        named = best.rename({"query_id": f"{self.asked_by}_id", "record_id": f"{self.kind}_id"})
        columns = sorted((f"{self.asked_by}_id", f"{self.kind}_id"), reverse=True)
        return named.select(*columns, "rank", "score", "confidence")

    def search(self, text: str, *, top: int = 10, where: pl.Expr | None = None) -> pl.DataFrame:
        """The records that fit a few words at once: the first stage alone, as one types.

        Returns ``{kind}_id`` and score, best first; ``where`` filters before ranking.
        """
        found = search_words(self.corpus, text, top=top, mask=full_mask(self.corpus.view(), where))
        return found.rename({"record_id": f"{self.kind}_id"})

    def examine(
        self, queries: pl.DataFrame, where: pl.Expr | None, examined: int, progress: Progress
    ) -> list[Examined]:
        """The candidates of each query with their features, for training and explanation."""
        asked = make_queries(queries)
        mask = full_mask(self.corpus.view(), where)
        return list(examine(self.corpus, asked, mask, examined=examined, progress=progress))

    def close(self) -> None:
        """Let go of the files, and of the folder if it was temporary."""
        self.corpus.close()
        if self._is_temporary:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return self.corpus.folder

    def _score(
        self, queries: pl.DataFrame, where: pl.Expr | None, examined: int, progress: Progress
    ) -> pl.DataFrame:
        """Query, record, score before contention, and the number of the variant that gave it."""
        ranker = self.ranker or Ranker()
        found = self.examine(queries, where, examined, progress)
        if not found:
            return _SCORED.to_frame()
        ids = self.corpus.view().attributes["record_id"]
        parts = [
            pl.DataFrame(
                {
                    "query_id": [each.query.id] * len(each.table.rows),
                    "record_id": ids[each.table.rows.tolist()],
                    "score": ranker.score(each.table),
                    "cosine": each.table.cosine,
                    "coverage": each.table.coverage,
                    "sets_scale": each.table.sets_scale,
                    "variant": [ranker.choose(each.table.names)] * len(each.table.rows),
                    "language": [each.language] * len(each.table.rows),
                }
            )
            for each in found
        ]
        return _best_passages(pl.concat(parts).cast(_SCORED))

    def _rate(self, scored: pl.DataFrame, contention: Contention) -> pl.DataFrame:
        """Take off contention and add confidence, list of candidates by list."""
        ranker = self.ranker or Ranker()
        taken = pl.Series(contention.measure(scored), dtype=pl.Float32)
        weights = np.array([choice.contention for choice in ranker.choices], dtype=np.float32)
        weight = pl.Series(weights[scored["variant"].to_numpy()])
        rated = scored.with_columns(score=pl.col("score") - weight * taken)
        lists = rated.partition_by("variant", "language", maintain_order=True)
        if not lists:
            return rated.with_columns(confidence=pl.lit(0.0))
        return pl.concat([_with_confidence(part, ranker) for part in lists])


def _best_passages(scored: pl.DataFrame) -> pl.DataFrame:
    """One row per query and record: that of the record's best passage."""
    return scored.sort("score", descending=True, maintain_order=True).unique(
        ["query_id", "record_id"], keep="first", maintain_order=True
    )


def _with_confidence(scored: pl.DataFrame, ranker: Ranker) -> pl.DataFrame:
    """Candidates of one language and variant, with their confidence."""
    calibration = ranker.choices[scored["variant"][0]].calibration
    return scored.with_columns(confidence=pl.Series(rate_confidence(scored, calibration)))


def _public(records: pl.DataFrame) -> pl.DataFrame:
    return records.filter(pl.col("visibility").struct.field("teaser") == "public")
