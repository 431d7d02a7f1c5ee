"""Embed the demonstration's records as the platform indexes them, and ship the vectors.

    python tools/ship_site_vectors.py [--cache FILE]

So `make demo` has nothing to embed. Unlike the texts of `ship_vectors.py`, these have
titles and keywords; and what is asked across languages is glossed by the words of the
records themselves. Run it after a change of the sample, the loader or the demo's records.
"""

import argparse
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

MODELS = {"use": ("en", "zh"), "minilm": ("en",)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("out/vectors.sqlite"))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TERRACE_MODE": "demo", "TERRACE_DATA_DIR": folder}
        os.environ["DJANGO_SETTINGS_MODULE"] = "terrace_web.settings"
        ship(chosen.cache)
        ship_glosses(Path(folder))


def ship(cache_path: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from terrace.match.embed import load_embedder
    from terrace.match.passages import make_passages, make_queries
    from terrace.match.vectors import VectorCache
    from terrace.zone import sample_zone
    from terrace_web.demo.loading import load_demo
    from terrace_web.market.models import Record
    from terrace_web.market.snapshots import snapshot

    call_command("migrate", verbosity=0)
    load_demo(timezone.now())
    frames = []
    for kind in ("need", "achievement"):
        records = Record.objects.filter(kind=kind).select_related("run", "owner", "manager")
        frames.append(snapshot(kind, records))
    passages = [
        p for frame in frames for row in frame.iter_rows(named=True) for p in make_passages(row)
    ]
    queries = [query for frame in frames for query in make_queries(frame)]
    cache = VectorCache(cache_path, fallbacks=sorted(sample_zone().vectors_path.glob("*.npz")))
    for spec, languages in MODELS.items():
        documents = {p.text for p in passages if p.language in languages}
        asked = {t for q in queries if q.language in languages for t in (q.head, q.whole)}
        path = sample_zone().vectors_path / f"{spec}_site.npz"
        roles = {"document": sorted(documents), "query": sorted(asked)}
        cache.export(path, load_embedder(spec), roles)  # type: ignore[arg-type]
        print(f"{path.name}: {len(documents | asked)} texts, {path.stat().st_size / 1e6:.1f} MB")


def ship_glosses(folder: Path) -> None:
    """Match everything, and ship what the monolingual model had to embed for it: the glosses."""
    from terrace.match.embed import load_embedder
    from terrace.match.vectors import write_shipped
    from terrace.zone import sample_zone
    from terrace_web.matching.actions import rebuild_index

    model, path = load_embedder("minilm").id, sample_zone().vectors_path / "minilm_gloss.npz"
    path.unlink(missing_ok=True)
    rebuild_index()
    with closing(sqlite3.connect(folder / "vectors.sqlite")) as stored:
        found = stored.execute("SELECT key, vector FROM vectors WHERE model = ?", (model,))
        vectors = {key: np.frombuffer(vector, dtype=np.float16) for key, vector in found}
    write_shipped(path, model, vectors)
    print(f"{path.name}: {len(vectors)} texts, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
