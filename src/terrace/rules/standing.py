"""The standing of companies under rulebooks, on a day and by what was known on a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from terrace.criteria.results import Result
from terrace.rules.criteria import Mode
from terrace.rules.facts import Fact
from terrace.rules.rulebook import Rulebook
from terrace.rules.snapshot import known_facts, take_snapshot
from terrace.rules.verdicts import VERDICT, Compiled, compile_version
from terrace.rules.versions import Version

_COUNTED = {
    "met": Result.MET,
    "unmet": Result.UNMET,
    "unknown": Result.UNKNOWN,
    "to_judge": Result.NEEDS_JUDGEMENT,
}


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """A version that was run: its columns stand beside the snapshot's in ``frame``."""

    rulebook: Rulebook
    version: Version
    compiled: Compiled
    frame: pl.DataFrame


def evaluate(
    rulebooks: Sequence[Rulebook],
    facts: pl.DataFrame,
    *,
    as_of: date,
    known_at: date | None = None,
    mode: Mode = "first",
    with_illustrative: bool = False,
) -> pl.DataFrame:
    """The verdict of every rulebook on every company.

    Args:
        rulebooks: those that hold on ``as_of`` are applied; of one wholly
            illustrative only ``with_illustrative``.
        facts: as ``terrace.rules.snapshot`` describes.
        as_of: the day: law, fiscal years and lapses of that day.
        known_at: only facts recorded by then count; None: all.
        mode: first application or renewal.
        with_illustrative: let illustrative figures decide.

    Returns:
        company, rulebook, version, mode, as_of, result, points_low, points_high (null
        without a score), and how many listed criteria are met, unmet, unknown, to_judge.
    """
    frames = [
        summarise_verdicts(applied, mode)
        for applied in apply_rulebooks(
            rulebooks,
            facts,
            as_of=as_of,
            known_at=known_at,
            mode=mode,
            with_illustrative=with_illustrative,
        )
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=VERDICT_SCHEMA)


def apply_rulebooks(
    rulebooks: Sequence[Rulebook],
    facts: pl.DataFrame,
    *,
    as_of: date,
    known_at: date | None = None,
    mode: Mode = "first",
    with_illustrative: bool = False,
    with_figures: bool = False,
) -> Iterator[Applied]:
    """Run every rulebook that holds, one after the other; arguments as for ``evaluate``."""
    chosen = versions_in_force(
        rulebooks, as_of=as_of, mode=mode, with_illustrative=with_illustrative
    )
    compiled = [
        compile_version(r, v, mode=mode, with_illustrative=with_illustrative) for r, v in chosen
    ]
    if not chosen:
        return
    inputs = {column for one in compiled for column in one.inputs}
    known = known_facts(facts, known_at=known_at)
    snapshot = take_snapshot(known, _subjects(facts, as_of), inputs, _all_facts(rulebooks))
    for (rulebook, version), one in zip(chosen, compiled, strict=True):
        yield apply_version(rulebook, version, one, snapshot, with_figures=with_figures)


def apply_version(
    rulebook: Rulebook,
    version: Version,
    compiled: Compiled,
    snapshot: pl.DataFrame,
    *,
    with_figures: bool,
) -> Applied:
    """Run one version over a snapshot: all results, with figures also what they rest on."""
    wanted = compiled.plan.columns if with_figures else _verdict_columns(version, compiled)
    return Applied(rulebook, version, compiled, compiled.plan.run(snapshot, tuple(wanted)))


def versions_in_force(
    rulebooks: Sequence[Rulebook], *, as_of: date, mode: Mode, with_illustrative: bool = False
) -> list[tuple[Rulebook, Version]]:
    """The versions that hold on a day; wholly illustrative ones only if asked for."""
    found = ((rulebook, rulebook.version_at(as_of, mode)) for rulebook in rulebooks)
    return [
        (rulebook, version)
        for rulebook, version in found
        if version and (with_illustrative or version.status != "illustrative")
    ]


def _subjects(facts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    companies = facts.select(pl.col("company").unique()).sort("company")
    return companies.with_columns(pl.lit(as_of).alias("as_of"))


def _all_facts(rulebooks: Sequence[Rulebook]) -> dict[str, Fact]:
    return {name: fact for r in rulebooks for name, fact in r.catalog.facts.items()}


def _verdict_columns(version: Version, compiled: Compiled) -> list[str]:
    results = [f"result:{criterion.id}" for criterion in version.walk()]
    points = [f"{end}:{version.points}" for end in ("low", "high")] if version.points else []
    return [name for name in (VERDICT, *results, *points) if name in compiled.plan.columns]


VERDICT_SCHEMA = pl.Schema(
    {
        "company": pl.String(),
        "rulebook": pl.String(),
        "version": pl.String(),
        "mode": pl.String(),
        "as_of": pl.Date(),
        "result": pl.Enum([result.value for result in Result]),
        "points_low": pl.Float64(),
        "points_high": pl.Float64(),
        **{name: pl.UInt8() for name in _COUNTED},
    }
)


def summarise_verdicts(applied: Applied, mode: Mode) -> pl.DataFrame:
    """The verdicts of one applied version, as ``evaluate`` gives them."""
    version = applied.version
    listed = [f"result:{criterion.id}" for criterion in version.criteria]
    counts = (
        pl.sum_horizontal((pl.col(column) == result.value).cast(pl.UInt8) for column in listed)
        .cast(pl.UInt8)
        .alias(name)
        for name, result in _COUNTED.items()
    )
    return applied.frame.select(
        "company",
        pl.lit(applied.rulebook.id).alias("rulebook"),
        pl.lit(version.id).alias("version"),
        pl.lit(mode).alias("mode"),
        "as_of",
        VERDICT,
        _points(version, "low"),
        _points(version, "high"),
        *counts,
    )


def _points(version: Version, end: str) -> pl.Expr:
    if not version.points:
        return pl.lit(None, dtype=pl.Float64).alias(f"points_{end}")
    return pl.col(f"{end}:{version.points}").alias(f"points_{end}")
