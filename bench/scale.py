"""How Terrace's costs grow: a tenth of the documents, all of them, ten times as many.

    python bench/scale.py --data FOLDER [--cache out/bench] [--factors 0.1,1,10]

Ten times as many are copies with changed words and vectors with noise; nothing
is embedded for them. Results: ``scale.json`` and ``scale.md`` in the cache.
"""

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from trial.corpus import Corpus, read_corpus
from trial.embedding import CorpusVectors, embed_corpus
from trial.enlarge import list_sizes, resize_documents, resize_vectors
from trial.inputs import WANTED, Inputs, save_inputs
from trial.process import end_cleanly_when_told
from trial.report import Setting, summarise_runs
from trial.schedule import Plan, Turns
from trial.tables import describe_machine, lay_out, show

_HEADER = (
    "engine", "documents", "build s", "documents/s", "index MB", "inputs MB", "peak MB build",
    "serving", "p50 ms", "p99 ms", "batch of", "in s",
)  # fmt: skip


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with sbir_large")
    parser.add_argument("--cache", type=Path, default=Path("out/bench"), help="vectors, results")
    parser.add_argument("--embedder", default="use", help="as for terrace match")
    parser.add_argument("--only", default="terrace-lexical,terrace-hybrid", help="engines")
    parser.add_argument("--factors", default="0.1,1,10", help="times the documents there are")
    parser.add_argument("--threads", type=int, default=2, help="at most")
    parser.add_argument("--limit", type=float, default=1200, help="seconds for any one phase")
    return parser.parse_args(arguments)


def measure_size(
    corpus: Corpus, vectors: CorpusVectors, size: int, arguments: argparse.Namespace
) -> Mapping[str, Any]:
    """The figures of every engine with ``size`` documents."""
    documents = resize_documents(corpus.documents, size, np.random.default_rng(size))
    resized = resize_vectors(vectors.documents, size, np.random.default_rng(size))
    folder = arguments.cache / f"inputs-{size}"
    save_inputs(folder, Inputs(documents, resized, corpus.queries, vectors.queries))
    setting = Setting(
        documents=size,
        dimension=resized.shape[1],
        allowed=WANTED.select_rows(documents),
        needs=corpus.queries["id"].to_list(),
        links=corpus.links.clear(),
    )
    del documents, resized
    try:
        return run_engines(folder, setting, corpus.queries, arguments)
    finally:
        shutil.rmtree(folder)


def run_engines(
    folder: Path, setting: Setting, queries: pl.DataFrame, arguments: argparse.Namespace
) -> Mapping[str, Any]:
    """Build once, three rounds of titles as queries, one batch."""
    plan = Plan(
        kinds=("title",),
        builds=1,
        rounds=3,
        batches=1,
        limit_s=arguments.limit,
        threads=arguments.threads,
    )
    peers = arguments.only.split(",")
    runs = Turns(peers, folder, queries.height, plan, tell=print).take_all()
    return summarise_runs(runs, plan, setting)["engines"]


def tabulate(by_size: Mapping[int, Mapping[str, Any]]) -> str:
    """One row for every engine and size."""
    rows = [
        row_of(name, size, figures)
        for size, engines in by_size.items()
        for name, figures in engines.items()
    ]
    return lay_out(_HEADER, sorted(rows, key=lambda row: row[0]))


def row_of(name: str, size: int, figures: Mapping[str, Any]) -> list[str]:
    """The cells of one row; what failed says why."""
    if "build_s" not in figures:
        return [name, f"{size:,}", figures["failure"], *[""] * (len(_HEADER) - 3)]
    asked = figures["title"]
    cells = [
        (figures["build_s"], 1),
        (figures["documents_per_s"], 0),
        (figures["index_mb"], 0),
        (figures["inputs_mb"], 0),
        (figures["build_peak_mb"], 0),
        (figures["serve_peak_mb"], 0),
        (asked.get("p50_ms"), 1),
        (asked.get("p99_ms"), 1),
        (asked.get("batch_queries"), 0),
        (asked.get("batch_s"), 2),
    ]
    return [name, f"{size:,}", *(show(value, digits) for value, digits in cells)]


def main() -> None:
    """Run all sizes, print and keep the results."""
    end_cleanly_when_told()
    arguments = read_arguments()
    corpus = read_corpus(arguments.data)
    vectors = embed_corpus(corpus, arguments.cache, arguments.embedder)
    factors = [float(factor) for factor in arguments.factors.split(",")]
    by_size = {
        size: measure_size(corpus, vectors, size, arguments)
        for size in list_sizes(corpus.documents.height, factors)
    }
    report = f"Machine: {describe_machine(arguments.threads)}\n\n{tabulate(by_size)}\n"
    (arguments.cache / "scale.json").write_text(json.dumps(by_size, indent=2))
    (arguments.cache / "scale.md").write_text(report)
    print(report)


if __name__ == "__main__":
    main()
