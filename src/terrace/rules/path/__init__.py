"""Path: the cheapest way up the ladder, proven over a stated grid and checked by the engine.

``find_path`` gives the least-cost plan to one title and others near it, ``find_paths`` the
least-cost plan to each of several; ``load_levers`` says what a company can do at what cost.
"""

from terrace.rules.path.horizon import Horizon
from terrace.rules.path.levers import Lever, Levers, Terms, load_levers
from terrace.rules.path.plan import Answer, Award, Blocker, Plan, Step
from terrace.rules.path.problem import Certainty, Setting
from terrace.rules.path.search import find_path, find_paths

__all__ = [
    "Answer",
    "Award",
    "Blocker",
    "Certainty",
    "Horizon",
    "Lever",
    "Levers",
    "Plan",
    "Setting",
    "Step",
    "Terms",
    "find_path",
    "find_paths",
    "load_levers",
]
