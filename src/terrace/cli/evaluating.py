"""`terrace evaluate`: how good a file of pairs is, against known links and against another."""

import json
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from terrace.cli import options
from terrace.cli.console import console
from terrace.cli.measure_tables import (
    print_comparison,
    print_evaluation,
    print_reliability,
    print_risk_coverage,
)
from terrace.match.evaluate import (
    Comparison,
    Evaluation,
    Reliability,
    compare_runs,
    evaluate_pairs,
    read_pairs,
    read_qrels,
    reliability,
    risk_coverage,
)

_EXAMPLES = """
Examples:

  terrace evaluate pairs.parquet --qrels qrels.tsv

  terrace evaluate pairs.csv --qrels qrels.tsv --against bm25.csv

  terrace evaluate pairs.parquet --qrels qrels.tsv --json
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate", epilog=_EXAMPLES)(evaluate_file)


def evaluate_file(
    pairs: Annotated[
        Path, typer.Argument(help="need_id, achievement_id, and rank or score; .parquet, .csv, ...")
    ],
    *,
    qrels: Annotated[
        Path, typer.Option(help="Known links: need_id, achievement_id, relevance (0 = none).")
    ],
    against: Annotated[
        Path | None,
        typer.Option(show_default=False, help="Pairs to compare with, on the same links."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Measure pairs against known links: nDCG@10, recall@100, MRR, with 95% intervals.

    Pairs that are not linked count as misses although they may fit: the figures err
    on the low side. Where there is a confidence, it is held against the links too.
    """
    run, links = read_pairs(pairs), read_qrels(qrels)
    evaluation = evaluate_pairs(run, links)
    rated = "confidence" in run.columns
    trust = reliability(run, links) if rated else None
    risks = risk_coverage(run, links) if rated else None
    # The other file is the baseline: a positive difference speaks for the first one.
    comparison = compare_runs(read_pairs(against), run, links) if against else None
    if as_json:
        described = describe_evaluation(evaluation, trust, risks, comparison)
        typer.echo(json.dumps(described, ensure_ascii=False, indent=1))
        return
    print_evaluation(console, evaluation)
    if comparison is not None:
        print_comparison(console, comparison, baseline=str(against))
    if trust is not None and risks is not None:
        print_reliability(console, trust)
        print_risk_coverage(console, risks)


def describe_evaluation(
    evaluation: Evaluation,
    trust: Reliability | None,
    risks: pl.DataFrame | None,
    comparison: Comparison | None,
) -> dict[str, Any]:
    """All figures as plain data for JSON; what there is not is left out."""
    described: dict[str, Any] = {
        "measures": evaluation.measures.to_dicts(),
        "needs": evaluation.needs,
        "needs_without_links": evaluation.needs_without_links,
        "needs_without_pairs": evaluation.needs_without_pairs,
    }
    if comparison is not None:
        described["comparison"] = comparison.measures.to_dicts()
    if trust is not None and risks is not None:
        described["reliability"] = {
            "expected_error": trust.expected_error,
            "brier": trust.brier,
            "pairs": trust.pairs,
            "bins": trust.table.to_dicts(),
        }
        described["risk_coverage"] = risks.to_dicts()
    return described
