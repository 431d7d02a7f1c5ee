"""Measures on the screen: quality with intervals, comparison, calibration."""

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from terrace.match.evaluate import Comparison, Evaluation, Reliability
from terrace.match.retraining import Retraining

_STEPS = (0.1, 0.25, 0.5, 0.75, 1.0)


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """The measures with intervals, and what was left out."""
    table = make_number_table("measure", "mean", "95% interval")
    for row in evaluation.measures.iter_rows(named=True):
        table.add_row(row["measure"], f"{row['mean']:.3f}", say_interval(row["low"], row["high"]))
    console.print(table)
    console.print(f"{evaluation.needs} needs with links", style="dim")
    if evaluation.needs_without_pairs:
        console.print(f"{evaluation.needs_without_pairs} of them have no pair and count 0")
    if evaluation.needs_without_links:
        console.print(f"{evaluation.needs_without_links} needs of the pairs have no link: left out")


def print_comparison(console: Console, comparison: Comparison, *, baseline: str) -> None:
    """The paired comparison; a positive difference speaks for the file that was asked about."""
    console.print(f"against {escape(baseline)}, need by need:")
    table = make_number_table(
        "measure", "other", "this", "difference", "95% interval", "p", "+/-/="
    )
    for row in comparison.measures.iter_rows(named=True):
        table.add_row(
            row["measure"],
            f"{row['a']:.3f}",
            f"{row['b']:.3f}",
            f"{row['difference']:+.3f}",
            say_interval(row["low"], row["high"], signed=True),
            f"{row['p_value']:.4f}",
            f"{row['better']}/{row['worse']}/{row['equal']}",
        )
    console.print(table)


def print_reliability(console: Console, trust: Reliability) -> None:
    """Confidence against the share of linked pairs, bin by bin."""
    table = make_number_table("confidence", "pairs", "mean confidence", "linked")
    for row in trust.table.iter_rows(named=True):
        table.add_row(
            f"{row['low']:.0%} to {row['high']:.0%}",
            str(row["n"]),
            f"{row['mean_confidence']:.1%}",
            f"{row['observed_rate']:.1%}",
        )
    console.print(table)
    console.print(
        f"expected calibration error {trust.expected_error:.3f}, Brier {trust.brier:.3f} "
        f"over {trust.pairs} pairs; a pair that is not linked counts as a miss, though it may fit",
        style="dim",
    )


def print_risk_coverage(console: Console, risks: pl.DataFrame) -> None:
    """How often the first pair is linked, if only needs above a confidence are answered."""
    table = make_number_table("needs answered", "confidence at least", "first pair linked")
    for row in select_steps(risks).iter_rows(named=True):
        table.add_row(
            f"{row['coverage']:.0%}", f"{row['threshold']:.0%}", f"{row['precision']:.1%}"
        )
    console.print(table)


def print_retraining(console: Console, found: Retraining, *, started_from: str) -> None:
    """Before and after on needs that were not learned from, and whether confidence holds."""
    console.print(f"{found.ranker.trained_on}; started from: {escape(started_from)}")
    if found.skipped:
        console.print(f"{found.skipped} candidate lists of kinds too rare to learn from: as before")
    console.print("On needs it was not trained on:")
    table = make_number_table("measure", "before", "after", "difference", "95% interval")
    for row in found.comparison.measures.iter_rows(named=True):
        table.add_row(
            row["measure"],
            f"{row['a']:.3f}",
            f"{row['b']:.3f}",
            f"{row['difference']:+.3f}",
            say_interval(row["low"], row["high"], signed=True),
        )
    console.print(table)
    print_reliability(console, found.trust)
    console.print(
        f"of first pairs alone: expected calibration error {found.trust_first.expected_error:.3f}",
        style="dim",
    )
    print_risk_coverage(console, found.risks)


def select_steps(risks: pl.DataFrame) -> pl.DataFrame:
    """The rows of a risk-coverage table that first reach each of five coverages, and the last."""
    reached = [risks.filter(pl.col("coverage") >= step).head(1) for step in _STEPS]
    return pl.concat([*reached, risks.tail(1)]).unique(maintain_order=True)


def make_number_table(first: str, *others: str) -> Table:
    """A table whose first column is a name and whose others are figures."""
    table = Table()
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", overflow="fold")
    return table


def say_interval(low: float, high: float, *, signed: bool = False) -> str:
    """'0.712 to 0.801'."""
    form = "+.3f" if signed else ".3f"
    return f"{low:{form}} to {high:{form}}"
