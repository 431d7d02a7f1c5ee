"""The closed set of criteria that a rulebook may ask.

at_least, more_than, at_most, less_than   a measure, or the points of a score, against a threshold
banded                                    the same with a threshold that depends on another measure
one_of                                    a fact is one of some values
on_or_after, on_or_before                 a date against a day, or a day counted from ``as_of``
all_of, any_of, count                     other criteria together
judged                                    an expert says yes or no
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from terrace.rules.labels import Label, Status

Relation = Literal["at_least", "more_than", "at_most", "less_than"]
DateRelation = Literal["on_or_after", "on_or_before"]
Joint = Literal["all_of", "any_of", "count"]
Mode = Literal["first", "renewal"]

RELATIONS: tuple[str, ...] = get_args(Relation)


@dataclass(frozen=True, slots=True)
class Compare:
    """A measure against a threshold in the measure's unit."""

    relation: Relation
    measure: str
    threshold: float


@dataclass(frozen=True, slots=True)
class ComparePoints:
    """The points of a score, an interval, against a threshold."""

    relation: Relation
    score: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Band:
    """The threshold for values of the other measure up to and with ``up_to``; None: all above."""

    up_to: float | None
    threshold: float


@dataclass(frozen=True, slots=True)
class Banded:
    """A measure against the threshold of the band in which another measure lies."""

    relation: Relation
    measure: str
    by: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text or truth fact that has to have one of these values."""

    fact: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A fixed day, or one counted back from the day of evaluation (``offset`` as Polars has it)."""

    fixed: date | None = None
    offset: str = ""


@dataclass(frozen=True, slots=True)
class CompareDate:
    """A date fact against a day."""

    relation: DateRelation
    fact: str
    day: Day

    @property
    def is_expiry(self) -> bool:
        """Whether something has to hold on the very day: a certificate."""
        return self.relation == "on_or_after" and self.day == Day()


@dataclass(frozen=True, slots=True)
class Judged:
    """What an expert has to say, held in a truth fact once said."""

    fact: str


@dataclass(frozen=True, slots=True)
class Together:
    """Criteria of which all, one or at least ``need`` have to be met."""

    kind: Joint
    of: "tuple[Criterion, ...]"
    need: int = 0


Test = Compare | ComparePoints | Banded | OneOf | CompareDate | Judged | Together


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition of a rulebook: what it is called, where it stands, what it tests."""

    id: str
    kind: str
    label: Label
    clause: str
    status: Status
    test: Test
    only_in: Mode | None = None
    applies_when: "Criterion | None" = None


def walk_criteria(criterion: Criterion) -> Iterator[Criterion]:
    """The criterion and all within it, outer first."""
    yield criterion
    if criterion.applies_when:
        yield from walk_criteria(criterion.applies_when)
    if isinstance(criterion.test, Together):
        for part in criterion.test.of:
            yield from walk_criteria(part)
