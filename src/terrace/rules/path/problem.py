"""One company's situation as data: titles in hand, applications to try, amounts to choose from."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from terrace.rules.cells import NEVER
from terrace.rules.criteria import CompareDate, Mode
from terrace.rules.ladder import Ladder
from terrace.rules.path.effects import Effects
from terrace.rules.path.grid import Scan, make_grid
from terrace.rules.path.horizon import Horizon, add_months, add_years, application_days
from terrace.rules.path.leaves import leaf_columns
from terrace.rules.path.levers import Levers
from terrace.rules.path.outlook import Rows, carry_on, newest_value, to_frame
from terrace.rules.path.tables import Grid, Key, Table, tabulate
from terrace.rules.rulebook import Rulebook, find_rulebook
from terrace.rules.verdicts import Compiled, compile_version
from terrace.rules.versions import Version

Certainty = Literal["possible", "certain"]
"""possible: what only experts (or illustrative figures) leave open is taken to come out
well; certain: nothing may be left open."""

Law = tuple[str, str, Mode]
"""A rulebook, its version, and first application or renewal."""


@dataclass(frozen=True, slots=True, eq=False)
class Application:
    """An application that a plan may make: for which title, on which day, under which law."""

    title: str
    rulebook: Rulebook
    version: Version
    mode: Mode
    day: date
    granted: date
    until: date

    @property
    def law(self) -> Law:
        """What it is judged by."""
        return self.rulebook.id, self.version.id, self.mode

    def is_held_on(self, day: date) -> bool:
        """Whether its certificate would be in hand on a day."""
        return self.granted <= day <= self.until


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """All that a program is written from."""

    company: str
    rows: Rows
    effects: Effects
    ladder: Ladder
    held: Mapping[str, date]
    applications: tuple[Application, ...]
    grid: Grid
    tables: Mapping[Law, Mapping[Key, Table]]
    certainty: Certainty
    with_illustrative: bool

    @property
    def horizon(self) -> Horizon:
        """The days between which the plan lies."""
        return self.effects.horizon

    def compiled(self, application: Application) -> Compiled:
        """The version applied under, ready to run."""
        return compile_version(
            application.rulebook,
            application.version,
            mode=application.mode,
            with_illustrative=self.with_illustrative,
        )

    def is_held(self, title: str, day: date) -> bool:
        """Whether a certificate won before the plan is in hand on a day."""
        return self.held.get(title, date.min) >= day

    def table(self, application: Application, column: str) -> Table:
        """What a column of the version says on the day of the application."""
        return self.tables[application.law][column, application.day]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """What holds for every company that is asked about."""

    rulebooks: Sequence[Rulebook]
    ladder: Ladder
    levers: Levers
    horizon: Horizon
    certainty: Certainty = "possible"
    with_illustrative: bool = False


def state_problem(
    setting: Setting, facts: pl.DataFrame, company: str, *, targets: Collection[str]
) -> Problem:
    """What a program needs to know to reach any of the targets.

    Raises:
        NotFound: no such company or title.
        CriteriaError: a criterion depends on more choices than can be tabulated.
    """
    declared, horizon = setting.rulebooks[0].catalog.facts, setting.horizon
    rows = carry_on(
        facts,
        company,
        declared,
        setting.levers,
        start=horizon.start,
        until=horizon.deadline.year,
    )
    held = _titles_held(setting.ladder, rows, horizon.start)
    applications = _list_applications(setting, held, _titles_on_the_way(setting, targets))
    effects = Effects(setting.levers, horizon, declared)
    frame = to_frame(rows, company, declared)
    scans = {key: _scan_of(setting, group) for key, group in _group(applications).items()}
    grid = make_grid(list(scans.values()), effects=effects, rows=rows, facts=frame)
    tables = {
        key: tabulate(compiled, columns, days, effects=effects, facts=frame, grid=grid)
        for key, (compiled, columns, days) in scans.items()
    }
    return Problem(
        company,
        rows,
        effects,
        setting.ladder,
        held,
        applications,
        grid,
        tables,
        setting.certainty,
        setting.with_illustrative,
    )


def _titles_held(ladder: Ladder, rows: Rows, start: date) -> dict[str, date]:
    """The last day of each title that was ever held."""
    facts = {t.id: t.held_until for t in ladder.titles.values() if t.held_until}
    found = {title: newest_value(rows, fact, until=start.year) for title, fact in facts.items()}
    return {title: day for title, day in found.items() if day and day > NEVER}


def titles_by_fact(ladder: Ladder) -> dict[str, str]:
    """The title of each fact that says until when one is held."""
    return {t.held_until: t.id for t in ladder.titles.values() if t.held_until}


def narrow_problem(setting: Setting, problem: Problem, target: str) -> Problem:
    """The problem with only the applications that may help towards one target."""
    titles = _titles_on_the_way(setting, [target])
    kept = tuple(a for a in problem.applications if a.title in titles)
    return dataclasses.replace(problem, applications=kept)


def _titles_on_the_way(setting: Setting, targets: Collection[str]) -> list[str]:
    """The targets and every title that may help: presupposed, or named by a criterion."""
    by_fact = titles_by_fact(setting.ladder)
    found: list[str] = []
    waiting = [setting.ladder.title(target).id for target in targets]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.append(name)
        title = setting.ladder.title(name)
        waiting += title.requires_any
        rulebook = find_rulebook(setting.rulebooks, title.rulebook)
        waiting += [by_fact[fact] for fact in _dates_named(rulebook) if fact in by_fact]
    return found


def _dates_named(rulebook: Rulebook) -> Iterator[str]:
    for version in rulebook.versions:
        for criterion in version.walk():
            if isinstance(criterion.test, CompareDate):
                yield criterion.test.fact


def _list_applications(
    setting: Setting, held: Mapping[str, date], titles: Sequence[str]
) -> tuple[Application, ...]:
    """A certificate in force is renewed, a lapsed one applied for anew."""
    applications: list[Application] = []
    for title in titles:
        until = held.get(title, date.min)
        renewals = (a for a in _applications_for(setting, title, "renewal") if a.day <= until)
        anew = (a for a in _applications_for(setting, title, "first") if a.day > until)
        applications += [*renewals, *anew]
    return tuple(applications)


def _applications_for(setting: Setting, title: str, mode: Mode) -> Iterator[Application]:
    rulebook = find_rulebook(setting.rulebooks, setting.ladder.title(title).rulebook)
    lead = setting.levers.terms_of(title).lead_months
    for day in application_days(rulebook, setting.horizon, mode=mode, lead_months=lead):
        version = rulebook.version_at(day, mode)
        if version and (setting.with_illustrative or version.status != "illustrative"):
            granted = add_months(day, lead)
            years = rulebook.certificate_years
            until = add_years(granted, years) if years else date.max
            yield Application(title, rulebook, version, mode, day, granted, until)


def _group(applications: Sequence[Application]) -> dict[Law, list[Application]]:
    groups: dict[Law, list[Application]] = {}
    for application in applications:
        groups.setdefault(application.law, []).append(application)
    return groups


def _scan_of(setting: Setting, group: Sequence[Application]) -> Scan:
    first = group[0]
    compiled = compile_version(
        first.rulebook,
        first.version,
        mode=first.mode,
        with_illustrative=setting.with_illustrative,
    )
    columns = leaf_columns(first.version, compiled)
    return compiled, columns, sorted({application.day for application in group})
