"""Telling synthetic companies from real ones, by what their rows say of themselves."""

import polars as pl

SOURCE = "synthetic (terrace facts generate; not a real company)"


def count_synthetic(facts: pl.DataFrame) -> int:
    """How many companies of a facts frame are synthetic."""
    if "source" not in facts.columns:
        return 0
    is_synthetic = pl.col("source").str.starts_with("synthetic").fill_null(False)
    return facts.filter(is_synthetic)["company"].n_unique()
