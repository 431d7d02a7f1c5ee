"""What the assessment says in sentences, and what to do next."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from terrace.criteria.results import Result
from terrace.readiness.scale import LEVELS, Dimension, ReadinessLevel, Words

StepKind = Literal["prove", "clarify", "achieve"]
# Within one dimension: a document to attach comes before a question, a question before work.
_ORDER: Sequence[StepKind] = ("prove", "clarify", "achieve")
_WIDE_SPREAD = 3
_SAYS: dict[StepKind, Words] = {
    "prove": Words(
        "{dimension}, level {level} ({name}): claimed, not shown. Attach: {evidence}",
        "{dimension}第{level}级（{name}）：已声明，尚无证据。请补充：{evidence}",
    ),
    "clarify": Words(
        "{dimension}, level {level} ({name}): not answered. Find out whether it holds: {must_hold}",
        "{dimension}第{level}级（{name}）：尚未回答。请查明是否属实：{must_hold}",
    ),
    "achieve": Words(
        "{dimension}, level {level} ({name}): not yet. To reach: {must_hold} Example: {example}",
        "{dimension}第{level}级（{name}）：尚未达到。需做到：{must_hold}例如：{example}",
    ),
}
_ISLANDS = Words(
    "{dimension}: claimed above the open level {level}: {levels}; counts once {level} is shown.",
    "{dimension}：第{level}级未解决，其上已声明：第{levels}级；第{level}级得到证明后才计入。",
)
_TOP = Words("{dimension}: all nine levels are shown.", "{dimension}：九级均已证明。")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A dimension, the level shown (0 to 9), and claims and proofs of its nine levels."""

    dimension: Dimension
    level: int
    claims: tuple[Result, ...]
    shown: tuple[Result, ...]

    @property
    def next_level(self) -> int | None:
        """The level after the one shown, None at the top."""
        return self.level + 1 if self.level < LEVELS else None


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: attach evidence (prove), answer (clarify) or get there (achieve)."""

    dimension: str
    level: int
    kind: StepKind
    sentence: Words


def describe_gap(verdict: Verdict) -> tuple[Words, ...]:
    """What lies between the level shown and the next one, and claims that hang in the air."""
    if verdict.next_level is None:
        return (_fill(_TOP, verdict),)
    step = _make_step(verdict, verdict.next_level)
    above = [n for n in range(verdict.level + 2, LEVELS + 1) if _is_claimed(verdict, n)]
    is_hanging = step.kind != "prove" and above
    hanging = (_fill(_ISLANDS, verdict, levels=", ".join(map(str, above))),) if is_hanging else ()
    return (step.sentence, *hanging)


def plan_steps(verdicts: Sequence[Verdict]) -> tuple[Step, ...]:
    """The next steps, weakest dimension first; those of a tie by how little they take.

    A dimension gives the step to its next level, and one for each further level
    that is claimed without a gap and only wants evidence.
    """
    open_verdicts = sorted((v for v in verdicts if v.next_level), key=_rank)
    return tuple(step for verdict in open_verdicts for step in _steps_of(verdict))


def summarise(verdicts: Sequence[Verdict]) -> Words:
    """The profile in a sentence or two: weakest and strongest dimension, and what follows."""
    lowest = min(verdict.level for verdict in verdicts)
    highest = max(verdict.level for verdict in verdicts)
    weak = [verdict.dimension.name for verdict in verdicts if verdict.level == lowest]
    strong = [verdict.dimension.name for verdict in verdicts if verdict.level == highest]
    if highest == 0:
        return Words("Nothing is proved yet.", "尚无已证明的等级。")
    if lowest == highest:
        return Words(f"Every dimension stands at level {lowest}.", f"各维度均处于第{lowest}级。")
    en = f"Weakest: {_join(weak, 'en')} (level {lowest}). "
    en += f"Strongest: {_join(strong, 'en')} (level {highest})."
    zh = (
        f"最弱：{_join(weak, 'zh')}（第{lowest}级）。最强：{_join(strong, 'zh')}（第{highest}级）。"
    )
    if highest - lowest >= _WIDE_SPREAD:
        en += " The distance is wide: work on the weakest first, the others cannot carry it."
        zh += "差距较大：应先补最弱项，其他维度无法弥补。"
    return Words(en, zh)


def _rank(verdict: Verdict) -> tuple[int, int]:
    return verdict.level, _ORDER.index(_kind_of(verdict, verdict.level + 1))


def _steps_of(verdict: Verdict) -> list[Step]:
    steps = [_make_step(verdict, verdict.level + 1)]
    if steps[0].kind != "prove":
        return steps
    further = range(verdict.level + 2, LEVELS + 1)
    claimed = itertools.takewhile(lambda number: _is_claimed(verdict, number), further)
    bare = [number for number in claimed if verdict.shown[number - 1] is not Result.MET]
    return steps + [_make_step(verdict, number) for number in bare]


def _make_step(verdict: Verdict, number: int) -> Step:
    kind = _kind_of(verdict, number)
    level = verdict.dimension.levels[number - 1]
    return Step(verdict.dimension.id, number, kind, _fill(_SAYS[kind], verdict, level))


def _kind_of(verdict: Verdict, number: int) -> StepKind:
    if _is_claimed(verdict, number):
        return "prove"
    return "achieve" if verdict.claims[number - 1] is Result.UNMET else "clarify"


def _is_claimed(verdict: Verdict, number: int) -> bool:
    return verdict.claims[number - 1] is Result.MET


def _fill(
    template: Words, verdict: Verdict, level: ReadinessLevel | None = None, levels: str = ""
) -> Words:
    return Words(
        *(
            getattr(template, language).format(
                dimension=getattr(verdict.dimension.name, language),
                level=verdict.next_level if level is None else level.number,
                levels=levels,
                **{} if level is None else _level_words(level, language),
            )
            for language in ("en", "zh")
        )
    )


def _level_words(level: ReadinessLevel, language: str) -> dict[str, str]:
    parts = ("name", "must_hold", "evidence", "example")
    return {part: getattr(getattr(level, part), language) for part in parts}


def _join(names: Sequence[Words], language: str) -> str:
    if language == "zh":
        return "、".join(name.zh for name in names)
    return ", ".join(name.en.lower() for name in names)
