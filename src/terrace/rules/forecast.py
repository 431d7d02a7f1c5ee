"""The year ahead: certificates that lapse, who stands near a title, how many will hold each.

Nothing here knows the future: the verdicts are those of the day, and how likely each turns
into a renewal or a new title within a year is said by ``odds.yaml``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.criteria.declarations import Section
from terrace.criteria.results import Result
from terrace.rules.criteria import Mode
from terrace.rules.labels import read_number
from terrace.rules.ladder import Ladder, Title
from terrace.rules.nearness import measure_distance
from terrace.rules.path.horizon import add_months
from terrace.rules.rulebook import Rulebook, find_rulebook, read_plain
from terrace.rules.snapshot import known_facts, take_snapshot
from terrace.rules.standing import Applied, apply_rulebooks, summarise_verdicts

INTERVAL = 0.90


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """How likely a renewal and a new title are within a year, by today's verdict."""

    renewal: Mapping[str, float]
    entry: Mapping[str, float]


def load_odds(path: Path | None = None) -> Odds:
    """The odds of a file, by default those that ship (illustrative).

    Raises:
        CriteriaError: a verdict is absent, or a figure is no probability; with its line.
    """
    section = read_plain(path or Path(str(resources.files("terrace") / "data" / "odds.yaml")))
    section.check_keys(("renewal", "entry"))
    return Odds(*(_read_odds(section.section(key)) for key in ("renewal", "entry")))


def _read_odds(section: Section) -> dict[str, float]:
    results = [result.value for result in Result]
    section.check_keys(results)
    odds = {result: read_number(section, result) for result in results}
    for result, chance in odds.items():
        if not 0 <= chance <= 1:
            section.refuse(f"'{result}' is {chance:g}", "write a probability from 0 to 1")
    return odds


def find_standings(
    rulebooks: Sequence[Rulebook],
    ladder: Ladder,
    facts: pl.DataFrame,
    *,
    as_of: date,
    with_illustrative: bool = False,
) -> pl.DataFrame:
    """Where every company stands with every title that has a certificate.

    Returns:
        company, title, until (null: never held), is_held, is_open (what the title presupposes
        is held, and nothing that bars it), result (of a renewal for holders, else of a
        first application), unmet and unknown (criteria), distance (see ``nearness``), for
        rulebooks in force on the day.
    """
    held = _titles_held(ladder, facts, as_of, rulebooks)
    titles = [title for title in ladder.titles.values() if title.held_until]
    asked = [find_rulebook(rulebooks, title.rulebook) for title in titles]
    modes: tuple[Mode, ...] = get_args(Mode)
    verdicts = pl.concat(
        _judge(applied, mode)
        for mode in modes
        for applied in apply_rulebooks(
            asked,
            facts,
            as_of=as_of,
            known_at=as_of,
            mode=mode,
            with_illustrative=with_illustrative,
            with_figures=True,
        )
    )
    frames = [
        _join_verdicts(title, held, verdicts.filter(rulebook=title.rulebook), as_of=as_of)
        for title in titles
    ]
    return pl.concat(frames).sort("company", "title")


def _judge(applied: Applied, mode: Mode) -> pl.DataFrame:
    verdicts = summarise_verdicts(applied, mode)
    chosen = verdicts.select("company", "rulebook", "mode", "result", "unmet", "unknown")
    return chosen.with_columns(measure_distance(applied))


def _titles_held(
    ladder: Ladder, facts: pl.DataFrame, as_of: date, rulebooks: Sequence[Rulebook]
) -> pl.DataFrame:
    """A column per title: the last day of its certificate."""
    columns = {f"{t.held_until}.y0": t.id for t in ladder.titles.values() if t.held_until}
    subjects = facts.select(pl.col("company").unique().sort())
    subjects = subjects.with_columns(pl.lit(as_of).alias("as_of"))
    declared = rulebooks[0].catalog.facts
    known = known_facts(facts, known_at=as_of)
    snapshot = take_snapshot(known, subjects, columns, declared)
    return snapshot.select("company", *(pl.col(c).alias(t) for c, t in columns.items()))


def _join_verdicts(
    title: Title, held: pl.DataFrame, verdicts: pl.DataFrame, *, as_of: date
) -> pl.DataFrame:
    verdicts = verdicts.drop("rulebook")
    is_held = pl.col(title.id) >= as_of
    own = held.select(
        "company",
        pl.lit(title.id).alias("title"),
        pl.col(title.id).alias("until"),
        is_held.fill_null(False).alias("is_held"),
        _is_open(title, as_of).alias("is_open"),
    )
    asked = pl.when("is_held").then(pl.lit("renewal")).otherwise(pl.lit("first"))
    return own.with_columns(asked.alias("mode")).join(verdicts, on=["company", "mode"]).drop("mode")


def _is_open(title: Title, as_of: date) -> pl.Expr:
    below = [(pl.col(name) >= as_of).fill_null(False) for name in title.requires_any]
    barring = [(pl.col(name) >= as_of).fill_null(False) for name in title.excludes]
    reached = pl.any_horizontal(*below) if below else pl.lit(True)
    return reached & ~pl.any_horizontal(*barring) if barring else reached


def list_lapsing(standings: pl.DataFrame, *, as_of: date, months: int = 12) -> pl.DataFrame:
    """Certificates whose last day comes within so many months, the soonest first.

    Returns:
        company, title, until, days_left, result (of a renewal today).
    """
    last = add_months(as_of, months)
    left = (pl.col("until") - as_of).dt.total_days().alias("days_left")
    return (
        standings.filter("is_held", pl.col("until") <= last)
        .select("company", "title", "until", left, "result")
        .sort("until", "company", "title")
    )


def list_within_reach(
    standings: pl.DataFrame, *, most_unmet: int = 2, most_distance: float = 0.5
) -> pl.DataFrame:
    """Companies that lack a title open to them by little and by no data, the nearest first.

    Args:
        standings: as ``find_standings`` gives them.
        most_unmet: how many listed criteria may be unmet.
        most_distance: how much may be short of them together, as shares of what is asked.

    Returns:
        company, title, unmet, distance, result. Whether and at what cost the rest can be
        done is for ``terrace.rules.path``.
    """
    is_near = (pl.col("unmet") <= most_unmet) & (pl.col("unknown") == 0)
    is_near &= pl.col("distance") <= most_distance
    return (
        standings.filter(~pl.col("is_held"), "is_open", is_near, pl.col("result") != "unknown")
        .filter(pl.col("result") != Result.NOT_APPLICABLE.value)
        .select("company", "title", "unmet", "distance", "result")
        .sort("distance", "title", "company")
    )


def expect_counts(
    standings: pl.DataFrame, odds: Odds, *, as_of: date, months: int = 12
) -> pl.DataFrame:
    """How many companies will hold each title in so many months.

    The companies decide independently of each other, so the count is a sum of
    independent yes-or-no draws; its 90% interval is exact for the given odds.

    Returns:
        title, holders, lapsing, expected, low, high; undecided: companies that could apply
        and of which too little is known to say anything, counted by the odds of ``unknown``.
    """
    last = add_months(as_of, months)
    frame = standings.with_columns(_chance(odds, last).alias("chance"))
    rows = [
        _count_title(str(title), group, last)
        for (title,), group in frame.group_by("title", maintain_order=True)
    ]
    return pl.DataFrame(rows).sort("title")


def _chance(odds: Odds, last: date) -> pl.Expr:
    result = pl.col("result").cast(pl.String)
    renewal = result.replace_strict(odds.renewal, return_dtype=pl.Float64)
    entry = result.replace_strict(odds.entry, return_dtype=pl.Float64)
    return (
        pl.when(pl.col("is_held") & (pl.col("until") > last))
        .then(1.0)
        .when("is_held")
        .then(renewal)
        .when("is_open")
        .then(entry)
        .otherwise(0.0)
    )


def _count_title(title: str, group: pl.DataFrame, last: date) -> dict[str, object]:
    low, high = interval_of_count(group["chance"].to_numpy())
    held = group.filter("is_held")
    return {
        "title": title,
        "holders": held.height,
        "lapsing": held.filter(pl.col("until") <= last).height,
        "expected": float(group["chance"].sum()),
        "low": low,
        "high": high,
        "undecided": group.filter(~pl.col("is_held"), "is_open", result="unknown").height,
    }


def interval_of_count(chances: NDArray[np.float64]) -> tuple[int, int]:
    """The central 90% interval of how many of independent draws come out yes."""
    # SciPy takes a while to load, and most commands never need it.
    from scipy.signal import fftconvolve
    from scipy.stats import binom

    values, counts = np.unique(chances, return_counts=True)
    distribution = np.ones(1)
    for chance, count in zip(values, counts, strict=True):
        own = binom.pmf(np.arange(count + 1), count, chance)
        distribution = np.clip(fftconvolve(distribution, own), 0.0, None)
    reached = np.cumsum(distribution) / distribution.sum()
    tail = (1 - INTERVAL) / 2
    return int(np.searchsorted(reached, tail)), int(np.searchsorted(reached, 1 - tail))
