from datetime import date
from pathlib import Path

import pytest
from flow_parts import BOOKING, booking

from terrace.errors import CriteriaError, NotFound
from terrace.flow import (
    Calendar,
    FlowVersion,
    Label,
    due_date,
    is_overdue,
    overdue_moves,
)

WEEK = Calendar("week", Label("Week", "周"))
FRIDAY, STARTS = date(2026, 7, 3), date(2026, 7, 20)


@pytest.fixture
def version(tmp_path: Path) -> FlowVersion:
    return booking(tmp_path).version(2)


def test_it_works(version: FlowVersion) -> None:
    assert due_date(version.stage("asked"), FRIDAY, WEEK, facts={}) == date(2026, 7, 8)


def test_calendar_days_run_through_weekends(tmp_path: Path) -> None:
    version = booking(tmp_path, BOOKING.replace("working_days: 3", "days: 3")).version(2)
    assert due_date(version.stage("asked"), FRIDAY, WEEK, facts={}) == date(2026, 7, 6)


def test_a_fact_gives_the_date(version: FlowVersion) -> None:
    granted = version.stage("granted")
    assert due_date(granted, FRIDAY, WEEK, facts={"starts_on": STARTS}) == STARTS
    assert due_date(granted, FRIDAY, WEEK, facts={"starts_on": None}) is None
    assert due_date(granted, FRIDAY, WEEK, facts={}) is None
    with pytest.raises(CriteriaError, match="the fact 'starts_on' is a date"):
        due_date(granted, FRIDAY, WEEK, facts={"starts_on": "tomorrow"})


def test_what_waits_for_nothing_is_never_due(version: FlowVersion) -> None:
    assert due_date(version.stage("used"), FRIDAY, WEEK, facts={}) is None
    assert not is_overdue(None, date.max)


def test_the_last_day_is_still_in_time() -> None:
    assert not is_overdue(FRIDAY, FRIDAY)
    assert is_overdue(FRIDAY, date(2026, 7, 4))


def test_automatic_moves_come_only_when_overdue(version: FlowVersion) -> None:
    late, in_time = date(2026, 7, 21), STARTS
    moves = overdue_moves(version, "granted", due=STARTS, today=late)
    assert [move.id for move in moves] == ["finish"]
    assert overdue_moves(version, "granted", due=STARTS, today=in_time) == ()
    assert overdue_moves(version, "asked", due=STARTS, today=late) == ()
    with pytest.raises(NotFound, match="'moon'"):
        overdue_moves(version, "moon", due=STARTS, today=late)


@pytest.mark.parametrize(
    ("due", "label"),
    [
        ("working_days: 3", Label("3 working days", "3个工作日")),
        ("working_days: 1", Label("1 working day", "1个工作日")),
        ("days: 2", Label("2 days", "2天")),
        ("days: 1", Label("1 day", "1天")),
        ("fact: starts_on", Label("until first day", "至开始日期")),
    ],
)
def test_the_time_is_said_in_words(tmp_path: Path, due: str, label: Label) -> None:
    stage = booking(tmp_path, BOOKING.replace("working_days: 3", due)).version(2).stage("asked")
    assert stage.due
    assert stage.due.label == label
