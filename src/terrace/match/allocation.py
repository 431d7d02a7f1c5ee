"""The best allocation of matches to managers, by a mixed-integer programme.

The solver is HiGHS, as it comes with SciPy.
Columns are the allowed (manager, match) places, one switch per match that
goes out, and the steps of each manager's load.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terrace.errors import TerraceError

_INFEASIBLE = 2

_Numbers = NDArray[np.int64]
_Limits = NDArray[np.float64]
_Matrix = Any  # scipy's sparse arrays have no type that covers their products


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What to allocate.

    ``worth`` [managers, matches] (at least 0) is gained by an allowed place;
    ``groups`` [matches] numbers each match's achievement; at most
    ``exposure_limit`` matches of a group go out (None = all). A manager's
    n-th match gains ``evenness * (1 - (n - 1) / capacity)`` more, which
    draws work to those who have little; being concave it stays linear.
    """

    worth: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    capacities: NDArray[np.int64]
    groups: NDArray[np.int64]
    exposure_limit: int | None
    managers_per_match: int
    evenness: float
    require_all: bool


def solve_allocation(problem: Problem) -> NDArray[np.bool_]:
    """Who takes what, bool [managers, matches], optimal.

    Raises:
        TerraceError: ``require_all`` cannot be had; the message names the limit
            that stands in the way.
    """
    found = _solve(problem)
    if found is None:
        raise TerraceError(f"not every match can be assigned: {_name_binding_limit(problem)}")
    return found


def compute_gain(problem: Problem, chosen: NDArray[np.bool_]) -> float:
    """What an allocation gains, by the definition in ``Problem``."""
    loads = chosen.sum(axis=1)
    steps = [_list_steps(problem, row)[:load].sum() for row, load in enumerate(loads)]
    return float(problem.worth[chosen].sum() + sum(steps))


def _list_steps(problem: Problem, manager: int) -> NDArray[np.float64]:
    capacity = int(problem.capacities[manager])
    steps: NDArray[np.float64] = problem.evenness * (1 - np.arange(capacity) / max(1, capacity))
    return steps


def _solve(problem: Problem) -> NDArray[np.bool_] | None:
    chosen: NDArray[np.bool_] = np.zeros_like(problem.allowed)
    if not problem.allowed.any():
        return None if problem.require_all and chosen.size else chosen
    values = _run_solver(problem)
    if values is None:
        return None
    managers, matches = np.nonzero(problem.allowed)
    chosen[managers, matches] = values[: len(managers)] > 0.5
    return chosen


@dataclass(frozen=True, slots=True)
class _Columns:
    """The programme's columns, in this order: places, one switch per match, load steps."""

    managers: NDArray[np.intp]
    matches: NDArray[np.intp]
    switches: int
    step_managers: NDArray[np.intp]
    step_gains: NDArray[np.float64]


def _list_columns(problem: Problem) -> _Columns:
    managers, matches = np.nonzero(problem.allowed)
    steps = [_list_steps(problem, row) for row in range(len(problem.capacities))]
    return _Columns(
        managers=managers,
        matches=matches,
        switches=problem.allowed.shape[1],
        step_managers=np.repeat(np.arange(len(steps)), [len(step) for step in steps]),
        step_gains=np.concatenate(steps),
    )


def _run_solver(problem: Problem) -> NDArray[np.float64] | None:
    """The values of the columns; None where no solution keeps all limits."""
    # SciPy's solver takes a while to load, and most commands never solve anything.
    from scipy.optimize import Bounds, LinearConstraint, milp

    columns = _list_columns(problem)
    places, switches, steps = len(columns.managers), columns.switches, len(columns.step_gains)
    gains = problem.worth[columns.managers, columns.matches]
    lowest = np.repeat([0.0, float(problem.require_all), 0.0], [places, switches, steps])
    found = milp(
        -np.concatenate([gains, np.zeros(switches), columns.step_gains]),
        integrality=np.repeat([1, 1, 0], [places, switches, steps]),
        bounds=Bounds(lowest, np.ones(len(lowest))),
        constraints=LinearConstraint(*_build_rows(problem, columns)),
        options={"mip_rel_gap": 0.0},
    )
    if found.status == _INFEASIBLE:
        return None
    if found.x is None:
        raise TerraceError(f"the solver gave up: {found.message}; try fewer matches at a time")
    values: NDArray[np.float64] = found.x
    return values


def _build_rows(problem: Problem, columns: _Columns) -> tuple[_Matrix, _Limits, _Limits]:
    """The rows' coefficients and bounds: switch on = 1 to k managers, groups, loads."""
    managers, matches = problem.allowed.shape
    groups = int(problem.groups.max()) + 1
    switch = sparse.eye_array(matches)
    by_match = _mark(columns.matches, matches)
    by_manager = _mark(columns.managers, managers)
    by_group = _mark(problem.groups, groups)
    loads = _mark(columns.step_managers, managers)
    matrix = sparse.block_array(
        [
            [by_match, -problem.managers_per_match * switch, None],
            [by_match, -switch, None],
            [None, by_group, None],
            [by_manager, None, -loads],
        ],
        format="csc",
    )
    counts = [matches, matches, groups, managers]
    limit = np.inf if problem.exposure_limit is None else float(problem.exposure_limit)
    # A switch may be on in vain unless every match has to go out.
    least = 0.0 if problem.require_all else -np.inf
    lower, upper = [-np.inf, least, -np.inf, 0.0], [0.0, np.inf, limit, 0.0]
    return matrix, np.repeat(lower, counts), np.repeat(upper, counts)


def _mark(row_of_column: _Numbers, rows: int) -> _Matrix:
    """[rows, columns] with a 1 where a column belongs to a row."""
    columns = np.arange(len(row_of_column))
    ones = np.ones(len(columns))
    return sparse.csc_array((ones, (row_of_column, columns)), shape=(rows, len(columns)))


def _name_binding_limit(problem: Problem) -> str:
    """Which limit, lifted alone, would let every match be assigned."""
    barred = int((~problem.allowed.any(axis=0)).sum())
    if barred:
        return f"{barred} of them are barred to every manager by conflicts or languages"
    matches = problem.allowed.shape[1]
    lifted = {
        f"the capacities ({int(problem.capacities.sum())} places for {matches} matches)": replace(
            problem, capacities=np.full_like(problem.capacities, matches)
        ),
        f"the exposure limit of {problem.exposure_limit} per achievement": replace(
            problem, exposure_limit=None
        ),
    }
    names = [name for name, relaxed in lifted.items() if _solve(relaxed) is not None]
    return (
        f"{' or '.join(names) or 'capacities and exposure limit together'} would have to give way"
    )
