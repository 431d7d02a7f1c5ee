"""Ranking quality on the benchmark collections: `python bench/quality.py --data DATA`.

Prints one table per question: what each stage and set of models is worth in cross-validation,
what carries over to a collection never seen, how far confidence can be trusted, Chinese, experts.
Everything learned is learned inside the folds; nothing is tuned on cranfield, zh_csl or the sample.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks import Benchmark, read_benchmark
from lessons_of import collect_of
from terrace.match.confidence import fit_calibration, rate_confidence
from terrace.match.evaluate import Evaluation, evaluate_pairs, reliability, risk_coverage
from terrace.match.features.signals import BM25
from terrace.match.rank import UNLEARNED, Ranker, Variant
from terrace.match.train import Lesson, assign_folds, fit_weights, score_lessons

MODELS: dict[str, tuple[str, ...]] = {
    "words": (),
    "words + USE": ("use",),
    "words + USE + MiniLM": ("use", "minilm"),
}
SETS = {
    "sbir title": ("sbir_2012_2016", "title"),
    "sbir title + objective": ("sbir_2012_2016", "objective"),
    "horizon title": ("horizon_europe", "title"),
    "cranfield": ("cranfield", "title"),
}
ONLY_BM25 = Variant(weights={BM25: 1.0}, contention=0.0)
console = Console()


@dataclass(frozen=True)
class Measured:
    """One line of a table."""

    models: str
    collection: str
    what: str
    evaluation: Evaluation


def in_order(scored: pl.DataFrame) -> pl.DataFrame:
    """Scored pairs as a run of at most 100 per need."""
    best = scored.sort("score", descending=True, maintain_order=True).group_by(
        "query_id", maintain_order=True
    )
    run = best.head(100).rename({"query_id": "need_id", "record_id": "achievement_id"})
    return run.select("need_id", "achievement_id", "score")


def score_by(variant: Variant, lessons: Sequence[Lesson]) -> pl.DataFrame:
    return score_lessons(lessons, Ranker((variant,)))


def score_unseen_by(
    lessons: Sequence[Lesson], fixed: Sequence[Lesson], *, contention: float
) -> pl.DataFrame:
    """Each query scored by weights learned without its fold; see ``train.score_unseen``."""
    fold_of = assign_folds([lesson.group for lesson in lessons])
    parts = []
    for fold in sorted(set(fold_of)):
        seen = [lesson for lesson, at in zip(lessons, fold_of, strict=True) if at != fold]
        held = {each.query_id for each, at in zip(lessons, fold_of, strict=True) if at == fold}
        variant = replace(fit_weights([*seen, *fixed]), contention=contention)
        parts.append(score_by(variant, lessons).filter(pl.col("query_id").is_in(list(held))))
    return pl.concat(parts)


def others(lessons: dict[str, list[Lesson]], name: str) -> list[Lesson]:
    """The development lessons of the other collections; cranfield never teaches."""
    own = SETS[name][0]
    return [
        lesson
        for other, listed in lessons.items()
        if SETS[other][0] not in (own, "cranfield")
        for lesson in listed
    ]


def measure_collection(
    models: str, name: str, lessons: dict[str, list[Lesson]], links: pl.DataFrame
) -> Iterator[Measured]:
    """BM25, unlearned, transfer and cross-validated figures of one collection."""
    own, elsewhere = lessons[name], others(lessons, name)
    transfer = fit_weights(elsewhere)
    runs = {
        "BM25 alone": score_by(ONLY_BM25, own),
        "first stage, unlearned": score_by(replace(UNLEARNED, contention=0.0), own),
        "learned elsewhere": score_by(replace(transfer, contention=0.0), own),
        "learned elsewhere, with rivals": score_by(transfer, own),
    }
    if name != "cranfield":
        for what, contention in (("cross-validated", 0.0), ("cross-validated, with rivals", 0.5)):
            runs[what] = score_unseen_by(own, elsewhere, contention=contention)
    for what, scored in runs.items():
        yield Measured(models, name, what, evaluate_pairs(in_order(scored), links))


def measure_confidence(
    name: str, lessons: dict[str, list[Lesson]], links: pl.DataFrame
) -> dict[str, object]:
    """Reliability of confidence calibrated elsewhere: the hard case, an unseen collection."""
    elsewhere = others(lessons, name)
    teaching = score_unseen_by(elsewhere, (), contention=0.5)
    taught = teaching.filter(pl.col("is_link").any().over("zone", "query_id"))
    scored = score_by(fit_weights(elsewhere), lessons[name])
    confidence = rate_confidence(scored, fit_calibration(taught))
    claimed = scored.with_columns(confidence=pl.Series(confidence)).rename(
        {"query_id": "need_id", "record_id": "achievement_id"}
    )
    linked = claimed.filter(pl.col("need_id").is_in(links["need_id"].implode()))
    first = linked.filter(pl.col("score") == pl.col("score").max().over("need_id"))
    curve = risk_coverage(linked, links)
    return {
        "pairs": reliability(linked, links).expected_error,
        "first places": reliability(first, links).expected_error,
        "curve": curve.select("coverage", "precision").gather_every(max(1, len(curve) // 5)),
    }


def show(rows: Sequence[Measured]) -> None:
    table = Table("models", "collection", "what", "nDCG@10", "95%", "recall@100", "MRR")
    for row in rows:
        by_name = {m["measure"]: m for m in row.evaluation.measures.iter_rows(named=True)}
        gain, recall, mrr = (by_name[name] for name in ("nDCG@10", "recall@100", "MRR"))
        table.add_row(
            row.models,
            row.collection,
            row.what,
            f"{gain['mean']:.4f}",
            f"{gain['low']:.3f}-{gain['high']:.3f}",
            f"{recall['mean']:.4f}",
            f"{mrr['mean']:.4f}",
        )
    console.print(table)


def read_sets(data: Path) -> dict[str, Benchmark]:
    return {name: read_benchmark(data / folder, part) for name, (folder, part) in SETS.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("out/vectors.sqlite"))
    parser.add_argument("--out", type=Path, default=Path("out/quality.json"))
    chosen = parser.parse_args()
    benchmarks = read_sets(chosen.data)
    rows: list[Measured] = []
    for models, specs in MODELS.items():
        lessons = {
            name: collect_of(benchmark, specs, chosen.cache)
            for name, benchmark in benchmarks.items()
        }
        for name, benchmark in benchmarks.items():
            found = list(measure_collection(models, name, lessons, benchmark.links))
            show(found)
            rows += found
    for name, benchmark in benchmarks.items():
        console.print(f"Confidence on {name}, calibrated elsewhere")
        for what, figure in measure_confidence(name, lessons, benchmark.links).items():
            console.print(what, figure)
    write(rows, chosen.out)


def write(rows: Sequence[Measured], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = [
        {
            "models": row.models,
            "collection": row.collection,
            "what": row.what,
            **{m["measure"]: m["mean"] for m in row.evaluation.measures.iter_rows(named=True)},
        }
        for row in rows
    ]
    path.write_text(json.dumps(listed, indent=1))


if __name__ == "__main__":
    main()
