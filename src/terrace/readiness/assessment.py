"""What the answers show: per dimension the level shown, the level claimed, the gap."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terrace.criteria.results import Result, all_of
from terrace.readiness.advice import Step, Verdict, describe_gap, plan_steps, summarise
from terrace.readiness.answers import Answer, Answers
from terrace.readiness.scale import LEVELS, Dimension, Scale, Words, load_scale

_CLAIMS = {"yes": Result.MET, "no": Result.UNMET, "unknown": Result.UNKNOWN}
_MIN_EVIDENCE = 2


@dataclass(frozen=True, slots=True)
class LevelAssessment:
    """One level: what is claimed, what is shown, and whether all up to it are shown.

    A claim without evidence is shown as unknown, never as unmet.
    """

    number: int
    claim: Result
    shown: Result
    reached: Result
    evidence: str
    link: str


@dataclass(frozen=True, slots=True)
class DimensionAssessment:
    """One dimension. All levels are 0 to 9, 0 where not even the first counts.

    ``shown``: the highest level up to which every one has a yes and evidence.
    ``claimed``: the same without asking for evidence. ``possible``: the highest
    that no "no" bars, what would be reached if all that is open came out well.
    ``gap`` says what lies between ``shown`` and ``next_level`` (None at the top).
    """

    id: str
    name: Words
    shown: int
    claimed: int
    possible: int
    next_level: int | None
    levels: tuple[LevelAssessment, ...]
    gap: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The profile of all dimensions; there is no average, for the weakest one holds back.

    ``profile`` maps each dimension to its level shown, ``weakest`` are the ids
    that stand lowest, ``spread`` is the distance between highest and lowest,
    ``steps`` come in the order in which to take them.
    """

    dimensions: tuple[DimensionAssessment, ...]
    profile: Mapping[str, int]
    weakest: tuple[str, ...]
    spread: int
    summary: Words
    steps: tuple[Step, ...]


def assess(answers: Answers, scale: Scale | None = None) -> Assessment:
    """What the answers show of each dimension of the scale; absent ones are unknown.

    Raises:
        InputError: the answers name a dimension the scale has not.
    """
    scale = scale or load_scale()
    for dimension_id in answers:
        scale.dimension(dimension_id)
    given = {
        dimension.id: _complete(answers.get(dimension.id, {})) for dimension in scale.dimensions
    }
    verdicts = [_judge(dimension, given[dimension.id], scale) for dimension in scale.dimensions]
    profile = {verdict.dimension.id: verdict.level for verdict in verdicts}
    lowest = min(profile.values())
    return Assessment(
        dimensions=tuple(_describe(verdict, given[verdict.dimension.id]) for verdict in verdicts),
        profile=profile,
        weakest=tuple(name for name, shown in profile.items() if shown == lowest),
        spread=max(profile.values()) - lowest,
        summary=summarise(verdicts),
        steps=plan_steps(verdicts),
    )


def _complete(answers: Mapping[int, Answer]) -> list[Answer]:
    return [answers.get(number, Answer()) for number in range(1, LEVELS + 1)]


def _judge(dimension: Dimension, given: Sequence[Answer], scale: Scale) -> Verdict:
    claims = tuple(_CLAIMS[answer.answer] for answer in given)
    shown = tuple(_show(answer, scale) for answer in given)
    return Verdict(dimension, _climb(shown), claims, shown)


def _describe(verdict: Verdict, given: Sequence[Answer]) -> DimensionAssessment:
    return DimensionAssessment(
        id=verdict.dimension.id,
        name=verdict.dimension.name,
        shown=verdict.level,
        claimed=_climb(verdict.claims),
        possible=_climb(verdict.claims, Result.MET, Result.UNKNOWN),
        next_level=verdict.next_level,
        levels=tuple(_describe_level(verdict, n, given[n - 1]) for n in range(1, LEVELS + 1)),
        gap=describe_gap(verdict),
    )


def _describe_level(verdict: Verdict, number: int, answer: Answer) -> LevelAssessment:
    return LevelAssessment(
        number=number,
        claim=verdict.claims[number - 1],
        shown=verdict.shown[number - 1],
        reached=all_of(verdict.shown[:number]),
        evidence=answer.evidence,
        link=answer.link,
    )


def _show(answer: Answer, scale: Scale) -> Result:
    """What an answer shows: a yes counts with evidence, without it it stays unknown."""
    claim = _CLAIMS[answer.answer]
    if claim is Result.MET and not _has_evidence(answer, scale):
        return Result.UNKNOWN
    return claim


def _has_evidence(answer: Answer, scale: Scale) -> bool:
    words = answer.evidence.strip().strip(".。!！").lower()
    return bool(answer.link) or (len(words) >= _MIN_EVIDENCE and words not in scale.no_evidence)


def _climb(results: Sequence[Result], *passing: Result) -> int:
    """How many levels from the first on have one of the passing results (met, if none is named)."""
    passes = passing or (Result.MET,)
    return sum(1 for _ in itertools.takewhile(lambda result: result in passes, results))
