"""A benchmark collection as lessons: fitted with some models, examined, labelled."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from benchmarks import Benchmark
from terrace.match.embed import load_embedder
from terrace.match.lessons import collect_lessons
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker
from terrace.match.train import Lesson


def collect_of(
    benchmark: Benchmark,
    models: Sequence[str],
    cache: Path,
    strays: pl.DataFrame | None = None,
) -> list[Lesson]:
    """Lessons of the benchmark, and of ``strays``: needs of another, with no link here."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    embedders = tuple(load_embedder(spec) for spec in models)
    matcher = Matcher(embedders=embedders, ranker=Ranker(), cache_path=cache)
    try:
        matcher.fit(benchmark.achievements)
        zone = f"{benchmark.name}/{benchmark.part}"
        own = collect_lessons(
            matcher, benchmark.needs, benchmark.links, zone=zone, group_of=benchmark.group_of
        )
        if strays is None:
            return own
        found = collect_lessons(matcher, strays, benchmark.links, zone=f"{zone}/strays")
        return own + [replace(lesson, is_stray=True) for lesson in found]
    finally:
        matcher.close()
