"""What comes out: plans as steps and applications, or what stands in the way."""

from dataclasses import dataclass
from datetime import date

from terrace.rules.labels import Label
from terrace.rules.path.horizon import Choice


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: how much of a lever, from when, when it counts, what it costs (yuan).

    The cost of what lasts includes its yearly cost until the end of the plan.
    """

    lever: str
    label: Label
    unit: str
    amount: float
    begins: date
    counts_from: date
    cost_yuan: float


@dataclass(frozen=True, slots=True)
class Award:
    """One title to apply for; ``result``: what the rules engine says of the application."""

    title: str
    rulebook: str
    version: str
    applies: date
    granted: date
    valid_until: date
    cost_yuan: float
    result: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to the target, checked by the rules engine; costs in yuan.

    ``judged``: what has to come out well before experts, as rulebook and criterion.
    """

    cost_yuan: float
    steps: tuple[Step, ...]
    awards: tuple[Award, ...]
    amounts: tuple[tuple[Choice, float], ...]
    judged: tuple[tuple[str, str], ...] = ()

    @property
    def levers(self) -> frozenset[str]:
        """The levers it uses."""
        return frozenset(step.lever for step in self.steps)

    @property
    def titles(self) -> frozenset[str]:
        """The titles it wins on the way."""
        return frozenset(award.title for award in self.awards)


@dataclass(frozen=True, slots=True)
class Blocker:
    """A clause that would have to be waived for a plan to exist.

    ``criterion`` is ``requires`` or ``excludes`` for what the ladder itself says, and
    ``time`` where no application can be decided by the deadline. ``missing``: facts that are empty.
    """

    rulebook: str
    criterion: str
    clause: str
    label: Label
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The plans from the cheapest on, or a smallest set of blockers where there is none."""

    company: str
    target: str
    start: date
    deadline: date
    held_until: date | None
    plans: tuple[Plan, ...]
    blockers: tuple[Blocker, ...]
