"""Matching the whole market at once, and building all that can be rebuilt from the records."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

import polars as pl
from django.db import transaction
from django.utils import timezone

from terrace.progress import Progress, silent
from terrace_web.index import actions as index
from terrace_web.index.corpora import INDEXED
from terrace_web.market.models import Change, Record
from terrace_web.market.snapshots import named_snapshot, snapshot
from terrace_web.matching.asking import Side, find_best
from terrace_web.matching.computing import add_gates, ask_as, make_pair
from terrace_web.matching.models import Pair
from terrace_web.predicates import PUBLISHED

OUT_OF_MARKET = ("withdrawn", "expired")
_SIDES: tuple[Side, ...] = ("need", "achievement")
_GATED_AT_ONCE = 20_000
_STORED_AT_ONCE = 2_000
_KEYS = ["need_id", "achievement_id"]
_FOUND = pl.Schema(
    {
        "need_id": pl.String(),
        "achievement_id": pl.String(),
        "rank": pl.Int64(),
        "score": pl.Float64(),
        "confidence": pl.Float64(),
    }
)


def match_everything(progress: Progress = silent, *, asking: Sequence[Side] = _SIDES) -> int:
    """Match all records that are in the market or on their way, from both sides; how many pairs.

    All of them become known as rivals, so that a pair found later, alone, scores the same.
    Pairs that were known keep the time they were found. The indexes have to be complete.
    With fewer sides ``asking``, what only the other would have found is left out.
    """
    now = timezone.now()
    records = {side: _read_market(side) for side in _SIDES}
    askers = {side: records[side] if side in asking else [] for side in _SIDES}
    found = _join_sides({side: _ask(side, askers[side], progress) for side in _SIDES})
    by_code = {record.code: record for side in _SIDES for record in records[side]}
    usable = found.filter(
        pl.col("need_id").is_in(list(by_code)) & pl.col("achievement_id").is_in(list(by_code))
    )
    frames = {side: named_snapshot(side, records[side]) for side in _SIDES}
    pairs = _gate(usable, frames, by_code, now=now, progress=progress)
    return _replace_pairs(pairs, usable.height, progress)


def rebuild_index(progress: Progress = silent, *, asking: Sequence[Side] = _SIDES) -> int:
    """Write all indexes anew from the published records and match everything; how many pairs."""
    index.forget_all()
    waiting = list(Change.objects.filter(applied_at=None).values_list("pk", flat=True))
    for kind in INDEXED:
        _fill_index(kind, progress)
    pairs = match_everything(progress, asking=asking)
    Change.objects.filter(pk__in=waiting).update(applied_at=timezone.now())
    return pairs


def read_published(kind: str) -> list[Record]:
    """All published records of a kind with what a view of them needs, oldest first."""
    found = Record.objects.filter(kind=kind, run__stage=PUBLISHED)
    return list(found.select_related("run", "owner", "manager").order_by("pk"))


def _fill_index(kind: str, progress: Progress) -> None:
    records = read_published(kind)
    if records:
        index.put(kind, snapshot(kind, records), progress)
        index.embed(kind, progress)


def _read_market(side: Side) -> list[Record]:
    found = Record.objects.filter(kind=side).exclude(run__stage__in=OUT_OF_MARKET)
    return list(found.select_related("run", "owner", "manager").order_by("pk"))


def _ask(side: Side, records: Sequence[Record], progress: Progress) -> pl.DataFrame:
    """The best of the other side for each record: pair, rank of that side, score, confidence.

    The published ones are asked together, as each other's rivals; drafts apart from them.
    """
    shown = [record for record in records if record.run.stage == PUBLISHED]
    unseen = [record for record in records if record.run.stage != PUBLISHED]
    parts = [_FOUND.to_frame()]
    for some, remember in ((shown, True), (unseen, False)):
        if some:
            asked = ask_as(side, some)
            found = find_best(side, asked, remember=remember, progress=progress)
            parts.append(found.cast(_FOUND))
    return pl.concat(parts).rename({"rank": f"{side}_rank"})


def _join_sides(found: dict[Side, pl.DataFrame]) -> pl.DataFrame:
    """Every pair once; the need's own judgement counts where both sides found it."""
    figures = ["score", "confidence"]
    joined = found["need"].join(
        found["achievement"], on=_KEYS, how="full", coalesce=True, suffix="_other"
    )
    return joined.with_columns(pl.coalesce(each, f"{each}_other") for each in figures).drop(
        f"{each}_other" for each in figures
    )


def _gate(
    pairs: pl.DataFrame,
    frames: dict[Side, pl.DataFrame],
    by_code: dict[str, Record],
    *,
    now: datetime,
    progress: Progress,
) -> Iterator[Pair]:
    for done, part in enumerate(pairs.iter_slices(_GATED_AT_ONCE)):
        progress("checking gates", min((done + 1) * _GATED_AT_ONCE, pairs.height), pairs.height)
        gated = add_gates(part, frames["need"], frames["achievement"], now=now)
        for row in gated.iter_rows(named=True):
            yield make_pair(row, by_code, now=now)


def _replace_pairs(pairs: Iterator[Pair], total: int, progress: Progress) -> int:
    known = {
        (need, achievement): found_at
        for need, achievement, found_at in Pair.objects.values_list(
            "need_id", "achievement_id", "found_at"
        )
    }
    done = 0
    with transaction.atomic():
        Pair.objects.all().delete()
        while some := list(islice(pairs, _STORED_AT_ONCE)):
            for pair in some:
                pair.found_at = known.get((pair.need_id, pair.achievement_id), pair.found_at)
            Pair.objects.bulk_create(some, batch_size=500)
            done += len(some)
            progress("storing pairs", done, total)
    return done
