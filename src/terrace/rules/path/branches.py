"""The least-cost solution sought application by application.

One application brings the target. For each that can, a program without the others of the
target is far smaller than the one with all of them, and together they miss nothing: where
two would do, the earlier one alone does too. What one branch costs bounds the next ones,
and stays a bound while constraints are added.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrace.rules.path.program import GAP, Program
from terrace.rules.path.writing import Writer


@dataclass(slots=True)
class Branch:
    """Solutions in which the variables of ``without`` are 0; none costs less than ``bound``."""

    without: tuple[int, ...]
    bound: float = 0.0


def list_branches(writer: Writer, target: str) -> list[Branch]:
    """One per application that may bring the target in time; one where it is in hand anyway."""
    deadline = writer.problem.horizon.deadline
    if writer.problem.is_held(target, deadline):
        return [Branch(())]
    grants = [
        next(iter(grant.terms))
        for application, grant in writer.grants.items()
        if application.title == target and application.is_held_on(deadline)
    ]
    return [Branch(tuple(other for other in grants if other != grant)) for grant in grants]


def solve_branches(program: Program, branches: list[Branch]) -> NDArray[np.float64] | None:
    """The least-cost solution of all branches, None where it is proven that there is none.

    Raises:
        TerraceError: the solver gave up.
    """
    best, least = None, math.inf
    for branch in sorted(branches, key=lambda branch: branch.bound):
        if branch.bound >= least * (1 - GAP):
            break
        solution = program.solve(without=branch.without, below=least)
        branch.bound = least
        if solution is not None:
            cost = program.cost_of(solution)
            branch.bound = min(least, cost)
            best, least = (solution, cost) if cost < least else (best, least)
    return best
