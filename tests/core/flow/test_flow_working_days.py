import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import CriteriaError, TerraceError
from terrace.flow import (
    Calendar,
    Closure,
    Label,
    add_working_days,
    read_calendar,
    shipped_calendar,
)

NAME = Label("Days", "日历")
PLAIN = Calendar("plain", NAME)
CHINA = shipped_calendar()
ZONE = Calendar(
    "zone", NAME, "CN",
    closures=(Closure(date(2026, 8, 3), date(2026, 8, 7), NAME),),
    extra_working_days=frozenset({date(2026, 8, 5), date(2026, 8, 8)}),
)  # fmt: skip
CALENDARS = st.sampled_from([PLAIN, CHINA, ZONE])
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(0, 30)


def test_it_works() -> None:
    # Friday and the five working days after it.
    assert add_working_days(date(2026, 6, 5), 5, CHINA) == date(2026, 6, 12)
    assert add_working_days(date(2026, 6, 6), 1, CHINA) == date(2026, 6, 8)
    assert add_working_days(date(2026, 6, 6), 0, CHINA) == date(2026, 6, 6)


# As announced by the State Council for 2025 and 2026.
@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 13), True),
        (date(2026, 2, 14), True),  # a Saturday worked for Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 16), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # a Saturday worked for Spring Festival
        (date(2026, 1, 4), True),  # a Sunday worked for New Year
        (date(2025, 9, 28), True),  # a Sunday worked for National Day
        (date(2025, 10, 8), False),
        (date(2025, 10, 9), True),
        (date(2006, 12, 31), True),  # worked for a holiday of the next year
    ],
)
def test_china_works_on_some_weekends_and_rests_on_some_weekdays(day: date, worked: bool) -> None:
    assert CHINA.is_working_day(day) is worked


def test_spring_festival_is_skipped() -> None:
    assert add_working_days(date(2026, 2, 12), 5, CHINA) == date(2026, 2, 26)


def test_the_zone_closes_and_works_on_days_of_its_own() -> None:
    worked = [day for day in range(1, 15) if ZONE.is_working_day(date(2026, 8, day))]
    assert worked == [5, 8, 10, 11, 12, 13, 14]


def test_without_a_country_the_week_alone_counts() -> None:
    assert PLAIN.is_working_day(date(2026, 1, 1))
    assert not PLAIN.is_working_day(date(2026, 2, 14))


def test_an_unannounced_year_still_has_its_legal_holidays() -> None:
    assert not CHINA.is_working_day(date(2035, 10, 1))
    assert not CHINA.is_working_day(date(2035, 5, 1))


@given(day=DAYS, count=st.integers(1, 30), calendar=CALENDARS)
def test_it_ends_on_a_working_day_with_as_many_after_the_first(
    day: date, count: int, calendar: Calendar
) -> None:
    end = add_working_days(day, count, calendar)
    between = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert calendar.is_working_day(end)
    assert sum(calendar.is_working_day(each) for each in between) == count


@given(day=DAYS, first=COUNTS, second=COUNTS, calendar=CALENDARS)
def test_it_adds_up(day: date, first: int, second: int, calendar: Calendar) -> None:
    together = add_working_days(day, first + second, calendar)
    assert together == add_working_days(add_working_days(day, first, calendar), second, calendar)


@given(one=DAYS, other=DAYS, count=COUNTS, calendar=CALENDARS)
def test_who_begins_later_is_never_done_earlier(
    one: date, other: date, count: int, calendar: Calendar
) -> None:
    early, late = sorted((one, other))
    assert add_working_days(early, count, calendar) <= add_working_days(late, count, calendar)


@given(day=DAYS, count=COUNTS)
def test_a_closure_never_brings_a_day_forward(day: date, count: int) -> None:
    closed = Calendar("closed", NAME, "CN", closures=(Closure(day, day + timedelta(9), NAME),))
    assert add_working_days(day, count, closed) >= add_working_days(day, count, CHINA)


def test_fewer_than_none_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 working days cannot be added"):
        add_working_days(date(2026, 6, 5), -1, CHINA)


def test_a_calendar_that_never_works_again_is_refused() -> None:
    shut = Calendar("shut", NAME, closures=(Closure(date(9999, 1, 1), date.max, NAME),))
    with pytest.raises(TerraceError, match="'shut' has no working day left; shorten its closures"):
        add_working_days(date(9999, 1, 1), 1, shut)


FILE = """\
id: park
name: {en: Park, zh: 园区}
country: CN
closures:
  - {from: 2026-08-03, to: 2026-08-07, name: {en: Summer closure, zh: 暑期休整}}
  - {day: 2026-09-01, name: {en: Power cut, zh: 停电检修}}
extra_working_days:
  - {day: 2026-08-08, name: {en: Open day, zh: 开放日}}
"""


def calendar_of(folder: Path, text: str = FILE) -> Calendar:
    path = folder / "park.yaml"
    path.write_text(text, encoding="utf-8")
    return read_calendar(path)


def test_a_calendar_is_read(tmp_path: Path) -> None:
    calendar = calendar_of(tmp_path)
    assert (calendar.id, calendar.name.zh, calendar.country) == ("park", "园区", "CN")
    assert calendar.closures[1].name == Label("Power cut", "停电检修")
    worked = [day for day in range(1, 12) if calendar.is_working_day(date(2026, 8, day))]
    assert worked == [8, 10, 11]
    assert not calendar.is_working_day(date(2026, 9, 1))


def test_the_one_that_ships_is_chinas() -> None:
    assert (CHINA.country, CHINA.closures, CHINA.extra_working_days) == ("CN", (), frozenset())


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("country: CN", "country: Sina", "line 1: the holidays of 'Sina' are not known"),
        ("to: 2026-08-07, ", "", "closure '1', line 5: 'to' is missing"),
        ("to: 2026-08-07", "to: 2026-08-01", "line 5: it ends before it begins"),
        ("from: 2026-08-03, to: 2026-08-07, ", "", "line 5: it has no clear days"),
        ("{day: 2026-09-01", "{day: 2026-09-01, to: 2026-09-02", "line 6: it has no clear days"),
        ("{day: 2026-08-08, ", "{", "line 8: 'day' is missing"),
        ("day: 2026-08-08", "day: Saturday", "line 8: 'day' is not a date"),
        ("day: 2026-08-08", "on: 2026-08-08", "line 8: "),
        ("zh: 开放日", "fr: x", "line 8: 'zh' is missing"),
        ("id: park\n", "", "line 1: 'id' is missing"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in FILE
    with pytest.raises(CriteriaError, match=message):
        calendar_of(tmp_path, FILE.replace(right, wrong, 1))


def test_the_package_is_asked_for_where_it_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(TerraceError, match=r"install terrace-zone\[flow\], or leave 'country' out"):
        calendar_of(tmp_path)
    assert calendar_of(tmp_path, FILE.replace("country: CN\n", "")).country is None
