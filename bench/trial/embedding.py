"""The vectors every engine gets: embedded once through Terrace's cache, and timed apart."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from terrace.match.embed import Embedder, load_embedder
from terrace.match.vectors import VectorCache
from trial.corpus import KINDS, Corpus


@dataclass(frozen=True, slots=True)
class CorpusVectors:
    """Unit vectors, float32: documents [n, d], and queries [q, d] by kind; how long it took."""

    documents: NDArray[np.float32]
    queries: Mapping[str, NDArray[np.float32]]
    timing: Mapping[str, float]


@dataclass(slots=True)
class Stopwatch:
    """Counts what a run really embedded: from the first report to the last."""

    display: Progress
    embedded: int = 0
    seconds: float = 0.0
    _first: tuple[int, float] | None = None

    def report(self, what: str, done: int, total: int) -> None:
        """Take a progress report and show it."""
        if not self.display.tasks:
            self.display.add_task(what)
        self.display.update(self.display.task_ids[0], completed=done, total=total or None)
        count, since = self._first = self._first or (done, time.perf_counter())
        self.embedded, self.seconds = done - count, time.perf_counter() - since


def embed_corpus(corpus: Corpus, folder: Path, spec: str) -> CorpusVectors:
    """All vectors; what ``folder`` already has is not embedded again."""
    embedder = load_embedder(spec)
    cache = VectorCache(folder / "vectors.sqlite")
    with Progress(transient=True) as display:
        watch = Stopwatch(display)
        texts = corpus.documents["text"].to_list()
        documents = cache.encode(embedder, texts, "document", watch.report)
    queries = {
        kind: cache.encode(embedder, corpus.queries[kind].to_list(), "query") for kind in KINDS
    }
    timing = keep_timing(folder / "embedding.json", embedder.id, watch.embedded, watch.seconds)
    single = time_single_queries(embedder, corpus.queries["title"][:50].to_list())
    return CorpusVectors(documents, queries, timing | single)


def keep_timing(path: Path, model: str, embedded: int, seconds: float) -> dict[str, float]:
    """The sum over all runs, for a run that finds everything in the cache has nothing to time."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    before = kept.get(model, {"embedded": 0, "seconds": 0.0})
    timing: dict[str, float] = {
        "embedded": before["embedded"] + embedded,
        "seconds": before["seconds"] + seconds,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept | {model: timing}))
    return timing


def time_single_queries(embedder: Embedder, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds that one query takes to embed, median and 99th percentile."""
    embedder.encode_queries(texts[:2])
    spent_ms = []
    for text in texts:
        started = time.perf_counter()
        embedder.encode_queries([text])
        spent_ms.append(1000 * (time.perf_counter() - started))
    return {
        "query_p50_ms": float(np.percentile(spent_ms, 50)),
        "query_p99_ms": float(np.percentile(spent_ms, 99)),
    }
