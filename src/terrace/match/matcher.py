"""The matcher: fitted on one kind of record, asked with rows of another.

    matcher = Matcher()
    matcher.fit(achievements)
    pairs = matcher.match(needs, top=10)
    print(matcher.explain("N-1", "A-1").summary_en)

``pairs`` has a row per pair: need_id, achievement_id, rank, score, confidence.
"""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from terrace.errors import InputError, NotFound, TerraceError
from terrace.files import write_atomically
from terrace.match.contention import Contention
from terrace.match.corpus import Corpus
from terrace.match.embed import Embedder, default_embedders
from terrace.match.explain import Explanation, explain_pair
from terrace.match.passages import make_queries
from terrace.match.rank import Ranker, shipped_ranker
from terrace.match.rating import rate_pairs, score_examined
from terrace.match.scoring import EXAMINED, Examined, examine, full_mask
from terrace.match.search import search_words
from terrace.match.vectors import VectorCache
from terrace.match.yardsticks import find_encode, measure_rarity
from terrace.progress import Progress, silent
from terrace.records import SCHEMAS, Achievement, Kind, Need, row_of, to_records

ABSTAIN_BELOW = 0.1
"""Below this confidence Terrace makes no claim; an unlinked pair may fit all the same."""

_CONTENTION_FILE, _RECORDS_FILE = "contention.parquet", "records.parquet"
_RANKER_FILE, _KINDS_FILE = "ranker.json", "matcher.json"
_CACHE_FILE = "vectors.sqlite"
_WARM_UP = "warm up"


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
    ranker: Ranker = field(default_factory=shipped_ranker)
    fallback_vectors: Sequence[Path] = ()
    cache_path: Path | None = None
    corpus: Corpus = field(init=False)

    def __post_init__(self) -> None:
        # Removes itself when the matcher goes, closed or not.
        self._temporary = None if self.folder else tempfile.TemporaryDirectory(prefix="terrace-")
        folder = self.folder or Path(str(self._temporary and self._temporary.name))
        cache = VectorCache(self.cache_path or folder / _CACHE_FILE, self.fallback_vectors)
        embedders = default_embedders() if self.embedders is None else self.embedders
        self.corpus = Corpus(folder, cache, embedders)
        self._contention = Contention.load(folder / _CONTENTION_FILE)
        self._records = _read_records(folder / _RECORDS_FILE, self.kind)
        self._asked = SCHEMAS[self.asked_by].to_frame()

    @classmethod
    def load(cls, folder: Path, *, embedders: tuple[Embedder, ...] | None = None) -> "Matcher":
        """What ``save`` wrote; more can be added to it in place.

        Raises:
            NotFound: there is no saved matcher in the folder.
            RankerError, InputError, IndexFault: a part of it is damaged.
        """
        if not (folder / _RANKER_FILE).exists():
            raise NotFound(f"no saved matcher in {folder}; save one there with Matcher.save")
        kinds = _read_kinds(folder / _KINDS_FILE)
        ranker = Ranker.load(folder / _RANKER_FILE)
        return cls(folder=folder, embedders=embedders, ranker=ranker, **kinds)

    def fit(self, frame: pl.DataFrame, progress: Progress = silent) -> "Matcher":
        """Index these records and embed them; more may be added later."""
        self.add(frame, progress)
        return self

    def add(self, frame: pl.DataFrame, progress: Progress = silent) -> None:
        """Add or replace records; found by words at once, by meaning when this returns."""
        self.corpus.put(frame, progress)
        older = self._records.filter(~pl.col("id").is_in(frame["id"].implode()))
        self._records = pl.concat([older, frame])
        self.corpus.embed(progress)

    def remove(self, record_ids: Sequence[str]) -> None:
        """Take records out of the match."""
        self.corpus.remove(record_ids)
        self._records = self._records.filter(~pl.col("id").is_in(list(record_ids)))

    def explain(self, query_id: str, record_id: str) -> Explanation:
        """Why a record may fit one of the queries last asked, requirement by requirement.

        Raises:
            NotFound: the query was not among those last asked, or the record is not here.
        """
        asked = to_records(self.asked_by, row_of(self._asked, query_id))[0]
        found = to_records(self.kind, row_of(self._records, record_id))[0]
        need, achievement = (asked, found) if isinstance(asked, Need) else (found, asked)
        if not isinstance(need, Need) or not isinstance(achievement, Achievement):
            raise NotFound("only a need and an achievement can be explained together")
        return explain_pair(
            need,
            achievement,
            idf=measure_rarity(self.corpus),
            encode=find_encode(self.corpus),
        )

    def save(self, folder: Path) -> None:
        """Write everything but the cache of query vectors to a new folder, or to its own.

        Raises:
            TerraceError: the folder is in use, or cannot be written.
        """
        own = folder.resolve() == self.corpus.folder.resolve()
        if not own and folder.exists() and any(folder.iterdir()):
            raise TerraceError(f"{folder} is not empty; save into a new folder")
        self._write_parts(self.corpus.folder)
        if not own:
            left = shutil.ignore_patterns(f"{_CACHE_FILE}*", ".lock")
            shutil.copytree(self.corpus.folder, folder, dirs_exist_ok=True, ignore=left)

    def learn_rivals(self, queries: pl.DataFrame, progress: Progress = silent) -> None:
        """Remember how well the zone's public queries fit each record, see ``contention.py``."""
        self._remember(self._score(_public(queries), None, EXAMINED, progress))

    def match(
        self,
        queries: pl.DataFrame,
        *,
        top: int = 10,
        where: pl.Expr | None = None,
        remember: bool = False,
        progress: Progress = silent,
    ) -> pl.DataFrame:
        """The best ``top`` records for each query, with the given rows as each other's rivals.

        ``where`` filters by the records' attributes before ranking. Up to 200 the
        scores do not depend on ``top``; a longer list measures against more candidates.
        ``remember`` keeps the public rows as rivals, as ``learn_rivals`` would, at no cost.
        Returns ``{asked_by}_id``, ``{kind}_id``, rank (from 1), score and confidence.
        """
        scored = self._score(queries, where, max(EXAMINED, top), progress)
        rivals = scored.filter(pl.col("query_id").is_in(_public(queries)["id"].implode()))
        if remember:
            self._remember(rivals)
        best = rate_pairs(scored, self._contention.filled(rivals), self.ranker, top=top)
        self._asked = queries
        named = best.rename({"query_id": f"{self.asked_by}_id", "record_id": f"{self.kind}_id"})
        columns = sorted((f"{self.asked_by}_id", f"{self.kind}_id"), reverse=True)
        return named.select(*columns, "rank", "score", "confidence")

    def search(self, text: str, *, top: int = 10, where: pl.Expr | None = None) -> pl.DataFrame:
        """The records that fit a few words at once: the first stage alone, as one types.

        Returns ``{kind}_id`` and score, best first; ``where`` filters before ranking.
        """
        corpus = self.corpus.pinned()
        found = search_words(corpus, text, top=top, mask=full_mask(corpus.view(), where))
        return found.rename({"record_id": f"{self.kind}_id"})

    def examine(
        self, queries: pl.DataFrame, where: pl.Expr | None, examined: int, progress: Progress
    ) -> list[Examined]:
        """The candidates of each query with their features, for training and explanation."""
        return _examine(self.corpus.pinned(), queries, where, examined, progress)

    def warm_up(self) -> None:
        """Load the models and word lists now, so that the first match need not wait for them.

        It takes some seconds; a long-lived process calls it when it starts.
        """
        corpus = self.corpus.pinned()
        for language in corpus.passages()["language"].unique().drop_nulls():
            corpus.glossary(language)
        for space in corpus.spaces():
            space.encode_queries([_WARM_UP], corpus.recent)

    def close(self) -> None:
        """Let go of the files, and of the folder if it was temporary."""
        self.corpus.close()
        if self._temporary:
            self._temporary.cleanup()

    def _write_parts(self, folder: Path) -> None:
        write_atomically(folder / _RECORDS_FILE, self._records.write_parquet)
        kinds = json.dumps({"kind": self.kind, "asked_by": self.asked_by})
        write_atomically(folder / _KINDS_FILE, lambda file: file.write(kinds.encode()))
        self.ranker.save(folder / _RANKER_FILE)

    def _remember(self, scored: pl.DataFrame) -> None:
        self._contention = self._contention.joined(scored)
        self._contention.save(self.corpus.folder / _CONTENTION_FILE)

    def _score(
        self, queries: pl.DataFrame, where: pl.Expr | None, examined: int, progress: Progress
    ) -> pl.DataFrame:
        # Of one view throughout: rows mean something else after another process has written.
        corpus = self.corpus.pinned()
        found = _examine(corpus, queries, where, examined, progress)
        return score_examined(found, corpus.passages()["record_id"], self.ranker)


def _examine(
    corpus: Corpus, queries: pl.DataFrame, where: pl.Expr | None, examined: int, progress: Progress
) -> list[Examined]:
    mask = full_mask(corpus.view(), where)
    found = examine(corpus, make_queries(queries), mask, examined=examined, progress=progress)
    return list(found)


def _public(records: pl.DataFrame) -> pl.DataFrame:
    return records.filter(pl.col("visibility").struct.field("teaser") == "public")


def _read_records(path: Path, kind: Kind) -> pl.DataFrame:
    if not path.exists():
        return SCHEMAS[kind].to_frame()
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError.of_file(path, f"is damaged ({error})", "Save the matcher anew") from error


def _read_kinds(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(said[name]) for name in ("kind", "asked_by")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError.of_file(path, f"is damaged ({error})", "Save the matcher anew") from error
