"""The amounts to choose from: the stated steps, and where a rule turns.

The engine looks where any criterion or score changes as one lever rises alone, and
narrows each such place down to one yuan, person or patent. So a plan can stop exactly at
a threshold, and the grid stays small.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.rules.path.candidates import Block, run_candidates
from terrace.rules.path.effects import Effects
from terrace.rules.path.levers import Lever
from terrace.rules.path.outlook import newest_value
from terrace.rules.path.tables import to_array
from terrace.rules.verdicts import Compiled

FINE_STEPS = 100
MOST_AMOUNTS = 10
Scan = tuple[Compiled, Sequence[str], Sequence[date]]
"""A version, its columns to watch, the days on which to watch them."""


def make_grid(
    scans: Sequence[Scan],
    *,
    effects: Effects,
    rows: Mapping[int, Mapping[str, Any]],
    facts: pl.DataFrame,
) -> dict[str, NDArray[np.float64]]:
    """The amounts of every lever, 0 the first, at most ``MOST_AMOUNTS`` of them.

    The years of a lever that does not last share one list.
    """
    stated = {
        lever.id: _stated_amounts(lever, rows, until=effects.horizon.start.year)
        for lever in effects.levers.levers
    }
    tops = {name: float(amounts[-1]) for name, amounts in stated.items()}
    turns = _find_exact_turns(scans, tops, effects, facts)
    return {name: _merge(amounts, turns[name]) for name, amounts in stated.items()}


def _stated_amounts(
    lever: Lever, rows: Mapping[int, Mapping[str, Any]], *, until: int
) -> NDArray[np.float64]:
    scale = newest_value(rows, lever.relative_to, until=until) if lever.relative_to else 1.0
    amounts = {float(math.ceil(step * (scale or 0.0) - 1e-9)) for step in lever.steps}
    return np.array(sorted({0.0, *amounts}))


def _spread(low: float, high: float) -> NDArray[np.float64]:
    amounts = np.linspace(low, high, FINE_STEPS + 1)
    # A person or a patent is whole; of money, a yuan is fine enough.
    return np.unique(np.ceil(amounts - 1e-9))


def _find_exact_turns(
    scans: Sequence[Scan], tops: Mapping[str, float], effects: Effects, facts: pl.DataFrame
) -> dict[str, set[float]]:
    """The lowest whole amounts of each lever from which something is different."""
    exact: dict[str, set[float]] = {name: set() for name in tops}
    wide = {name: {(0.0, top)} for name, top in tops.items() if top > 0}
    while wide:
        ranges = {name: [_spread(*turn) for turn in sorted(turns)] for name, turns in wide.items()}
        found = _find_turns(scans, ranges, effects, facts)
        for name, turns in found.items():
            exact[name] |= {high for low, high in turns if high - low <= 1}
        narrowed = {n: {t for t in turns if t[1] - t[0] > 1} for n, turns in found.items()}
        wide = {name: turns for name, turns in narrowed.items() if turns}
    return exact


def _find_turns(
    scans: Sequence[Scan],
    ranges: Mapping[str, Sequence[NDArray[np.float64]]],
    effects: Effects,
    facts: pl.DataFrame,
) -> dict[str, set[tuple[float, float]]]:
    """Pairs of neighbouring amounts of each lever between which something changes."""
    found: dict[str, set[tuple[float, float]]] = {name: set() for name in ranges}
    for scan in scans:
        for name, low, high in _turns_of_scan(scan, ranges, effects, facts):
            found[name].add((low, high))
    return found


def _turns_of_scan(
    scan: Scan,
    ranges: Mapping[str, Sequence[NDArray[np.float64]]],
    effects: Effects,
    facts: pl.DataFrame,
) -> Iterator[tuple[str, float, float]]:
    compiled, columns, days = scan
    last_days = sorted({day.year: day for day in sorted(days)}.values())
    tried = [(name, a) for name, every in ranges.items() for a in every if len(a) > 1]
    blocks = [_make_block(day, name, a, effects) for day in last_days for name, a in tried]
    if not blocks:
        return
    ran = run_candidates(compiled, columns, blocks, effects=effects, facts=facts)
    changes = _changes(ran)
    start = 0
    for number, block in enumerate(blocks):
        name, amounts = tried[number % len(tried)]
        for place in np.flatnonzero(changes[start : start + block.size - 1]):
            yield name, float(amounts[place]), float(amounts[place + 1])
        start += block.size


def _make_block(day: date, lever: str, amounts: NDArray[np.float64], effects: Effects) -> Block:
    same = {(lever, year): amounts for year in effects.horizon.years}
    return Block(day, same, len(amounts))


def _changes(ran: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether any column differs between a row and the next one."""
    differs = ran.select(
        pl.any_horizontal(pl.all().ne_missing(pl.all().shift(-1))).alias("differs")
    )
    return np.asarray(to_array(differs["differs"]), dtype=np.bool_)


def _merge(stated: NDArray[np.float64], turns: Iterable[float]) -> NDArray[np.float64]:
    """All turns, the lowest first where there are too many, and as many stated steps as fit."""
    chosen = [0.0, *sorted(set(turns))[: MOST_AMOUNTS - 2]]
    for amount in stated[::-1]:
        if len(set(chosen)) < MOST_AMOUNTS:
            chosen.append(float(amount))
    return np.array(sorted(set(chosen)))
