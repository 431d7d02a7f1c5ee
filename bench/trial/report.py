"""The figures of a trial as one row per engine, for the screen, a file and the documentation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from peers import PEERS
from trial.measures import (
    check_filter,
    measure_agreement,
    measure_quality,
    rate_of_product,
    summarise_latency,
)
from trial.schedule import Plan, Run

REFERENCES = {"lexical": "terrace-lexical", "dense": "faiss", "hybrid": "terrace-hybrid"}
"""With whom the engines of a family are compared, row by row."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the figures are computed against: sizes, the rows that pass, the true links."""

    documents: int
    dimension: int
    allowed: NDArray[np.bool_]
    needs: Sequence[str]
    links: pl.DataFrame


def summarise_runs(runs: Mapping[str, Run], plan: Plan, setting: Setting) -> dict[str, Any]:
    """One row of figures per engine, and what the machine itself can do."""
    engines = {peer: summarise_run(run, runs, plan, setting) for peer, run in runs.items()}
    return {"engines": engines, "matrix_gflops": find_matrix_rate(runs)}


def summarise_run(
    run: Run, runs: Mapping[str, Run], plan: Plan, setting: Setting
) -> dict[str, Any]:
    """All figures of one engine; an engine that failed keeps what it had."""
    figures: dict[str, Any] = {"about": PEERS[run.peer].about, "failure": run.failure}
    if run.builds:
        figures |= summarise_build(run, setting.documents)
    for kind in plan.kinds:
        figures[kind] = summarise_kind(run, runs, kind, plan, setting)
    return figures


def summarise_build(run: Run, documents: int) -> dict[str, float]:
    """Medians over the builds."""
    middle = {
        name: float(np.median([built[name] for built in run.builds])) for name in run.builds[0]
    }
    return {
        "build_s": middle["seconds"],
        "builds": len(run.builds),
        "documents_per_s": documents / middle["seconds"],
        "index_mb": middle["index_mb"],
        "inputs_mb": middle["inputs_mb"],
        "build_peak_mb": middle["build_peak_mb"],
        "serve_peak_mb": run.serve_peak_mb,
    }


def summarise_kind(
    run: Run, runs: Mapping[str, Run], kind: str, plan: Plan, setting: Setting
) -> dict[str, float]:
    """Latency, batch and quality with one kind of query."""
    figures: dict[str, float] = {}
    if run.spent_ms.get(kind):
        figures |= summarise_latency(run.spent_ms[kind])
        figures |= check_filter(run.answers[kind], setting.allowed, plan.top_interactive)
    if run.batch_s.get(kind):
        figures |= _summarise_batch(run, kind, setting)
    if run.ranked.get(kind):
        figures |= measure_quality(run.ranked[kind], setting.needs, setting.links)
        figures |= _compare_with_reference(run, runs, kind, plan)
        shared = find_shared_needs(runs, kind)
        answers = {number: run.ranked[kind][number] for number in shared}
        quality = measure_quality(answers, setting.needs, setting.links)
        figures |= {f"shared {name}": value for name, value in quality.items()}
    return figures


def find_matrix_rate(runs: Mapping[str, Run]) -> float | None:
    """The median rate of the square product, GFLOP/s."""
    rates = runs["product"].rates if "product" in runs else []
    return float(np.median(rates)) if rates else None


def find_shared_needs(runs: Mapping[str, Run], kind: str) -> list[int]:
    """The needs that every engine with a ranking was asked: only there quality compares."""
    asked = [set(run.ranked[kind]) for run in runs.values() if run.ranked.get(kind)]
    return sorted(set.intersection(*asked)) if asked else []


def _summarise_batch(run: Run, kind: str, setting: Setting) -> dict[str, float]:
    seconds = float(np.median(run.batch_s[kind]))
    queries = run.batch_queries[kind]
    figures = {
        "batch_s": seconds,
        "batch_queries": queries,
        "batches": len(run.batch_s[kind]),
        "queries_per_s": queries / seconds,
    }
    if PEERS[run.peer].family in ("dense", "product"):
        rate = rate_of_product(queries, setting.documents, setting.dimension, seconds)
        figures["gflops"] = rate
    return figures


def _compare_with_reference(
    run: Run, runs: Mapping[str, Run], kind: str, plan: Plan
) -> dict[str, float]:
    reference = runs.get(REFERENCES[PEERS[run.peer].family])
    if reference is None or not reference.ranked.get(kind):
        return {}
    exact = reference.ranked[kind]
    return {
        f"same_of_{k}": measure_agreement(run.ranked[kind], exact, k)
        for k in (plan.top_interactive, plan.top_batch)
    }
