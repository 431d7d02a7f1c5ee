"""When segments are joined into one, and which: small ones early, large ones seldom."""

from collections.abc import Sequence

_MOST_SEGMENTS = 8
_MOST_DEAD = 0.25
_GROWTH = 2


def plan_merge(*, rows: Sequence[int], live: Sequence[int]) -> list[int]:
    """The positions of the segments to be joined into one at the end; may be empty.

    ``rows`` and ``live`` are the sizes of the segments, oldest first. Too many
    dead rows rewrite everything. Too many segments join the youngest ones, and
    as many of the older as are at most twice what is joined already: so a row
    is copied only a logarithmic number of times in its life.
    """
    if sum(rows) - sum(live) > _MOST_DEAD * sum(rows):
        return list(range(len(rows)))
    if len(rows) <= _MOST_SEGMENTS:
        return []
    first, joined = len(rows) - 2, live[-1] + live[-2]
    while first > 0 and live[first - 1] <= _GROWTH * joined:
        first -= 1
        joined += live[first]
    return list(range(first, len(rows)))
