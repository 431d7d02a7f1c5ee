"""One company's standing under one rulebook, so that it can be defended years later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from terrace.errors import NotFound
from terrace.rules.criteria import Criterion, Mode, Together
from terrace.rules.details import detail_criteria
from terrace.rules.rulebook import Rulebook
from terrace.rules.sentences import Row, write_sentence
from terrace.rules.standing import Applied, apply_rulebooks, summarise_verdicts
from terrace.rules.versions import Version


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion in words; ``depth`` 0 is a listed criterion, deeper ones are its parts."""

    criterion: str
    depth: int
    clause: str
    status: str
    result: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class UsedFact:
    """A fact that was used: its value, when it was recorded, by whom, how surely."""

    fact: str
    fiscal_year: int
    value: str
    recorded: date | None
    source: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a rulebook gives for a company on a day, and why."""

    company: str
    rulebook: Rulebook
    version: Version
    mode: Mode
    as_of: date
    known_at: date | None
    result: str
    points: tuple[float, float] | None
    reasons: tuple[Reason, ...]
    used: tuple[UsedFact, ...]


def explain_company(
    rulebooks: Sequence[Rulebook],
    facts: pl.DataFrame,
    company: str,
    *,
    as_of: date,
    known_at: date | None = None,
    mode: Mode = "first",
    with_illustrative: bool = False,
) -> list[Explanation]:
    """The standing of one company under each rulebook in force, criterion by criterion.

    Raises:
        NotFound: no row of the facts is of this company.
    """
    own = facts.filter(pl.col("company") == company)
    if own.is_empty():
        known = ", ".join(facts["company"].unique().sort().head(3))
        raise NotFound(f"no facts about the company '{company}'; known are {known} ...")
    records = _known_records(own, as_of=as_of, known_at=known_at)
    return [
        _explain(applied, mode, records, known_at)
        for applied in apply_rulebooks(
            rulebooks,
            own,
            as_of=as_of,
            known_at=known_at,
            mode=mode,
            with_illustrative=with_illustrative,
            with_figures=True,
        )
    ]


def _explain(
    applied: Applied, mode: Mode, records: Sequence[Row], known_at: date | None
) -> Explanation:
    rulebook, version = applied.rulebook, applied.version
    verdict = summarise_verdicts(applied, mode).row(0, named=True)
    rows = {row["criterion"]: row for row in detail_criteria(applied, mode).to_dicts()}
    low, high = verdict["points_low"], verdict["points_high"]
    listed = (*((version.scope,) if version.scope else ()), *version.criteria)
    return Explanation(
        company=verdict["company"],
        rulebook=rulebook,
        version=version,
        mode=mode,
        as_of=verdict["as_of"],
        known_at=known_at,
        result=verdict["result"],
        points=None if low is None else (low, high),
        reasons=tuple(
            _reason(rulebook, criterion, depth, rows[criterion.id])
            for top in listed
            for criterion, depth in _walk_with_depth(top, 0)
        ),
        used=tuple(_find_used(applied, verdict["as_of"], records)),
    )


def _walk_with_depth(criterion: Criterion, depth: int) -> Iterator[tuple[Criterion, int]]:
    yield criterion, depth
    if isinstance(criterion.test, Together):
        for part in criterion.test.of:
            yield from _walk_with_depth(part, depth + 1)


def _reason(rulebook: Rulebook, criterion: Criterion, depth: int, row: Row) -> Reason:
    return Reason(
        criterion=criterion.id,
        depth=depth,
        clause=criterion.clause,
        status=criterion.status,
        result=row["result"],
        en=write_sentence(rulebook.catalog, criterion, row, "en"),
        zh=write_sentence(rulebook.catalog, criterion, row, "zh"),
    )


def _known_records(own: pl.DataFrame, *, as_of: date, known_at: date | None) -> Sequence[Row]:
    """The company's rows that could be known, the newest year and record first."""
    if "recorded" not in own.columns:
        own = own.with_columns(pl.lit(None, dtype=pl.Date).alias("recorded"))
    if known_at is not None:
        own = own.filter(pl.col("recorded").is_null() | (pl.col("recorded") <= known_at))
    until = own.filter(pl.col("fiscal_year") <= as_of.year)
    # Of rows recorded on one day the later one stands, as in ``known_facts``.
    newest = until.reverse().sort(
        "fiscal_year", "recorded", descending=True, nulls_last=True, maintain_order=True
    )
    return newest.to_dicts()


def _find_used(applied: Applied, as_of: date, records: Sequence[Row]) -> Iterator[UsedFact]:
    """The record that gave each input of the version."""
    facts, closed = applied.rulebook.catalog.facts, as_of.year - 1
    for column in sorted(applied.compiled.inputs):
        name, _, year = column.rpartition(".")
        asked = closed + 1 if year == "this" else closed - int(year[1:])
        is_current = facts[name].period == "current"
        for record in records:
            is_of_year = is_current or record["fiscal_year"] == asked
            if is_of_year and record.get(name) is not None:
                yield _used_fact(name, record)
                break


def _used_fact(name: str, record: Row) -> UsedFact:
    return UsedFact(
        fact=name,
        fiscal_year=record["fiscal_year"],
        value=_write_plain(record[name]),
        recorded=record.get("recorded"),
        source=record.get("source") or "",
        confidence=record.get("confidence"),
    )


def _write_plain(value: object) -> str:
    return f"{value:,.12g}" if isinstance(value, float) else str(value)
