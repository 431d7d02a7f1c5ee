"""Rules side by side: Terrace, openfisca-core and plain NumPy over synthetic companies.

    python bench/rules_speed.py [--companies 120000] [--rounds 5] [--out out/bench]

Two rulebooks (technology SME 2017, srdi 2026) by all three, and the same companies met is
demanded; then what only Terrace does. A peer that is not installed is skipped and said.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from rules_peers import DAYS, NUMBERS, TRUTHS, Columns, Met, numpy_rules
from terrace.rules import evaluate, explain_company, find_rulebook, load_ladder, load_rulebooks
from terrace.rules.calibration import load_calibration
from terrace.rules.forecast import expect_counts, find_standings, load_odds
from terrace.rules.impact import assess_impact
from terrace.rules.population import generate_population
from terrace.rules.proposals import find_proposal
from terrace.rules.snapshot import take_snapshot
from terrace.rules.standing import apply_version
from terrace.rules.verdicts import compile_version

DAY = date(2026, 6, 1)
_EPOCH = date(1970, 1, 1)
_OLDER = {"revenue_1": "revenue", "rd_spend_1": "rd_spend", "equity_1": "equity_raised"}
Task = Callable[[], Any]


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=120_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("out/bench"))
    return parser.parse_args(arguments)


def spread_columns(facts: pl.DataFrame) -> Columns:
    """One value per company, as the peers take them; missing numbers are NaN."""
    last = facts.filter(pl.col("fiscal_year") == 2025).sort("company")
    before = facts.filter(pl.col("fiscal_year") == 2024).sort("company")
    last = last.with_columns(before[old].alias(new) for new, old in _OLDER.items())
    last = last.with_columns(
        equity=pl.col("equity_raised"),
        high_institution=pl.col("rd_institution").is_in(["national", "provincial"]),
    )
    return {
        **{name: last[name].fill_null(float("nan")).to_numpy() for name in NUMBERS},
        **{name: last[name].fill_null(False).to_numpy() for name in TRUTHS},
        **{name: last[name].cast(pl.Int32).to_numpy() for name in DAYS},
    }


def make_peers(facts: pl.DataFrame) -> dict[str, Task]:
    """Each answers who meets the two rulebooks, from what it likes to hold in memory."""
    columns = spread_columns(facts)
    days = {"today": _days(DAY), "three_years_ago": _days(date(DAY.year - 3, DAY.month, DAY.day))}
    books = load_rulebooks()
    two = [find_rulebook(books, name) for name in ("tech_sme", "srdi")]
    peers: dict[str, Task] = {
        "terrace": lambda: met_of(evaluate(two, facts, as_of=DAY)),
        "terrace, facts side by side": _run_prepared(two, facts),
        "numpy": lambda: numpy_rules.evaluate(columns, **days),
    }
    try:
        from rules_peers import openfisca_rules
    except ImportError:
        print("openfisca-core is not installed: skipped")
        return peers
    system = openfisca_rules.make_system()
    return peers | {"openfisca-core": lambda: openfisca_rules.evaluate(system, columns, **days)}


def _run_prepared(rulebooks: Sequence[Any], facts: pl.DataFrame) -> Task:
    chosen = [(book, book.version_at(DAY)) for book in rulebooks]
    compiled = [compile_version(book, version, mode="first") for book, version in chosen]
    inputs = {column for one in compiled for column in one.inputs}
    subjects = facts.select(pl.col("company").unique()).sort("company")
    subjects = subjects.with_columns(as_of=pl.lit(DAY))
    snapshot = take_snapshot(facts, subjects, inputs, rulebooks[0].catalog.facts)

    def run() -> Met:
        applied = (
            apply_version(book, version, one, snapshot, with_figures=False)
            for (book, version), one in zip(chosen, compiled, strict=True)
        )
        return {a.rulebook.id: (a.frame["result"] == "met").to_numpy() for a in applied}

    return run


def _days(day: date) -> int:
    return (day - _EPOCH).days


def met_of(verdicts: pl.DataFrame) -> Met:
    ordered = verdicts.sort("company")
    return {
        name: (ordered.filter(pl.col("rulebook") == name)["result"] == "met").to_numpy()
        for name in ("tech_sme", "srdi")
    }


def require_agreement(peers: Mapping[str, Task]) -> dict[str, int]:
    """How many companies meet each rulebook; refuses to time peers that differ."""
    found = {name: run() for name, run in peers.items()}
    reference = found["terrace"]
    for name, met in found.items():
        for rulebook, expected in reference.items():
            differing = int((met[rulebook].astype(bool) != expected).sum())
            if differing:
                raise SystemExit(
                    f"{name} differs from terrace on {rulebook}: {differing} companies"
                )
    return {rulebook: int(met.sum()) for rulebook, met in reference.items()}


def measure_in_turns(tasks: Mapping[str, Task], rounds: int) -> dict[str, dict[str, float]]:
    """The median and the fastest of the rounds, in milliseconds; tasks take turns."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for run in tasks.values():
        run()  # what is read and compiled once is not what is measured
    for number in range(rounds):
        names = list(tasks)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            begun = time.perf_counter()
            tasks[name]()
            taken[name].append(1000 * (time.perf_counter() - begun))
    return {
        name: {"median_ms": round(statistics.median(t), 2), "fastest_ms": round(min(t), 2)}
        for name, t in taken.items()
    }


def make_own_tasks(facts: pl.DataFrame) -> dict[str, Task]:
    """What only Terrace does."""
    books = load_rulebooks()
    ladder = load_ladder(rulebooks=books)
    company = facts.filter(pl.col("company") == "SYN-000001")
    old, new = (find_proposal(f"srdi@{year}", books) for year in (2022, 2026))
    return {
        "all rulebooks in force, all companies": lambda: evaluate(books, facts, as_of=DAY),
        "reasons in both languages, all rulebooks, one company": lambda: explain_company(
            books, company, "SYN-000001", as_of=DAY
        ),
        "reasons in both languages, one rulebook (srdi), one company": lambda: explain_company(
            [find_rulebook(books, "srdi")], company, "SYN-000001", as_of=DAY
        ),
        "forecast of a year, all companies": lambda: expect_counts(
            find_standings(books, ladder, facts, as_of=DAY), load_odds(), as_of=DAY
        ),
        "impact of srdi 2022 -> 2026, all companies, with reasons": lambda: assess_impact(
            old, new, facts, as_of=date(2026, 4, 1), with_illustrative=True
        ),
    }


def write_table(report: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    lines = [
        f"{report['companies']:,} synthetic companies, {report['rounds']} rounds, "
        f"{report['processors']} processors, load {report['load']}. Met: {report['met']}.",
        "",
        "| | median ms | fastest ms |",
        "|---|---|---|",
    ]
    figures = {**report["two rulebooks"], **report["terrace alone"]}
    lines += [f"| {name} | {f['median_ms']} | {f['fastest_ms']} |" for name, f in figures.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    arguments = read_arguments()
    population = generate_population(
        load_calibration(), companies=arguments.companies, seed=1, last_year=2025
    )
    facts = population.facts
    peers = make_peers(facts)
    report = {
        "companies": arguments.companies,
        "rounds": arguments.rounds,
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "met": require_agreement(peers),
        "two rulebooks": measure_in_turns(peers, arguments.rounds),
        "terrace alone": measure_in_turns(make_own_tasks(facts), arguments.rounds),
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "rules.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    (arguments.out / "rules.md").write_text(write_table(report), "utf-8")
    print(write_table(report))


if __name__ == "__main__":
    main()
