"""Which parts of a version the engine tabulates, and which a program puts together."""

from terrace.rules.criteria import ComparePoints, Criterion, Together
from terrace.rules.scores import Sum
from terrace.rules.thresholds import is_floor
from terrace.rules.verdicts import Compiled
from terrace.rules.versions import Version


def is_composed(criterion: Criterion) -> bool:
    """Whether a program puts it together: of other criteria, or of points to reach."""
    if criterion.applies_when or criterion.only_in:
        return False
    test = criterion.test
    return isinstance(test, Together) or (
        isinstance(test, ComparePoints) and is_floor(test.relation)
    )


def is_kept_out(compiled: Compiled, criterion: Criterion) -> bool:
    """Whether it is illustrative and only says that somebody has to judge."""
    return f"counts:{criterion.id}" in compiled.plan.columns


def leaf_columns(version: Version, compiled: Compiled) -> tuple[str, ...]:
    """The columns that have to be tabulated."""
    leaves = (c for c in version.walk() if not is_composed(c) and not is_kept_out(compiled, c))
    scores = (s for s in version.walk_scores() if not isinstance(s.body, Sum))
    points = (f"{end}:{score.id}" for score in scores for end in ("low", "high", "missing"))
    named = (*(f"result:{criterion.id}" for criterion in leaves), *points)
    return tuple(name for name in named if name in compiled.plan.columns)
