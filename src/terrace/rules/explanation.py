"""One company's standing under one rulebook, so that it can be defended years later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from terrace.errors import NotFound
from terrace.rules.criteria import Criterion, Mode, Together
from terrace.rules.details import detail_row
from terrace.rules.dossier import Dossier, open_dossier
from terrace.rules.measures import Catalog
from terrace.rules.rulebook import Rulebook
from terrace.rules.sentences import Row, write_fact, write_sentence
from terrace.rules.standing import versions_in_force
from terrace.rules.verdicts import VERDICT, compile_version
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
    """A fact that was used: its value (plain, and in words), when recorded, by whom, how surely."""

    fact: str
    fiscal_year: int
    value: str
    en: str
    zh: str
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
    own = require_company(facts, company)
    question = _Question(company, as_of, known_at, mode, with_illustrative)
    chosen = versions_in_force(
        rulebooks, as_of=as_of, mode=mode, with_illustrative=with_illustrative
    )
    dossiers: dict[int, Dossier] = {}
    for rulebook, _ in chosen:
        declared = rulebook.catalog.facts
        if id(declared) not in dossiers:
            dossiers[id(declared)] = open_dossier(own, declared, as_of=as_of, known_at=known_at)
    return [_explain(question, r, v, dossiers[id(r.catalog.facts)]) for r, v in chosen]


def require_company(facts: pl.DataFrame, company: str) -> pl.DataFrame:
    """The rows of one company.

    Raises:
        NotFound: there are none.
    """
    own = facts.filter(pl.col("company") == company)
    if own.is_empty():
        known = ", ".join(facts["company"].unique().sort().head(3))
        raise NotFound(f"no facts about the company '{company}'; known are {known} ...")
    return own


@dataclass(frozen=True, slots=True)
class _Question:
    company: str
    as_of: date
    known_at: date | None
    mode: Mode
    with_illustrative: bool


def _explain(
    question: _Question, rulebook: Rulebook, version: Version, dossier: Dossier
) -> Explanation:
    compiled = compile_version(
        rulebook, version, mode=question.mode, with_illustrative=question.with_illustrative
    )
    columns = compiled.ordered_inputs
    values = compiled.plan.run_row(dossier.take(columns), dossier.schema(columns))
    return Explanation(
        company=question.company,
        rulebook=rulebook,
        version=version,
        mode=question.mode,
        as_of=question.as_of,
        known_at=question.known_at,
        result=values[VERDICT],
        points=_points(version, values),
        reasons=tuple(
            _reason(rulebook, criterion, depth, detail_row(compiled, criterion, values))
            for criterion, depth in _list_criteria(version)
        ),
        used=tuple(_find_used(rulebook.catalog, dossier, columns)),
    )


def _points(version: Version, values: Row) -> tuple[float, float] | None:
    if not version.points:
        return None
    low, high = values[f"low:{version.points}"], values[f"high:{version.points}"]
    return None if low is None else (low, high)


def _list_criteria(version: Version) -> Iterator[tuple[Criterion, int]]:
    """The scope and the listed criteria, with their parts below them."""
    for top in (*((version.scope,) if version.scope else ()), *version.criteria):
        yield from _walk_with_depth(top, 0)


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


def _find_used(catalog: Catalog, dossier: Dossier, columns: Sequence[str]) -> Iterator[UsedFact]:
    """The record that gave each input of the version."""
    for column in columns:
        record = dossier.find_record(column)
        if record is not None:
            yield _used_fact(catalog, column.rpartition(".")[0], record)


def _used_fact(catalog: Catalog, name: str, record: Row) -> UsedFact:
    value = record[name]
    return UsedFact(
        fact=name,
        fiscal_year=record["fiscal_year"],
        value=f"{value:,.12g}" if isinstance(value, float) else str(value),
        en=write_fact(catalog, name, value, "en"),
        zh=write_fact(catalog, name, value, "zh"),
        recorded=record.get("recorded"),
        source=record.get("source") or "",
        confidence=record.get("confidence"),
    )
