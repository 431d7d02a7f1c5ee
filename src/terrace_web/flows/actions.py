"""Beginning and advancing runs; the caller's transaction holds what changes with them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from terrace.flow import check_move, due_date, shipped_calendar
from terrace_web.accounts.models import User
from terrace_web.flows.errors import MoveRefused
from terrace_web.flows.models import Event, Run
from terrace_web.flows.queries import Facts, flows, version_of


def start_run(flow: str, *, by: User | None, now: datetime, facts: Facts | None = None) -> Run:
    """A new run in the first stage of the version that holds today."""
    version = flows()[flow].version_at(timezone.localdate(now))
    run = Run.objects.create(
        flow=flow,
        version=version.number,
        stage=version.initial.id,
        began_at=now,
        stage_since=now,
        due_on=due_date(
            version.initial, timezone.localdate(now), shipped_calendar(), facts=facts or {}
        ),
    )
    Event.objects.create(run=run, move="", to_stage=run.stage, at=now, by=by)
    return run


def advance_run(
    run: Run,
    move: str,
    *,
    roles: frozenset[str],
    facts: Facts,
    by: User | None,
    now: datetime,
    note: str = "",
    language: str = "en",
) -> Event:
    """Make a move, if this role may make it from here and its conditions hold.

    Raises:
        MoveRefused: with the reasons, in ``language``.
        NotFound: the flow has no such move.
    """
    check = check_move(version_of(run), run.stage, move, roles=roles, facts=facts, note=note)
    if not check.allowed:
        raise MoveRefused(check, language)
    event = Event(run=run, move=move, from_stage=run.stage, to_stage=check.move.target)
    event.at, event.by, event.note, event.facts = now, by, note, _as_json(facts)
    run.stage, run.stage_since = check.move.target, now
    run.due_on = due_of(run, facts, now=now)
    run.save()
    event.save()
    return event


def due_of(run: Run, facts: Facts, *, now: datetime) -> date | None:
    """The last day in time for the stage a run is in."""
    entered = timezone.localdate(run.stage_since or now)
    return due_date(version_of(run).stage(run.stage), entered, shipped_calendar(), facts=facts)


def _as_json(facts: Facts) -> Mapping[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in facts.items()
    }
