"""Train the rankers that ship: `python tools/train_rankers.py DATA [--cache FILE]`.

DATA is the folder with the benchmark collections. 'default' learns from all development sets,
'demo' from the same without whatever touches the sample zone.
Needs the extras learn, embed, minilm.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))

import polars as pl

from benchmarks import Benchmark, Part, read_benchmark
from lessons_of import collect_of
from terrace.match.train import Lesson, train_ranker
from terrace.zone import sample_zone

TRAINING: tuple[tuple[str, Part], ...] = (
    ("sbir_2012_2016", "title"),
    ("sbir_2012_2016", "objective"),
    ("horizon_europe", "title"),
)
MODELS: tuple[tuple[str, ...], ...] = (("use", "minilm"), ("minilm",), ("use",), ())
STRAYS = 200
TARGET = Path(__file__).parent.parent / "src" / "terrace" / "data" / "rankers"


def read_training(data: Path) -> list[Benchmark]:
    return [read_benchmark(data / name, part) for name, part in TRAINING]


def collect_all(benchmarks: Sequence[Benchmark], cache: Path) -> Iterator[Lesson]:
    """Lessons of every collection with every set of models."""
    for models in MODELS:
        for benchmark in benchmarks:
            print(f"{benchmark.name} with {', '.join(models) or 'words only'} ...", flush=True)
            yield from collect_of(benchmark, models, cache, pick_strays(benchmark, benchmarks))


def pick_strays(benchmark: Benchmark, benchmarks: Sequence[Benchmark]) -> pl.DataFrame:
    """Some needs of another collection: whatever they find here is no link."""
    other = next(each for each in benchmarks if each.name != benchmark.name)
    return other.needs.sample(STRAYS, seed=0)


def without_sample(lessons: Sequence[Lesson], benchmarks: Sequence[Benchmark]) -> list[Lesson]:
    """Lessons on needs that are neither in the sample nor linked to what is in it."""
    zone = sample_zone()
    needs, shown = set(zone.records("need")["id"]), set(zone.records("achievement")["id"])
    touched = {
        need
        for benchmark in benchmarks
        for need, achievement in benchmark.links.select("need_id", "achievement_id").iter_rows()
        if achievement in shown
    }
    return [lesson for lesson in lessons if lesson.query_id not in needs | touched]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("out/vectors.sqlite"))
    chosen = parser.parse_args()
    benchmarks = read_training(chosen.data)
    lessons = list(collect_all(benchmarks, chosen.cache))
    named = "sbir_2012_2016 (title; title and objective), horizon_europe (title)"
    train_ranker(lessons, trained_on=named).save(TARGET / "default.json")
    kept = without_sample(lessons, benchmarks)
    train_ranker(kept, trained_on=f"{named}, without the sample").save(TARGET / "demo.json")


if __name__ == "__main__":
    main()
