"""A run: what the events of a thing fold to under the version it began with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from terrace.errors import NotFound
from terrace.flow.flow import FlowVersion


@dataclass(frozen=True, slots=True)
class Event:
    """A move that was made: when, by whom, and what was written with it."""

    move: str
    at: datetime
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of a run's history: the event, and between which stages; the start has no move."""

    move: str | None
    source: str | None
    target: str
    at: datetime
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Where a thing stands, since when, and how it came there; it begins with its start."""

    version: FlowVersion
    steps: tuple[Step, ...]

    @property
    def stage(self) -> str:
        """The id of the stage it is in."""
        return self.steps[-1].target

    @property
    def since(self) -> datetime:
        """When it entered this stage."""
        return self.steps[-1].at

    @property
    def visited(self) -> frozenset[str]:
        """The ids of the stages it was in."""
        return frozenset(step.target for step in self.steps)


def start_run(version: FlowVersion, *, at: datetime, by: str) -> Run:
    """A run in the initial stage of a version."""
    return Run(version, (Step(None, None, version.initial.id, at, by),))


def advance_run(run: Run, event: Event) -> Run:
    """The run after an event; whether it was allowed is for ``check_move`` to say before.

    Raises:
        NotFound: the version has no such move, or not from the run's stage.
    """
    move = run.version.move(event.move)
    if run.stage not in move.sources:
        raise NotFound(
            f"the move '{move.id}' of '{run.version.flow}' does not leave '{run.stage}', "
            f"but {', '.join(move.sources)}; look for an event that is missing before"
        )
    step = Step(move.id, run.stage, move.target, event.at, event.by, event.note)
    return replace(run, steps=(*run.steps, step))


def replay_events(
    version: FlowVersion, events: Iterable[Event], *, began_at: datetime, began_by: str
) -> Run:
    """The run that events, in their order, fold to.

    Raises:
        NotFound: an event does not follow from those before it.
    """
    run = start_run(version, at=began_at, by=began_by)
    for event in events:
        run = advance_run(run, event)
    return run
