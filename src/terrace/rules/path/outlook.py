"""A company's facts carried on into the years of a plan, as if nothing were done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from terrace.errors import NotFound
from terrace.rules.facts import Fact, Facts
from terrace.rules.path.levers import Levers
from terrace.rules.snapshot import known_facts

Rows = dict[int, dict[str, Any]]
"""The facts of one company by fiscal year."""


def carry_on(
    facts: pl.DataFrame, company: str, declared: Facts, levers: Levers, *, start: date, until: int
) -> Rows:
    """The known facts by fiscal year, with the years from ``start`` to ``until`` filled in.

    A year that is not closed, or comes after the last known one, repeats the last known
    value of each fact, grown where the outlook says that it grows. What the running year has
    earned and spent so far is no year's figure and does not count.

    Raises:
        NotFound: no row of the facts is of this company.
    """
    own = facts.filter(pl.col("company") == company)
    if own.is_empty():
        known = ", ".join(facts["company"].unique().sort().head(3))
        raise NotFound(f"no facts about the company '{company}'; known are {known} ...")
    table = known_facts(own, known_at=start).sort("fiscal_year")
    rows = {row["fiscal_year"]: row for row in table.to_dicts()}
    return _fill_years(_keep_declared(rows, declared, start.year), declared, levers, start, until)


def _keep_declared(rows: Rows, declared: Facts, last: int) -> Rows:
    return {
        year: {
            name: value
            for name, value in row.items()
            if value is not None and _is_whole(declared.get(name), year, last)
        }
        for year, row in rows.items()
        if year <= last
    }


def _is_whole(fact: Fact | None, year: int, running: int) -> bool:
    """Whether it is a declared fact, and not what a year that is still running has so far."""
    return fact is not None and (year < running or fact.period != "year")


def _fill_years(rows: Rows, declared: Facts, levers: Levers, start: date, until: int) -> Rows:
    yearly = {name: fact for name, fact in declared.items() if fact.period != "current"}
    first_filled = min(start.year, max(rows, default=start.year) + 1)
    for year in range(first_filled, until + 1):
        before = rows.get(year - 1, {})
        grown = {name: _grow(name, before[name], levers) for name in before if name in yearly}
        rows[year] = {**grown, **rows.get(year, {})}
    return dict(sorted(rows.items()))


def _grow(name: str, value: Any, levers: Levers) -> Any:
    return value * (1 + levers.growth) if name in levers.grows else value


def newest_value(rows: Mapping[int, Mapping[str, Any]], name: str, *, until: int) -> Any:
    """The newest known value of a fact up to a fiscal year, None where there is none."""
    known = [row[name] for year, row in sorted(rows.items()) if year <= until and name in row]
    return known[-1] if known else None


def to_frame(rows: Rows, company: str, declared: Mapping[str, Fact]) -> pl.DataFrame:
    """The rows as a facts frame."""
    named = sorted({name for row in rows.values() for name in row})
    schema = {"company": pl.String(), "fiscal_year": pl.Int64()}
    typed = {**schema, **{name: declared[name].dtype for name in named}}
    keyed = [{"company": company, "fiscal_year": year, **row} for year, row in rows.items()]
    return pl.DataFrame(keyed, schema=typed)
