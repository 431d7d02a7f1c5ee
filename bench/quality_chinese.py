"""Chinese: `python bench/quality_chinese.py --data DATA`.

zh_csl: Chinese titles find Chinese abstracts. It holds some 2,000 copies of linked abstracts with
the title appended, which no link names; figures are given with and without them. Then the sample's
180 titles, in English and translated, find the same English abstracts, by the ranker that never
saw the sample. Nothing is tuned on zh_csl; the gloss's two settings were chosen among eight on the
180 titles.
"""

import argparse
import json
from pathlib import Path

import polars as pl
from rich.console import Console

from benchmarks import Benchmark, keep_parts, read_benchmark
from terrace.match.embed import load_embedder
from terrace.match.evaluate import Evaluation, evaluate_pairs
from terrace.match.features.signals import BM25
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker, Variant, shipped_ranker
from terrace.records import Need, Text, to_frame
from terrace.zone import sample_zone

ONLY_BM25 = Ranker((Variant(weights={BM25: 1.0}, contention=0.0),))
_COPY_CHARS = 40
console = Console(width=120)


def without_copies(benchmark: Benchmark) -> pl.DataFrame:
    """The achievements without those that repeat a linked abstract and are not linked."""
    body = pl.col("texts").list.first().struct.field("body").str.slice(0, _COPY_CHARS)
    linked = pl.col("id").is_in(benchmark.links["achievement_id"].implode())
    started = benchmark.achievements.with_columns(start=body, linked=linked)
    known = started.filter("linked")["start"].implode()
    return started.filter(pl.col("linked") | ~pl.col("start").is_in(known)).drop("start", "linked")


def measure(
    needs: pl.DataFrame,
    achievements: pl.DataFrame,
    links: pl.DataFrame,
    *,
    models: tuple[str, ...],
    ranker: Ranker,
    cache: Path,
) -> Evaluation:
    embedders = tuple(load_embedder(spec) for spec in models)
    matcher = Matcher(embedders=embedders, ranker=ranker, cache_path=cache)
    try:
        matcher.fit(achievements)
        return evaluate_pairs(matcher.match(needs, top=100), links)
    finally:
        matcher.close()


def say(what: str, evaluation: Evaluation) -> float:
    by_name = {row["measure"]: row for row in evaluation.measures.iter_rows(named=True)}
    gain = by_name["nDCG@10"]
    recall = by_name["recall@100"]["mean"]
    figure = f"{gain['mean']:.4f} [{gain['low']:.3f}, {gain['high']:.3f}]"
    console.print(f"{what:<70} nDCG@10 {figure}  recall@100 {recall:.4f}")
    return float(gain["mean"])


def measure_csl(data: Path, cache: Path) -> None:
    csl = read_benchmark(data / "zh_csl")
    for name, documents in (("", csl.achievements), (", copies left out", without_copies(csl))):
        for models, ranker, how in (
            ((), ONLY_BM25, "BM25"),
            ((), shipped_ranker(), "words, shipped ranker"),
            (("use", "minilm"), shipped_ranker(), "all models, shipped ranker"),
        ):
            found = measure(
                csl.needs, documents, csl.links, models=models, ranker=ranker, cache=cache
            )
            say(f"zh_csl title{name}: {how}", found)


def measure_translated(cache: Path) -> None:
    zone = sample_zone()
    links = zone.links()
    awards = zone.records("achievement").filter(pl.col("id").str.starts_with("AWD"))
    documents = keep_parts(awards, ("summary", "body"))
    topics = zone.records("need").filter(pl.col("id").is_in(links["need_id"].implode()))
    english = keep_parts(topics, ("title",))
    chinese = read_translated(zone.folder / "titles_zh.jsonl", topics["id"].to_list())
    for models in (("use", "minilm"), ("use",)):
        ranker = shipped_ranker("demo")
        own = say(
            f"sample, English titles, {' + '.join(models)}",
            measure(english, documents, links, models=models, ranker=ranker, cache=cache),
        )
        translated = say(
            f"sample, Chinese titles, {' + '.join(models)}",
            measure(chinese, documents, links, models=models, ranker=ranker, cache=cache),
        )
        console.print(f"    Chinese reaches {translated / own:.1%} of English")


def read_translated(path: Path, wanted: list[str]) -> pl.DataFrame:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    needs = [
        Need(id=row["id"], texts=(Text(language="zh", title=row["title"]),))
        for row in rows
        if row["id"] in wanted
    ]
    return to_frame("need", needs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("out/vectors.sqlite"))
    chosen = parser.parse_args()
    measure_translated(chosen.cache)
    measure_csl(chosen.data, chosen.cache)


if __name__ == "__main__":
    main()
