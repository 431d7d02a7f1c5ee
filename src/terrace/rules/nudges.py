"""Do the cases guard every figure? Each is nudged by one unit, and some case has to fail."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from terrace.rules.amounts import write_number
from terrace.rules.cases import Case, Group, column_of, group_cases, snapshot_cases
from terrace.rules.rulebook import Rulebook
from terrace.rules.thresholds import Figure
from terrace.rules.verdicts import compile_version
from terrace.rules.versions import Version

# One unit: a yuan, a person, a day, a point; of a fraction, a hundredth of a per cent.
UNIT_STEPS: Mapping[str, float] = {"fraction": 0.0001}
_NUDGE, _CASE = "_nudge", "_case"


@dataclass(frozen=True, slots=True)
class Unguarded:
    """A figure that could change by one unit without any case failing."""

    rulebook: str
    version: str
    figure: Figure
    step: float

    def __str__(self) -> str:
        path, value = self.figure.path, write_number(self.figure.value)
        return (
            f"{self.rulebook} {self.version}, {path} = {value}: no case notices a change by "
            f"{self.step:+g}; add a case at that edge"
        )


def find_unguarded(rulebook: Rulebook, cases: Sequence[Case]) -> list[Unguarded]:
    """The figures that no case guards, each way it can be nudged."""
    guarded: set[tuple[str, str, float]] = set()
    possible: dict[tuple[str, str, float], Unguarded] = {}
    for group in group_cases(rulebook, cases):
        for unguarded, noticed in _nudge_group(group):
            key = (unguarded.version, unguarded.figure.path, unguarded.step)
            possible[key] = unguarded
            if noticed:
                guarded.add(key)
    unseen = (version for version in rulebook.versions if version.id not in _seen(possible))
    without = [one for version in unseen for one in _list_nudges(rulebook, version)]
    return [possible[key] for key in possible if key not in guarded] + without


def _seen(nudged: Iterable[tuple[str, str, float]]) -> set[str]:
    return {version_id for version_id, _, _ in nudged}


def _list_nudges(rulebook: Rulebook, version: Version) -> Iterator[Unguarded]:
    """Every nudge of a version that no case reaches."""
    compiled = compile_version(rulebook, version, mode=version.periods[0].mode)
    for figure, step in _nudges_of(compiled.figures):
        yield Unguarded(rulebook.id, version.id, figure, step)


def _nudges_of(figures: Sequence[Figure]) -> list[tuple[Figure, float]]:
    return [(f, sign * UNIT_STEPS.get(f.unit, 1.0)) for f in figures for sign in (1, -1)]


def _nudge_group(group: Group) -> Iterator[tuple[Unguarded, bool]]:
    """Every nudge of a version, and whether one of the group's cases notices it."""
    compiled = group.compile(figures_are_parameters=True)
    nudges = _nudges_of(compiled.figures)
    settings = _settings(compiled.figures, nudges)
    cases = snapshot_cases(group, compiled).with_row_index(_CASE)
    watched = sorted(column for case in group.cases for column in _watched(case))
    frame = compiled.plan.run(
        settings.join(cases, how="cross"),
        tuple(column for column in set(watched) if column in compiled.plan.columns),
    )
    noticed = _find_noticed(frame, group.cases)
    for number, (figure, step) in enumerate(nudges, 1):
        yield Unguarded(group.rulebook.id, group.version.id, figure, step), number in noticed


def _settings(figures: Sequence[Figure], nudges: Sequence[tuple[Figure, float]]) -> pl.DataFrame:
    """One row of all figures as they are (0), and one per nudge."""
    base = {figure.column: figure.value for figure in figures}
    rows = [base, *({**base, figure.column: figure.value + step} for figure, step in nudges)]
    schema = dict.fromkeys(base, pl.Float64())
    return pl.DataFrame(rows, schema=schema).with_row_index(_NUDGE)


def _watched(case: Case) -> set[str]:
    """The columns that the case's expectations look at, scores at both ends."""
    ends = {f"{end}:{key}" for key in case.expect for end in ("low", "high")}
    return ends | {column_of(key) for key in case.expect}


def _find_noticed(frame: pl.DataFrame, cases: Sequence[Case]) -> set[int]:
    """The nudges under which a watched column of some case differs from the unnudged run."""
    noticed: set[int] = set()
    for number, case in enumerate(cases):
        watched = [column for column in _watched(case) if column in frame.columns]
        of_case = frame.filter(pl.col(_CASE) == number).sort(_NUDGE)
        changed = of_case.select(
            _NUDGE,
            changed=pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).first()) for c in watched),
        )
        noticed.update(changed.filter("changed")[_NUDGE].to_list())
    return noticed
