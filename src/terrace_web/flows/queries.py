"""Reading flows and runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils import timezone

from terrace.flow import (
    Flow,
    FlowVersion,
    MoveCheck,
    check_move,
    draw_flow,
    moves_from,
    shipped_flows,
)
from terrace_web.flows.models import Event, Run

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a run, ready to be shown in a language."""

    move: str
    from_stage: str
    to_stage: str
    event: Event


@cache
def flows() -> Mapping[str, Flow]:
    """The flows of the zone, by id."""
    return shipped_flows()


def version_of(run: Run) -> FlowVersion:
    """The version a run began under, and finishes under."""
    return flows()[run.flow].version(run.version)


def offered_moves(run: Run, *, roles: frozenset[str], facts: Facts) -> list[MoveCheck]:
    """The moves from here that these roles may make, with what still stands against each."""
    version = version_of(run)
    checks = [
        check_move(version, run.stage, move.id, roles=roles, facts=facts)
        for move in moves_from(version, run.stage)
    ]
    return [check for check in checks if check.refusal != "not_yours"]


def history_of(run: Run, language: str) -> list[Step]:
    """What happened to a run, oldest first, in a language."""
    version = version_of(run)
    return [
        Step(
            move=version.move(event.move).name.text(language) if event.move else "",
            from_stage=stage_name(run, event.from_stage, language) if event.from_stage else "",
            to_stage=stage_name(run, event.to_stage, language),
            event=event,
        )
        for event in run.events.select_related("by")
    ]


def stage_name(run: Run, stage: str, language: str) -> str:
    """What a stage is called."""
    return version_of(run).stage(stage).name.text(language)


def diagram_of(run: Run, language: str) -> str:
    """The run's flow as an SVG with where it stands and where it was."""
    visited = {event.from_stage for event in run.events.all() if event.from_stage}
    return draw_flow(version_of(run), language, at=run.stage, visited=visited)


def overdue_runs(flow: str, today: date | None = None) -> list[Run]:
    """The runs of a flow whose stage was due before today."""
    day = today or timezone.localdate()
    return list(Run.objects.filter(flow=flow, due_on__lt=day).order_by("due_on"))
