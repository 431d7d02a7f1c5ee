"""Working days: a country's public holidays and make-up days, and what the zone adds.

Holidays come from the package ``holidays``; for China it also knows the weekend days that
are worked to make up for a longer holiday. These are set by the State Council each autumn
for the next year, so that a day in a year not yet announced may still change.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from importlib import resources
from pathlib import Path
from types import ModuleType

from terrace.criteria.declarations import Section, read_declaration
from terrace.errors import TerraceError
from terrace.flow.label import Label
from terrace.flow.parts import read_id, read_label

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which the zone is closed, first and last included, and why."""

    first: date
    last: date
    name: Label


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked.

    An extra working day beats a closure, a closure beats the country's days; without a
    country Monday to Friday are worked.
    """

    id: str
    name: Label
    country: str | None = None
    closures: tuple[Closure, ...] = ()
    extra_working_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether the zone works on that day."""
        if day in self.extra_working_days:
            return True
        if any(closure.first <= day <= closure.last for closure in self.closures):
            return False
        special = _special_days(self.country, day.year) if self.country else _NO_DAYS
        if day in special.worked:
            return True
        return day.weekday() < _SATURDAY and day not in special.free


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The ``count``-th working day after a day; of none, the day itself.

    Raises:
        ValueError: the count is negative.
        TerraceError: the calendar ends before.
    """
    if count < 0:
        raise ValueError(f"{count} working days cannot be added; give zero or more")
    found = day
    for _place in range(count):
        found = _next_working_day(found, calendar)
    return found


def read_calendar(path: Path) -> Calendar:
    """The calendar of a YAML file.

    Raises:
        CriteriaError: names the file, the part, the line and what to do.
    """
    section = read_declaration(path)
    section.check_keys(["id", "name"], ["country", "closures", "extra_working_days"])
    return Calendar(
        id=read_id(section),
        name=read_label(section, "name"),
        country=_read_country(section),
        closures=tuple(_read_closure(part) for part in _parts(section, "closures", "closure")),
        extra_working_days=frozenset(
            _read_day(part) for part in _parts(section, "extra_working_days", "day")
        ),
    )


@functools.cache
def shipped_calendar() -> Calendar:
    """The calendar that ships: China's working days."""
    with resources.as_file(resources.files("terrace") / "data" / "calendars") as folder:
        return read_calendar(folder / "zone.yaml")


@dataclass(frozen=True, slots=True)
class _SpecialDays:
    free: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


_NO_DAYS = _SpecialDays()


@functools.lru_cache(maxsize=200)
def _special_days(country: str, year: int) -> _SpecialDays:
    """The country's holidays and make-up days in a year."""
    # A make-up day may stand in the year before its holiday, so that neighbours are read too;
    # an own table per year, since the package fills its tables while threads read them.
    years = range(max(year - 1, MINYEAR), min(year + 1, MAXYEAR) + 1)
    found = _holidays().country_holidays(country, years=years)
    return _SpecialDays(
        free=frozenset(day for day in found if day.year == year),
        worked=frozenset(day for day in found.weekend_workdays if day.year == year),
    )


def _holidays() -> ModuleType:
    try:
        import holidays
    except ImportError as error:
        raise TerraceError(
            "working days of a country need the package 'holidays'; "
            "install terrace-zone[flow], or leave 'country' out of the calendar"
        ) from error
    return holidays


def _next_working_day(day: date, calendar: Calendar) -> date:
    try:
        day += _ONE_DAY
        while not calendar.is_working_day(day):
            day += _ONE_DAY
    except OverflowError as error:
        raise TerraceError(
            f"the calendar '{calendar.id}' has no working day left; shorten its closures"
        ) from error
    return day


def _read_country(section: Section) -> str | None:
    if "country" not in section.values:
        return None
    country = section.text("country")
    if country not in _holidays().list_supported_countries():
        section.refuse(
            f"the holidays of '{country}' are not known",
            "write a code of ISO 3166 such as CN, or leave 'country' out",
        )
    return country


def _parts(section: Section, key: str, name: str) -> Iterator[Section]:
    return section.sections(key, name) if key in section.values else iter(())


def _read_closure(section: Section) -> Closure:
    section.check_keys(["name"], ["day", "from", "to"])
    if ("day" in section.values) == ("from" in section.values or "to" in section.values):
        section.refuse("it has no clear days", "write 'day', or 'from' and 'to'")
    name = read_label(section, "name")
    if "day" in section.values:
        return Closure(_need_day(section, "day"), _need_day(section, "day"), name)
    first, last = _need_day(section, "from"), _need_day(section, "to")
    if last < first:
        section.refuse("it ends before it begins", "swap 'from' and 'to'")
    return Closure(first, last, name)


def _read_day(section: Section) -> date:
    section.check_keys(["day", "name"])
    read_label(section, "name")
    return _need_day(section, "day")


def _need_day(section: Section, key: str) -> date:
    day = section.day(key)
    if day is None:
        section.refuse(f"'{key}' is missing", "write it as 2026-01-31")
    return day
