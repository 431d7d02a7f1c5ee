"""Asking an index for the best of the other side, so that what is hidden takes nobody's place.

A list of pairs is stored once and read by audiences that see more or less of it. Its length
must not tell how many hidden records are among the best: beside the best of all, the best of
those are kept that every member sees.
"""

from typing import Literal

import polars as pl

from terrace.progress import Progress, silent
from terrace_web.index import queries as index
from terrace_web.market.models import Level, Record
from terrace_web.predicates import PUBLISHED

Side = Literal["need", "achievement"]
OTHER: dict[Side, Side] = {"need": "achievement", "achievement": "need"}
TOP = 20
_ASKED = 2 * TOP
_OPEN_LEVELS = (Level.PUBLIC, Level.ZONE)


def find_best(
    side: Side, asked: pl.DataFrame, *, remember: bool = False, progress: Progress = silent
) -> pl.DataFrame:
    """The ``TOP`` best of all and of the open ones for each record asked: the core's columns.

    ``rank`` counts all records, hidden ones too: show nobody more than the order.
    """
    other = OTHER[side]
    found = index.match(other, asked, top=_ASKED, remember=remember, progress=progress)
    open_codes = _open_codes(other, found[f"{other}_id"].unique().to_list())
    is_open = pl.col(f"{other}_id").is_in(open_codes)
    place = is_open.cum_sum().over(f"{side}_id")
    listed = found.filter((pl.col("rank") <= TOP) | (is_open & (place <= TOP)))
    crowded = _find_crowded(side, found, open_codes)
    return pl.concat([listed, _ask_open(side, asked, crowded, listed)]) if crowded else listed


def _find_crowded(side: Side, found: pl.DataFrame, open_codes: list[str]) -> list[str]:
    """The records asked whose open matches may go on beyond what was looked at."""
    is_open = pl.col(f"{OTHER[side]}_id").is_in(open_codes)
    counted = found.group_by(f"{side}_id").agg(all=pl.len(), open=is_open.sum())
    short = counted.filter((pl.col("all") == _ASKED) & (pl.col("open") < TOP))
    ids: list[str] = short[f"{side}_id"].to_list()
    return ids


def _ask_open(
    side: Side, asked: pl.DataFrame, ids: list[str], listed: pl.DataFrame
) -> pl.DataFrame:
    """The best open ones for these records, behind all that is listed already."""
    other = OTHER[side]
    allowed = pl.Series(_open_codes(other), dtype=pl.String)
    again = index.match(other, asked.filter(pl.col("id").is_in(ids)), top=TOP, allowed=allowed)
    fresh = again.join(listed, on=["need_id", "achievement_id"], how="anti")
    return fresh.with_columns(pl.col("rank") + _ASKED).select(listed.columns)


def _open_codes(kind: Side, codes: list[str] | None = None) -> list[str]:
    """The codes of published records that every member sees, of all or among these."""
    found = Record.objects.filter(kind=kind, run__stage=PUBLISHED, teaser_level__in=_OPEN_LEVELS)
    chosen = found if codes is None else found.filter(code__in=codes)
    return list(chosen.values_list("code", flat=True))
