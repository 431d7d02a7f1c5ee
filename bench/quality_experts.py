"""Who should handle what: `python bench/quality_experts.py --data DATA`.

reviewer_gold: experts rated how well they know papers (1 to 5); their own papers predict it.
Nothing is tuned on it here; a nested choice over experts gave no better configuration.
"""

import argparse
import functools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
from rich.console import Console

from terrace.match.embed import load_embedder
from terrace.match.evaluate import expertise_loss
from terrace.match.expertise import (
    ExpertiseConfig,
    Similarity,
    compare_vectors,
    compare_words,
    compute_expertise,
    list_works,
    write_work,
)
from terrace.match.text import terms
from terrace.match.vectors import VectorCache
from terrace.records import Expert, to_records
from terrace.sources import read_records

CONFIGURATIONS: dict[str, dict[str, float]] = {
    "words": {"words": 1.0},
    "MiniLM": {"minilm": 1.0},
    "USE": {"use": 1.0},
    "words + MiniLM": {"words": 1.0, "minilm": 1.0},
    "words at half weight + MiniLM": {"words": 0.5, "minilm": 1.0},
    "words + USE": {"words": 1.0, "use": 1.0},
}
console = Console(width=120)


def read_papers(folder: Path) -> dict[str, str]:
    papers = pl.read_ndjson(folder / "papers.jsonl", infer_schema_length=None)
    listed = papers.select("id", "title", pl.col("abstract").fill_null("")).iter_rows()
    return {paper_id: f"{title}. {abstract}" for paper_id, title, abstract in listed}


def make_idf(texts: Sequence[str]) -> Callable[[str], float]:
    counts = Counter(term for text in texts for term in set(terms(text)))
    return lambda term: math.log(1 + (len(texts) - counts[term] + 0.5) / (counts[term] + 0.5))


def make_similarities(texts: Sequence[str], cache: VectorCache) -> dict[str, Similarity]:
    similarities: dict[str, Similarity] = {"words": compare_words(make_idf(texts))}
    for spec in ("use", "minilm"):
        embedder = load_embedder(spec)
        similarities[spec] = compare_vectors(functools.partial(cache.encode, embedder))
    return similarities


def predict(
    experts: Sequence[Expert],
    papers: dict[str, str],
    ratings: pl.DataFrame,
    chosen: dict[str, Similarity],
    weights: dict[str, float],
) -> pl.DataFrame:
    wanted = sorted(set(ratings["paper_id"]))
    texts = [papers[paper] for paper in wanted]
    scores = compute_expertise(experts, texts, chosen, ExpertiseConfig(weights=weights))
    table = pl.DataFrame(scores.T, schema=[expert.id for expert in experts])
    return table.with_columns(paper_id=pl.Series(wanted)).unpivot(
        index="paper_id", variable_name="expert_id", value_name="score"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("out/vectors.sqlite"))
    chosen = parser.parse_args()
    folder = chosen.data / "reviewer_gold"
    found = read_records("expert", folder / "experts.jsonl", source="reviewer_gold").frame
    experts = [each for each in to_records("expert", found) if isinstance(each, Expert)]
    papers = read_papers(folder)
    ratings = pl.read_csv(
        folder / "ratings.tsv", separator="\t", schema_overrides={"expert_id": pl.String}
    ).rename({"expertise_1_5": "rating"})
    works = [write_work(work) for expert in experts for work in list_works(expert)]
    similarities = make_similarities(works, VectorCache(chosen.cache))
    for name, weights in CONFIGURATIONS.items():
        used = {part: similarities[part] for part in weights}
        loss = expertise_loss(predict(experts, papers, ratings, used, weights), ratings)
        console.print(f"{name:<32} loss {loss.total:.4f} [{loss.low:.3f}, {loss.high:.3f}]")


if __name__ == "__main__":
    main()
