"""When things happen: years of a plan, days of application, when a lever counts."""

import calendar
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from terrace.rules.criteria import Mode
from terrace.rules.facts import Fact
from terrace.rules.path.levers import Lever
from terrace.rules.rulebook import Rulebook

Choice = tuple[str, int]
"""A lever and the year for which its amount is chosen."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """From the day of planning to the day by which the title has to be in hand."""

    start: date
    deadline: date

    @property
    def years(self) -> range:
        """The calendar years for which amounts are chosen."""
        return range(self.start.year, self.deadline.year + 1)

    def begins(self, year: int) -> date:
        """The day on which what is chosen for a year begins."""
        return max(date(year, 1, 1), self.start)

    def share_of(self, year: int) -> float:
        """How much of a calendar year is within the plan."""
        days = min(date(year, 12, 31), self.deadline) - self.begins(year)
        return (days.days + 1) / 365


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: date, years: float) -> date:
    """The last day of a certificate of so many years."""
    return add_months(day, round(years * 12)) - timedelta(days=1)


def ready_on(horizon: Horizon, lever: Lever, year: int) -> date:
    """The day from which what is begun in a year counts."""
    return add_months(horizon.begins(year), lever.lead_months)


@functools.lru_cache(maxsize=16_384)
def choices_counted(
    horizon: Horizon, lever: Lever, fact: Fact, *, fiscal_year: int, day: date
) -> tuple[int, ...]:
    """The years whose chosen amounts a fact of a fiscal year contains, as seen on a day."""
    ready = {year: ready_on(horizon, lever, year) for year in horizon.years}
    if not lever.lasts:
        return tuple(y for y, when in ready.items() if when.year == fiscal_year)
    seen = day if fact.period == "current" else date(fiscal_year, 12, 31)
    if fact.period == "year_end":
        seen = min(seen, day)
    return tuple(year for year, when in ready.items() if when <= seen)[-1:]


def application_days(
    rulebook: Rulebook, horizon: Horizon, *, mode: Mode, lead_months: int
) -> tuple[date, ...]:
    """The days on which an application is tried: window edges, else half-years and the last day.

    Windows are taken to recur every year on the same days.
    """
    latest = add_months(horizon.deadline, -lead_months)
    while add_months(latest, lead_months) > horizon.deadline:
        latest -= timedelta(days=1)
    free = (day for day in _half_years(horizon, latest) if _is_open(rulebook, day, mode))
    days = {*free, *_window_days(rulebook, horizon, latest, mode)}
    return tuple(sorted(day for day in days if horizon.start <= day <= latest))


def _half_years(horizon: Horizon, latest: date) -> tuple[date, ...]:
    starts = (date(year, month, 1) for year in horizon.years for month in (1, 7))
    return (horizon.start, latest, *starts)


def _is_open(rulebook: Rulebook, day: date, mode: Mode) -> bool:
    version = rulebook.version_at(day, mode)
    return version is not None and not version.windows


def _window_days(rulebook: Rulebook, horizon: Horizon, latest: date, mode: Mode) -> Iterator[date]:
    for year in horizon.years:
        for version in rulebook.versions:
            for window in version.windows:
                opens = max(_in_year(window.opens, year), horizon.start)
                closes = min(_in_year(window.closes, year), latest)
                for day in (opens, closes) if opens <= closes else ():
                    if rulebook.version_at(day, mode) is version:
                        yield day


def _in_year(day: date, year: int) -> date:
    return add_months(day, 12 * (year - day.year))
