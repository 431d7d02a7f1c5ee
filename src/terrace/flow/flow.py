"""Flows as they are declared: what may happen next, who may do it, by when.

A flow has versions. A running thing finishes under the version it began with, so
that everything but the flow's name, subject and facts belongs to a version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeVar

from terrace.criteria.dated import version_at
from terrace.criteria.expressions import Expression
from terrace.criteria.tokens import FactType
from terrace.errors import NotFound
from terrace.flow.label import Label

Tone = Literal["neutral", "waiting", "good", "warning", "bad"]
SYSTEM = "system"
"""The role that makes automatic moves."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a flow may ask about its subject."""

    id: str
    type: FactType
    name: Label


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What has to be true, and the sentence that says so.

    ``applies`` false: not applicable; then ``met`` true: met, false: unmet. Missing
    in either: unknown. Two conditions are equal only if they are one: expressions
    cannot be compared.
    """

    id: str
    met: Expression
    applies: Expression
    says: Label

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads, by name."""
        return tuple(sorted({*self.met.facts, *self.applies.facts}))


@dataclass(frozen=True, slots=True)
class Action:
    """What happens on entry or when overdue: a stable code, and for which roles."""

    code: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """When a stage should be left: working days, calendar days, or the date a fact gives."""

    working_days: int | None = None
    days: int | None = None
    fact: Fact | None = None

    @property
    def label(self) -> Label:
        """The time in words."""
        if self.fact:
            return Label(f"until {self.fact.name.en}", f"至{self.fact.name.zh}")
        if self.days:
            return Label(f"{self.days} day{'s' * (self.days > 1)}", f"{self.days}天")
        many = "s" * (self.working_days != 1)
        return Label(f"{self.working_days} working day{many}", f"{self.working_days}个工作日")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a thing can stand.

    ``holds`` are the conditions (by id) that have to hold to enter it and to stay.
    ``on_entry`` happens after each move into it, not at the start of a run.
    """

    id: str
    name: Label
    tone: Tone = "neutral"
    is_initial: bool = False
    is_final: bool = False
    due: Due | None = None
    holds: tuple[str, ...] = ()
    on_entry: tuple[Action, ...] = ()
    on_overdue: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one of its sources to its target.

    ``who`` are roles of which one is enough, ``fills`` facts that have to be present,
    ``when`` conditions (by id) beside those the target ``holds``. An automatic move
    is made by the role ``system`` once its source is overdue.
    """

    id: str
    name: Label
    sources: tuple[str, ...]
    target: str
    who: tuple[str, ...]
    fills: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    needs_note: bool = False
    needs_confirmation: bool = False
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class FlowVersion:
    """The flow as it holds for what begins from ``valid_from`` through ``valid_to``.

    Facts, conditions, stages and moves are kept by id, in the order declared;
    ``roles`` has the name of every role the flow may use.
    """

    flow: str
    name: Label
    subject: str
    number: int
    valid_from: date | None
    valid_to: date | None
    facts: Mapping[str, Fact]
    conditions: Mapping[str, Condition]
    stages: Mapping[str, Stage]
    moves: Mapping[str, Move]
    roles: Mapping[str, Label] = field(repr=False)

    @property
    def initial(self) -> Stage:
        """The stage in which a run begins."""
        return next(stage for stage in self.stages.values() if stage.is_initial)

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id.

        Raises:
            NotFound: this version has none.
        """
        return _find(self.stages, stage_id, f"stage in version {self.number} of '{self.flow}'")

    def move(self, move_id: str) -> Move:
        """The move of that id.

        Raises:
            NotFound: this version has none.
        """
        return _find(self.moves, move_id, f"move in version {self.number} of '{self.flow}'")


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow: a stable id, its name, what runs through it, and its versions."""

    id: str
    name: Label
    subject: str
    facts: Mapping[str, Fact]
    versions: tuple[FlowVersion, ...]

    def version(self, number: int) -> FlowVersion:
        """The version of that number, for what runs already.

        Raises:
            NotFound: there is none.
        """
        by_number = {str(version.number): version for version in self.versions}
        return _find(by_number, str(number), f"version of '{self.id}'")

    def version_at(self, day: date) -> FlowVersion:
        """The version under which something begins on that day.

        Raises:
            NotFound: none holds on it.
        """
        found = version_at(self.versions, day)
        if found is None:
            raise NotFound(
                f"no version of the flow '{self.id}' holds on {day}; add one to its file"
            )
        return found


Part = TypeVar("Part")


def _find(parts: Mapping[str, Part], part_id: str, what: str) -> Part:
    if part_id not in parts:
        raise NotFound(f"there is no {what} called '{part_id}'; there are {', '.join(parts)}")
    return parts[part_id]
