"""Embed the sample zone once and ship the vectors: `python tools/ship_vectors.py [--cache FILE]`.

So neither the demo nor the tests have to embed it. Run it after `build_sample.py`.
"""

import argparse
from pathlib import Path

import polars as pl

from terrace.cli.demo_zone import read_demo_zone
from terrace.match.embed import load_embedder
from terrace.match.passages import Passage, Query, make_passages, make_queries
from terrace.match.vectors import VectorCache

MODELS = {"use": ("en", "zh"), "minilm": ("en",)}
"""Which languages each model is asked for."""


def collect_passages(*frames: pl.DataFrame) -> list[Passage]:
    rows = (row for frame in frames for row in frame.iter_rows(named=True))
    return [passage for row in rows for passage in make_passages(row)]


def collect_queries(*frames: pl.DataFrame) -> list[Query]:
    return [query for frame in frames for query in make_queries(frame)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("out/vectors.sqlite"))
    chosen = parser.parse_args()
    demo = read_demo_zone()
    passages = collect_passages(demo.achievements, demo.companies, demo.needs)
    queries = collect_queries(demo.needs, demo.chinese_needs)
    # What is shipped already is taken from there: a vector belongs to a text, not to a record.
    shipped = sorted(demo.zone.vectors_path.glob("*.npz"))
    cache = VectorCache(chosen.cache, fallbacks=shipped)
    for spec, languages in MODELS.items():
        documents = {p.text for p in passages if p.language in languages}
        asked = {t for q in queries if q.language in languages for t in (q.head, q.whole)}
        path = demo.zone.vectors_path / f"{spec}.npz"
        path.parent.mkdir(exist_ok=True)
        roles = {"document": sorted(documents), "query": sorted(asked)}
        cache.export(path, load_embedder(spec), roles)  # type: ignore[arg-type]
        print(f"{path.name}: {len(documents | asked)} texts, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
