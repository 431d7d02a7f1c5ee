"""How long the path takes: one title, and the whole ladder, over many synthetic companies.

    python bench/path_speed.py [--companies 60] [--ladders 12] [--out out/bench]

Companies are drawn from the synthetic population, those with more than five million yuan of
revenue, so that the figures say nothing about the smallest firms. Every plan found has been
confirmed by the rules engine before the clock stops. Beside the time on the clock stands the
processor time of all threads together: what a busy machine does not disturb.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from terrace.rules import load_ladder, load_rulebooks
from terrace.rules.calibration import load_calibration
from terrace.rules.path import Answer, Horizon, Setting, find_path, find_paths, load_levers
from terrace.rules.population import generate_population

DAY, BY = date(2026, 11, 23), date(2028, 12, 31)
LEAST_REVENUE = 5e6


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=60)
    parser.add_argument("--ladders", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out/bench"))
    return parser.parse_args(arguments)


def make_setting() -> Setting:
    rulebooks = load_rulebooks()
    return Setting(
        rulebooks=rulebooks,
        ladder=load_ladder(rulebooks=rulebooks),
        levers=load_levers(rulebooks=rulebooks),
        horizon=Horizon(DAY, BY),
    )


def draw_companies(count: int, seed: int) -> list[pl.DataFrame]:
    """The facts of so many companies with revenue, one frame each."""
    facts = generate_population(
        load_calibration(), companies=40 * count, seed=seed, last_year=2025
    ).facts
    is_large = (pl.col("fiscal_year") == 2025) & (pl.col("revenue") > LEAST_REVENUE)
    names = sorted(facts.filter(is_large)["company"])
    chosen = random.Random(seed).sample(names, count)
    return [facts.filter(pl.col("company") == name) for name in chosen]


def clock(tasks: Iterable[Callable[[], Any]]) -> tuple[list[tuple[float, float]], list[Any]]:
    """Seconds on the clock and of the processor, and the answer, of each."""
    taken, answers = [], []
    for task in tasks:
        begun, used = time.perf_counter(), time.process_time()
        answers.append(task())
        taken.append((time.perf_counter() - begun, time.process_time() - used))
    return taken, answers


def summarise(
    taken: Sequence[tuple[float, float]], answers: Sequence[Answer]
) -> dict[str, float | int]:
    """Median, 95th percentile and worst, in seconds, and for how many there was a plan."""
    figures: dict[str, float | int] = {"runs": len(taken)}
    for kind, seconds in zip(("wall", "cpu"), zip(*taken, strict=True), strict=True):
        median, high = np.percentile(seconds, [50, 95])
        worst = max(seconds)
        for name, value in (("median", median), ("p95", high), ("worst", worst)):
            figures[f"{kind}_{name}_s"] = round(float(value), 2)
    plans = sum(bool(answer.plans) for answer in answers)
    return figures | {"with_a_plan": plans, "answers": len(answers)}


def measure_titles(setting: Setting, companies: Sequence[pl.DataFrame]) -> dict[str, Any]:
    """One title per company in turn, one plan each and three plans each."""
    titles = [title for title in setting.ladder.titles if setting.ladder.title(title).held_until]

    def ask(number: int, most: int) -> Callable[[], Answer]:
        facts = companies[number]
        name, title = facts["company"][0], titles[number % len(titles)]
        return lambda: find_path(setting, facts, name, target=title, most_plans=most)

    ask(0, 1)()
    return {
        f"one title, {most} plan{'s' * (most > 1)}": summarise(
            *clock(ask(number, most) for number in range(len(companies)))
        )
        for most in (1, 3)
    }


def measure_ladders(setting: Setting, companies: Sequence[pl.DataFrame]) -> dict[str, Any]:
    """Every title of the ladder for each company."""

    def ask(facts: pl.DataFrame) -> Callable[[], list[Answer]]:
        name = facts["company"][0]
        return lambda: find_paths(setting, facts, name, targets=list(setting.ladder.titles))

    taken, found = clock(ask(facts) for facts in companies)
    return {"whole ladder": summarise(taken, [answer for one in found for answer in one])}


def write_table(report: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    lines = [
        f"{report['processors']} processors, load {report['load']} before and "
        f"{report['load after']} after.",
        "",
        "| seconds on the clock (of the processor) | runs | median | p95 | worst | with a plan |",
        "|---|---|---|---|---|---|",
    ]
    for name, f in report["path"].items():
        figures = " | ".join(
            f"{f[f'wall_{part}_s']} ({f[f'cpu_{part}_s']})" for part in ("median", "p95", "worst")
        )
        plans = f"{f['with_a_plan']} of {f['answers']}"
        lines.append(f"| {name} | {f['runs']} | {figures} | {plans} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    arguments = read_arguments()
    load = round(os.getloadavg()[0], 1)
    setting = make_setting()
    companies = draw_companies(arguments.companies, arguments.seed)
    path = measure_titles(setting, companies)
    path |= measure_ladders(setting, companies[: arguments.ladders])
    report = {
        "processors": os.cpu_count(),
        "load": load,
        "load after": round(os.getloadavg()[0], 1),
        "path": path,
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "path.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    (arguments.out / "path.md").write_text(write_table(report), "utf-8")
    print(write_table(report))


if __name__ == "__main__":
    main()
