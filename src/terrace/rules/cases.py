"""Hand-computed cases of a rulebook: what its law gives for a company on a day.

A case stands in ``ID.cases.yaml`` and says its clause and its arithmetic, so that an
official can check it:

    bases:
      sound: {as_of: 2026-06-01, facts: {employees: 100, rd_spend@2024: 2000000}}
    cases:
      - id: staff_at_500
        base: sound
        clause: T2a
        set: {employees: 500}
        arithmetic: 500 <= 500
        expect: {result: met, T2a: met, total: [66, 96], T2a.gap: 0}

A fact without a year is of the last closed fiscal year; ``null`` takes it away.
Expected are the whole (``result``), criteria by id, scores by id (points, or
[low, high]) and ``ID.observed``, ``ID.required`` and ``ID.gap``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import polars as pl

from terrace.criteria.declarations import Section
from terrace.criteria.results import Result
from terrace.rules.criteria import Mode
from terrace.rules.facts import Facts, suggest_names
from terrace.rules.labels import read_choice, to_number
from terrace.rules.rulebook import CASES_SUFFIX, Rulebook, read_plain
from terrace.rules.snapshot import facts_schema, take_snapshot
from terrace.rules.verdicts import VERDICT, Compiled, compile_version
from terrace.rules.versions import Version

Points = tuple[float, float]
Expected = Mapping[str, str | float | Points]
_KEYS = ("id", "clause", "arithmetic", "expect")
_OPTIONAL = ("base", "set", "as_of", "mode", "illustrative")
_FIGURES = ("observed", "required", "gap")
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Case:
    """One company on one day, and what is expected of the rulebook."""

    id: str
    clause: str
    arithmetic: str
    as_of: date
    mode: Mode
    with_illustrative: bool
    facts: Mapping[str, Any]
    expect: Expected
    place: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that came out otherwise."""

    case: Case
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return (
            f"{self.case.place}: {self.what} is {self.found}, expected {self.expected} "
            f"({self.case.clause}: {self.case.arithmetic})"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The cases that one version answers in one mode."""

    rulebook: Rulebook
    version: Version
    mode: Mode
    with_illustrative: bool
    cases: tuple[Case, ...]

    def compile(self, *, figures_are_parameters: bool = False) -> Compiled:
        """The version as these cases need it."""
        return compile_version(
            self.rulebook,
            self.version,
            mode=self.mode,
            with_illustrative=self.with_illustrative,
            figures_are_parameters=figures_are_parameters,
        )


def load_cases(rulebook: Rulebook) -> tuple[Case, ...]:
    """The cases beside a rulebook's file, none where there is no such file.

    Raises:
        CriteriaError: an unknown fact, base, criterion or score; with its line.
    """
    path = cases_path(rulebook)
    if not path.exists():
        return ()
    section = read_plain(path)
    section.check_keys(("cases",), ("bases",))
    bases = section.section("bases") if "bases" in section.values else None
    return tuple(_read_case(case, bases, rulebook) for case in section.sections("cases", "case"))


def cases_path(rulebook: Rulebook) -> Path:
    """Where the cases of a rulebook stand."""
    return rulebook.path.with_name(rulebook.path.stem + CASES_SUFFIX)


def _read_case(section: Section, bases: Section | None, rulebook: Rulebook) -> Case:
    section.check_keys(_KEYS, _OPTIONAL)
    base = _read_base(section, bases)
    as_of = section.day("as_of") or (base.day("as_of") if base else None)
    if as_of is None:
        section.refuse("the case has no day", "give 'as_of' here or in its base")
    facts = _facts_of(base, "facts", as_of, rulebook.catalog.facts) if base else {}
    return Case(
        id=section.text("id"),
        clause=section.text("clause"),
        arithmetic=section.text("arithmetic"),
        as_of=as_of,
        mode=read_choice(section, "mode", get_args(Mode), "first"),
        with_illustrative=section.values.get("illustrative") is True,
        facts={**facts, **_facts_of(section, "set", as_of, rulebook.catalog.facts)},
        expect=_read_expected(section, rulebook),
        place=section.place,
        base=section.text("base", ""),
    )


def _read_base(section: Section, bases: Section | None) -> Section | None:
    if "base" not in section.values:
        return None
    name = section.text("base")
    if bases is None or name not in bases.values:
        section.refuse(f"there is no base '{name}'", "declare it under 'bases'")
    base = bases.section(name)
    base.check_keys(("facts",), ("as_of",))
    return base


def _facts_of(section: Section, key: str, as_of: date, facts: Facts) -> dict[str, Any]:
    """The facts of a case as ``name@year``."""
    if key not in section.values:
        return {}
    given = section.section(key)
    found = {}
    for written, value in given.values.items():
        if written == "__line__":
            continue
        name, _, year = str(written).partition("@")
        if name not in facts:
            given.refuse(f"there is no fact '{name}'", suggest_names(name, sorted(facts)))
        if year and not year.isdecimal():
            given.refuse(f"'{written}' has no year", "write it as revenue@2024")
        found[f"{name}@{year or as_of.year - 1}"] = _typed(given, name, value, facts)
    return found


def _typed(section: Section, name: str, value: Any, facts: Facts) -> Any:
    kinds = {"text": str, "truth": bool, "date": date}
    if value is None:
        return None
    if facts[name].type == "number":
        return to_number(section, name, value)
    if type(value) is not kinds[facts[name].type]:
        section.refuse(f"'{name}' is {value!r}", f"it is a {facts[name].type}")
    return value


def _read_expected(section: Section, rulebook: Rulebook) -> Expected:
    expect = section.section("expect")
    found = {k: _expected_value(expect, k, v) for k, v in expect.values.items() if k != "__line__"}
    unknown = [key for key in found if not _is_named(key, rulebook)]
    if unknown:
        expect.refuse(
            f"nothing in the rulebook is called '{unknown[0]}'",
            "expect 'result', a criterion, a score, or ID.observed, ID.required, ID.gap",
        )
    return found


def _is_named(key: str, rulebook: Rulebook) -> bool:
    name, _, figure = key.rpartition(".")
    criteria = {c.id for version in rulebook.versions for c in version.walk()}
    scores = {s.id for version in rulebook.versions for s in version.walk_scores()}
    return key == "result" or key in criteria | scores or (figure in _FIGURES and name in criteria)


def _expected_value(section: Section, key: str, value: Any) -> str | float | Points:
    if isinstance(value, str):
        return str(read_choice(section, key, list(Result)))
    if isinstance(value, list) and len(value) == 2:
        return (to_number(section, key, value[0]), to_number(section, key, value[1]))
    return to_number(section, key, value)


def group_cases(rulebook: Rulebook, cases: Iterable[Case]) -> Iterator[Group]:
    """The cases by the version that answers them; a day without one is a failing case."""
    grouped: dict[tuple[str, Mode, bool], list[Case]] = {}
    for case in cases:
        version = rulebook.version_at(case.as_of, case.mode)
        version_id = version.id if version else ""
        grouped.setdefault((version_id, case.mode, case.with_illustrative), []).append(case)
    for (version_id, mode, with_illustrative), members in grouped.items():
        if version_id:
            version = rulebook.version(version_id)
            yield Group(rulebook, version, mode, with_illustrative, tuple(members))


def run_cases(rulebook: Rulebook, cases: Sequence[Case]) -> list[Failure]:
    """The cases that come out otherwise than expected."""
    failures = [
        Failure(case, "the day", "a version in force", "none")
        for case in cases
        if rulebook.version_at(case.as_of, case.mode) is None
    ]
    for group in group_cases(rulebook, cases):
        failures.extend(_run_group(group))
    return failures


def _run_group(group: Group) -> Iterator[Failure]:
    compiled = group.compile()
    frame = compiled.plan.run(snapshot_cases(group, compiled), tuple(compiled.plan.columns))
    for case, row in zip(group.cases, frame.iter_rows(named=True), strict=True):
        for key, expected in case.expect.items():
            found = _found_in(row, key)
            if not _agrees(expected, found):
                yield Failure(case, key, _show(expected), _show(found))


def snapshot_cases(group: Group, compiled: Compiled) -> pl.DataFrame:
    """One row per case, in their order."""
    facts = group.rulebook.catalog.facts
    rows = [row for number, case in enumerate(group.cases) for row in _rows_of(number, case)]
    known = pl.DataFrame(rows, schema=facts_schema(facts), orient="row").drop("recorded")
    subjects = pl.DataFrame(
        {
            "company": [str(number) for number in range(len(group.cases))],
            "as_of": [case.as_of for case in group.cases],
        }
    )
    return take_snapshot(known, subjects, compiled.inputs, facts)


def _rows_of(number: int, case: Case) -> Iterator[dict[str, Any]]:
    years: dict[int, dict[str, Any]] = {}
    for key, value in case.facts.items():
        name, _, year = key.partition("@")
        years.setdefault(int(year), {})[name] = value
    for fiscal_year, values in years.items():
        yield {"company": str(number), "fiscal_year": fiscal_year, **values}


def column_of(key: str) -> str:
    """The column that an expected result or figure is compared with; scores: their low end."""
    if key == "result":
        return VERDICT
    name, _, figure = key.rpartition(".")
    if figure in _FIGURES and name:
        return f"{figure}:{name}"
    return f"result:{key}"


def _found_in(row: Mapping[str, Any], key: str) -> str | float | Points | None:
    if f"low:{key}" in row:
        return (row[f"low:{key}"], row[f"high:{key}"])
    found: str | float | None = row.get(column_of(key))
    return found


def _agrees(expected: str | float | Points, found: str | float | Points | None) -> bool:
    if found is None or isinstance(expected, str) or isinstance(found, str):
        return expected == found
    pairs = zip(_ends(expected), _ends(found), strict=True)
    return all(abs(a - b) <= _TOLERANCE * max(1.0, abs(a)) for a, b in pairs)


def _ends(value: float | Points) -> Points:
    return value if isinstance(value, tuple) else (value, value)


def _show(value: str | float | Points | None) -> str:
    if isinstance(value, tuple):
        return f"[{value[0]:g}, {value[1]:g}]"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
