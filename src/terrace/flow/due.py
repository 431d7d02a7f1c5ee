"""By when a stage should be left, and which moves come by themselves after that."""

from collections.abc import Mapping
from datetime import date, timedelta

from terrace.flow.facts import check_facts
from terrace.flow.flow import FlowVersion, Move, Stage
from terrace.flow.moves import moves_from
from terrace.flow.working_days import Calendar, add_working_days


def due_date(
    stage: Stage, entered: date, calendar: Calendar, *, facts: Mapping[str, object]
) -> date | None:
    """The last day in time for a thing that entered a stage on a day.

    None where the stage is never due, or the fact that gives the date is not known. Such a
    date has to be asked for again when the fact changes.

    Raises:
        CriteriaError: the fact is no date.
    """
    due = stage.due
    if due is None:
        return None
    if due.fact is not None:
        found = check_facts({due.fact.id: due.fact}, facts)[due.fact.id]
        return found if isinstance(found, date) else None
    if due.days is not None:
        return entered + timedelta(days=due.days)
    return add_working_days(entered, due.working_days or 0, calendar)


def is_overdue(due: date | None, today: date) -> bool:
    """Whether the last day in time is past."""
    return due is not None and due < today


def overdue_moves(
    version: FlowVersion, stage_id: str, *, due: date | None, today: date
) -> tuple[Move, ...]:
    """The automatic moves that are to be made on a thing in this stage, at most one.

    The role ``system`` makes them by ``check_move``, so that their conditions count too.

    Raises:
        NotFound: this version has no such stage.
    """
    leaving = moves_from(version, stage_id)
    return tuple(move for move in leaving if move.is_automatic and is_overdue(due, today))
