"""Speed side by side: Terrace and what one would pick instead, on the same texts and vectors.

    python bench/speed.py --data FOLDER [--cache out/bench] [--only tantivy,faiss] [--quick]

``FOLDER`` holds ``sbir_large`` and ``sbir_2012_2016``. Every engine runs in a
process of its own; what is not installed is skipped and said.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from peers import PEERS
from trial.corpus import Corpus, read_corpus
from trial.embedding import CorpusVectors, embed_corpus
from trial.inputs import WANTED, Inputs, save_inputs
from trial.process import end_cleanly_when_told
from trial.report import Setting, summarise_runs
from trial.schedule import Plan, Turns
from trial.tables import describe_machine, write_report

_QUICK: Mapping[str, Any] = {"builds": 1, "rounds": 1, "batches": 1, "queries": 50, "slow_s": 10}
KINDS = {"title": "the need's title", "objective": "the need's title and objective"}


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with sbir_large")
    parser.add_argument("--cache", type=Path, default=Path("out/bench"), help="vectors, results")
    parser.add_argument("--embedder", default="use", help="as for terrace match")
    parser.add_argument("--only", default=",".join(PEERS), help="engines, comma-separated")
    parser.add_argument("--threads", type=int, default=2, help="for every engine alike")
    parser.add_argument("--limit", type=float, default=600, help="seconds for any one phase")
    parser.add_argument("--quick", action="store_true", help="everything once, 50 queries")
    return parser.parse_args(arguments)


def make_plan(arguments: argparse.Namespace) -> Plan:
    """How much to measure."""
    once = _QUICK if arguments.quick else {}
    return Plan(kinds=tuple(KINDS), threads=arguments.threads, limit_s=arguments.limit, **once)


def run_trial(arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything: read, embed, let the engines take turns, sum up."""
    corpus = read_corpus(arguments.data)
    vectors = embed_corpus(corpus, arguments.cache, arguments.embedder)
    folder = arguments.cache / "inputs"
    save_inputs(
        folder, Inputs(corpus.documents, vectors.documents, corpus.queries, vectors.queries)
    )
    plan = make_plan(arguments)
    peers = arguments.only.split(",")
    runs = Turns(peers, folder, corpus.queries.height, plan, tell=print).take_all()
    setting = set_figures_against(corpus, vectors)
    figures = summarise_runs(runs, plan, setting)
    return describe(corpus, vectors, setting, plan) | figures


def set_figures_against(corpus: Corpus, vectors: CorpusVectors) -> Setting:
    """Sizes, allowed rows and links."""
    return Setting(
        documents=corpus.documents.height,
        dimension=vectors.documents.shape[1],
        allowed=WANTED.select_rows(corpus.documents),
        needs=corpus.queries["id"].to_list(),
        links=corpus.links,
    )


def describe(
    corpus: Corpus, vectors: CorpusVectors, setting: Setting, plan: Plan
) -> dict[str, Any]:
    """What the figures are about."""
    return {
        "documents": setting.documents,
        "queries": len(setting.needs),
        "kinds": KINDS,
        "filter": f"year >= {WANTED.year_from} and phase == '{WANTED.phase}'",
        "allowed": int(setting.allowed.sum()),
        "carried": dict(corpus.counts),
        "embedding": dict(vectors.timing),
        "machine": describe_machine(plan.threads),
    }


def main() -> None:
    """Run, print and keep the results."""
    end_cleanly_when_told()
    arguments = read_arguments()
    figures = run_trial(arguments)
    report = write_report(figures)
    (arguments.cache / "speed.json").write_text(json.dumps(figures, indent=2))
    (arguments.cache / "speed.md").write_text(report)
    print(report)


if __name__ == "__main__":
    main()
