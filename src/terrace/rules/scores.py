"""Scores: points as intervals, by bands, by cases, by choice, by an expert, and their sums.

bands    a measure's value, band by band; the first that holds gives the points
cases    the first criterion that is met gives the points
choices  a text fact's value gives the points
judged   an expert's points, anything between ``min`` and ``max`` until given
sum      of other scores, at most ``cap``
best     the highest of other scores

Points are a number, or [low, high] where an expert decides within the band.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from terrace.criteria.declarations import Section
from terrace.rules.criteria import RELATIONS, Criterion, Relation, walk_criteria
from terrace.rules.criterion_reading import Context, read_criterion, read_relation
from terrace.rules.labels import (
    Label,
    Status,
    read_choice,
    read_figure,
    read_label,
    read_name,
    read_number,
    read_optional_number,
    read_status,
    to_number,
)

SCORE_KINDS = {
    "bands": (("measure", "bands"), ()),
    "cases": (("cases", "otherwise"), ()),
    "choices": (("measure", "points"), ()),
    "judged": (("measure", "max"), ("min",)),
    "sum": (("of",), ("cap",)),
    "best": (("of",), ()),
}


@dataclass(frozen=True, slots=True)
class Points:
    """What is given: from ``low`` to ``high``, equal where nobody has to decide."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Step:
    """One band: the relation of the measure to its edge; no relation takes the rest."""

    relation: Relation | None
    edge: float
    points: Points


@dataclass(frozen=True, slots=True)
class Bands:
    """Points by the first band in which a measure lies."""

    measure: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """Points by the first criterion that is met."""

    cases: tuple[tuple[Criterion, Points], ...]
    otherwise: Points


@dataclass(frozen=True, slots=True)
class Choices:
    """Points by the value of a text fact."""

    fact: str
    points: tuple[tuple[str, Points], ...]


@dataclass(frozen=True, slots=True)
class JudgedPoints:
    """The points an expert gave, held in a number fact once given."""

    fact: str
    bounds: Points


@dataclass(frozen=True, slots=True)
class Sum:
    """The points of other scores together, at most ``cap``."""

    of: "tuple[Score, ...]"
    cap: float | None


@dataclass(frozen=True, slots=True)
class Best:
    """The highest of other scores: what an applicant would choose."""

    of: "tuple[Score, ...]"


@dataclass(frozen=True, slots=True)
class Score:
    """A named score."""

    id: str
    kind: str
    label: Label
    clause: str
    status: Status
    body: "Body"


Body = Bands | Cases | Choices | JudgedPoints | Sum | Best


def walk_scores(score: Score) -> Iterator[Score]:
    """The score and all within it, outer first."""
    yield score
    if isinstance(score.body, Sum | Best):
        for part in score.body.of:
            yield from walk_scores(part)


def criteria_of(score: Score) -> Iterator[Criterion]:
    """The criteria within the cases of a score."""
    if isinstance(score.body, Cases):
        for criterion, _ in score.body.cases:
            yield from walk_criteria(criterion)


def read_score(section: Section, context: Context) -> Score:
    """One score of a declaration.

    Raises:
        CriteriaError: an unknown kind, name or key, points that are none; with its line.
    """
    if context.depth > 6:
        section.refuse("scores are nested too deep", "nest at most 6")
    kind = read_choice(section, "kind", SCORE_KINDS)
    required, optional = SCORE_KINDS[kind]
    section.check_keys(
        ("id", "kind", "en", "zh", *required), ("clause", "status", "note", *optional)
    )
    inner = Context(
        context.catalog,
        context.scores,
        section.text("clause", context.clause),
        read_status(section, context.status),
        context.depth + 1,
    )
    body = _READERS[kind](section, inner)
    return Score(read_name(section), kind, read_label(section), inner.clause, inner.status, body)


def _read_points(section: Section, value: Any) -> Points:
    if not isinstance(value, list):
        return _check_points(section, to_number(section, "points", value), None)
    if len(value) != 2:
        section.refuse("an interval of points has two ends", "write [low, high]")
    low, high = (to_number(section, "points", end) for end in value)
    return _check_points(section, low, high)


def _check_points(section: Section, low: float, high: float | None) -> Points:
    points = Points(low, low if high is None else high)
    if not 0 <= points.low <= points.high:
        section.refuse("points go from low to high, not below 0", "correct them")
    return points


def _read_bands(section: Section, context: Context) -> Bands:
    measure = context.catalog.require(section, section.text("measure"), ("number",))
    unit = context.catalog.unit_of(measure)
    steps = tuple(_read_step(band, unit) for band in section.sections("bands", "band"))
    if any(step.relation is None for step in steps[:-1]) or steps[-1].relation is not None:
        section.refuse("the last band takes the rest, and only it", "write '- {points: 0}' last")
    return Bands(measure, steps)


def _read_step(band: Section, unit: str) -> Step:
    band.check_keys(("points",), RELATIONS)
    named = [relation for relation in RELATIONS if relation in band.values]
    if len(named) > 1:
        band.refuse(f"a band with {' and '.join(named)}", "keep one; bands are tried in order")
    points = _read_points(band, band.values["points"])
    if not named:
        return Step(None, 0.0, points)
    relation = read_relation(Section({**band.values, "relation": named[0]}, band.where), "relation")
    return Step(relation, read_figure(band, named[0], unit), points)


def _read_cases(section: Section, context: Context) -> Cases:
    cases = tuple(_read_case(case, context) for case in section.sections("cases", "case"))
    return Cases(cases, _read_points(section, section.values["otherwise"]))


def _read_case(case: Section, context: Context) -> tuple[Criterion, Points]:
    case.check_keys(("when", "points"))
    criterion = read_criterion(case.section("when"), context)
    return criterion, _read_points(case, case.values["points"])


def _read_choices(section: Section, context: Context) -> Choices:
    fact = context.catalog.require(section, section.text("measure"), ("text",))
    points = section.section("points")
    named = {key: value for key, value in points.values.items() if key != "__line__"}
    choices = context.catalog.facts[fact].choices
    if choices is None or set(named) != set(choices):
        section.refuse(
            f"the points do not fit the choices of '{fact}'", f"give {', '.join(choices or ())}"
        )
    return Choices(fact, tuple((key, _read_points(points, named[key])) for key in named))


def _read_judged(section: Section, context: Context) -> JudgedPoints:
    fact = context.catalog.require(section, section.text("measure"), ("number",))
    low = read_optional_number(section, "min") or 0.0
    return JudgedPoints(fact, _check_points(section, low, read_number(section, "max")))


def _read_sum(section: Section, context: Context) -> Sum:
    return Sum(_read_parts(section, context), read_optional_number(section, "cap"))


def _read_best(section: Section, context: Context) -> Best:
    return Best(_read_parts(section, context))


def _read_parts(section: Section, context: Context) -> tuple[Score, ...]:
    return tuple(read_score(part, context) for part in section.sections("of", "score"))


_READERS: Mapping[str, Callable[[Section, Context], Body]] = {
    "bands": _read_bands,
    "cases": _read_cases,
    "choices": _read_choices,
    "judged": _read_judged,
    "sum": _read_sum,
    "best": _read_best,
}
