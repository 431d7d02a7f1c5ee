"""Figures as Markdown tables; the screen shows the same."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_MISSING = "–"
Row = Sequence[str]


def write_report(figures: Mapping[str, Any]) -> str:
    """The whole report of a trial in Markdown."""
    parts = [
        describe_trial(figures),
        tabulate_build(figures["engines"]),
        *(
            f"Queries: {about}\n\n{tabulate_kind(figures['engines'], kind, rate)}"
            for kind, about in figures["kinds"].items()
            for rate in [figures["matrix_gflops"]]
        ),
        list_failures(figures["engines"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def describe_trial(figures: Mapping[str, Any]) -> str:
    """Sizes, filter, carried links, the machine and the embedding, in sentences."""
    carried, embedding = figures["carried"], figures["embedding"]
    lines = [
        f"{figures['documents']:,} documents ({carried['large']:,} of `sbir_large`,"
        f" {carried['added']:,} of `sbir_2012_2016`), {figures['queries']:,} queries;"
        f" filter `{figures['filter']}` leaves {figures['allowed']:,} documents.",
        f"{carried['links_carried']:,} of {carried['links']:,} true links are there"
        f" ({carried['needs_with_links']:,} needs, {carried['documents_linked']:,} documents);"
        " all else is unjudged.",
        f"Machine: {figures['machine']}; matrix product {show(figures['matrix_gflops'], 0)}"
        " GFLOP/s (float32, numpy).",
        f"Embedding, in none of the figures below: {_show_rate(embedding)}; one query"
        f" {embedding['query_p50_ms']:.1f} ms (p50), {embedding['query_p99_ms']:.1f} ms (p99).",
    ]
    return "\n".join(lines)


def tabulate_build(engines: Mapping[str, Mapping[str, Any]]) -> str:
    """Build time, index size and memory."""
    header = ["engine", "what", "build s", "documents/s", "index MB", "peak MB build", "serving"]
    rows = [
        [
            name,
            figures["about"],
            show(figures["build_s"], 1),
            show(figures["documents_per_s"], 0),
            show(figures["index_mb"], 0),
            show(figures["build_peak_mb"], 0),
            show(figures["serve_peak_mb"], 0),
        ]
        for name, figures in engines.items()
        if "build_s" in figures
    ]
    return lay_out(header, rows)


def tabulate_kind(
    engines: Mapping[str, Mapping[str, Any]], kind: str, matrix_gflops: float | None
) -> str:
    """Latency, throughput and quality with one kind of query."""
    header = [
        "engine", "p50 ms", "p99 ms", "batch of", "in s", "queries/s", "of matrix rate", "nDCG@10",
        "recall@100", "nDCG@10 shared",
        "same of 10", "same of 100", "broke filter", "short",
    ]  # fmt: skip
    rows = [
        _row_of_kind(name, figures[kind], matrix_gflops)
        for name, figures in engines.items()
        if figures[kind]
    ]
    return lay_out(header, rows)


def list_failures(engines: Mapping[str, Mapping[str, Any]]) -> str:
    """Who did not take part, or not to the end, and why."""
    return "\n".join(
        f"- {name}: {figures['failure']}" for name, figures in engines.items() if figures["failure"]
    )


def lay_out(header: Row, rows: Sequence[Row]) -> str:
    """A Markdown table whose columns also line up on a screen."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    lines = [header, rule, *rows]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )


def describe_machine(threads: int) -> str:
    """Processor, how much of it is used, and memory."""
    memory_gb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{_name_processor()}, {threads} threads, {memory_gb:.0f} GB"


def _row_of_kind(name: str, figures: Mapping[str, float], matrix_gflops: float | None) -> list[str]:
    gflops = figures.get("gflops")
    share = gflops / matrix_gflops if gflops and matrix_gflops else None
    return [
        name,
        show(figures.get("p50_ms"), 1),
        show(figures.get("p99_ms"), 1),
        show(figures.get("batch_queries"), 0),
        show(figures.get("batch_s"), 2),
        show(figures.get("queries_per_s"), 0),
        _MISSING if share is None else f"{share:.0%}",
        show(figures.get("nDCG@10"), 3),
        show(figures.get("recall@100"), 3),
        show(figures.get("shared nDCG@10"), 3),
        show(figures.get("same_of_10"), 2),
        show(figures.get("same_of_100"), 2),
        show(figures.get("forbidden_rows"), 0),
        show(figures.get("short_answers"), 0),
    ]


def show(value: float | None, digits: int) -> str:
    """A number for a cell; a dash where there is none."""
    return _MISSING if value is None else f"{value:,.{digits}f}"


def _show_rate(embedding: Mapping[str, float]) -> str:
    if not embedding["embedded"]:
        return "documents came ready from the cache"
    rate = embedding["embedded"] / embedding["seconds"]
    return f"{embedding['embedded']:,} documents in {embedding['seconds']:,.0f} s ({rate:,.0f}/s)"


def _name_processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
