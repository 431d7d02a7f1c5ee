"""Which technology manager should handle which match, and why.

The plan gains most expertise on the most promising matches, within everybody's
capacity, without conflicts of interest, with work spread evenly, and without
sending one star achievement to everyone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.errors import TerraceError
from terrace.match.allocation import Problem, solve_allocation
from terrace.match.evidence import Floats, Idf
from terrace.match.expertise import ExpertiseConfig, Similarity, compute_expertise
from terrace.match.matches import Match, list_matches
from terrace.match.reasons import Assignment, describe_assignments
from terrace.records import Expert

__all__ = [
    "AssignConfig",
    "Assignment",
    "Match",
    "Plan",
    "assign_matches",
    "is_allowed",
    "list_matches",
    "state_problem",
    "to_frame",
]

Cause = Literal["barred", "exposure", "capacity"]
_FRAME_SCHEMA = pl.Schema(
    {
        "need_id": pl.String(),
        "achievement_id": pl.String(),
        "manager_id": pl.String(),
        "expertise": pl.Float64(),
        "promise": pl.Float64(),
        "works": pl.List(pl.String()),
        "fields": pl.List(pl.String()),
        "words": pl.List(pl.String()),
        "load": pl.Int64(),
        "capacity": pl.Int64(),
        "reason_en": pl.String(),
        "reason_zh": pl.String(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignConfig:
    """The limits of a plan.

    A place is worth the manager's expertise (0 to 1) plus ``promise_weight``
    times the match's promise (0 to 1). ``evenness`` is what a manager's first
    match gains on top; it falls to nothing as capacity fills, so an idle
    manager is preferred to a full one unless expertise differs by more than
    that. ``default_capacity`` serves managers who state none;
    ``exposure_limit`` None means no limit. With ``require_all`` every match
    has to be assigned, or the plan fails.
    """

    managers_per_match: int = 1
    default_capacity: int = 10
    exposure_limit: int | None = 3
    promise_weight: float = 1.0
    evenness: float = 0.5
    require_all: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The assignments; ``left_out`` has need_id, achievement_id and cause for the rest.

    Causes: ``barred`` (conflicts or languages bar every manager), ``exposure``
    (the achievement's limit is used up), ``capacity`` (nobody allowed has room).
    """

    assignments: tuple[Assignment, ...]
    left_out: pl.DataFrame


def assign_matches(
    managers: Sequence[Expert],
    matches: Sequence[Match],
    similarities: Mapping[str, Similarity],
    *,
    idf: Idf,
    config: AssignConfig | None = None,
    expertise_config: ExpertiseConfig | None = None,
) -> Plan:
    """The best plan under the limits of ``config``; ``idf`` picks the words for the reasons.

    Raises:
        TerraceError: there are no managers, or every match is required and
            the limits do not allow it (the message names which).
    """
    config = config or AssignConfig()
    if not managers:
        raise TerraceError("there is nobody to assign to: register a technology manager first")
    expertise = compute_expertise(
        managers, [match.text for match in matches], similarities, expertise_config
    )
    problem = state_problem(managers, matches, expertise, config)
    chosen = solve_allocation(problem) if matches else problem.allowed
    assignments = describe_assignments(
        managers,
        matches,
        expertise,
        chosen,
        capacities=problem.capacities.tolist(),
        similarities=similarities,
        idf=idf,
    )
    return Plan(assignments, _list_left_out(matches, chosen, problem))


def state_problem(
    managers: Sequence[Expert], matches: Sequence[Match], expertise: Floats, config: AssignConfig
) -> Problem:
    """The allocation to be solved; ``expertise`` is [managers, matches], 0 to 1."""
    promises = np.array([match.promise for match in matches], dtype=np.float64)
    numbers = {a: n for n, a in enumerate(dict.fromkeys(m.achievement_id for m in matches))}
    allowed = [[is_allowed(manager, match) for match in matches] for manager in managers]
    return Problem(
        worth=expertise.astype(np.float64) + config.promise_weight * promises[None, :],
        allowed=np.array(allowed, dtype=np.bool_).reshape(len(managers), len(matches)),
        capacities=np.array([_read_capacity(m, config) for m in managers], dtype=np.int64),
        groups=np.array([numbers[match.achievement_id] for match in matches], dtype=np.int64),
        exposure_limit=config.exposure_limit,
        managers_per_match=config.managers_per_match,
        evenness=config.evenness,
        require_all=config.require_all,
    )


def is_allowed(manager: Expert, match: Match) -> bool:
    """Whether nothing bars this manager: no conflict, not a party, a common language.

    Languages bar only where both sides state theirs and share none.
    """
    barred = {*manager.conflicts, manager.id, manager.organisation} - {""}
    if barred & match.parties:
        return False
    spoken = set(manager.languages)
    return not spoken or not match.languages or bool(spoken & match.languages)


def to_frame(plan: Plan) -> pl.DataFrame:
    """One row per assignment with the fields of ``Assignment``."""
    rows = [{name: getattr(a, name) for name in _FRAME_SCHEMA} for a in plan.assignments]
    return pl.DataFrame(rows, schema=_FRAME_SCHEMA)


def _read_capacity(manager: Expert, config: AssignConfig) -> int:
    return config.default_capacity if manager.capacity is None else manager.capacity


def _list_left_out(
    matches: Sequence[Match], chosen: NDArray[np.bool_], problem: Problem
) -> pl.DataFrame:
    out: list[int] = np.flatnonzero(~chosen.any(axis=0)).tolist()
    rows = [
        (
            matches[column].need_id,
            matches[column].achievement_id,
            _find_cause(column, chosen, problem),
        )
        for column in out
    ]
    schema = {name: pl.String() for name in ("need_id", "achievement_id", "cause")}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _find_cause(column: int, chosen: NDArray[np.bool_], problem: Problem) -> Cause:
    if not problem.allowed[:, column].any():
        return "barred"
    same = problem.groups == problem.groups[column]
    sent = int(chosen[:, same].any(axis=0).sum())
    limit = problem.exposure_limit
    return "exposure" if limit is not None and sent >= limit else "capacity"
