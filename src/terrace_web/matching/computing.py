"""Pairs out of the indexes: matched from either side, gated, and stored in one bulk write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from terrace.match.gates import evaluate_gates, summarise_gates
from terrace.progress import Progress, silent
from terrace_web.market.models import Record
from terrace_web.market.snapshots import named_snapshot, snapshot
from terrace_web.matching.asking import OTHER, Side, find_best
from terrace_web.matching.models import Pair
from terrace_web.matching.signals import pairs_found
from terrace_web.predicates import PUBLISHED

_KEYS = ["need_id", "achievement_id"]
_JUDGEMENT = ("score", "confidence")
_GATED = ("gates", "failed", "open", "closes_en", "closes_zh")


@dataclass(frozen=True, slots=True)
class Stored:
    """The pairs of one computation: all of them, and those new to the market."""

    pairs: list[Pair]
    new: list[Pair]


def match_records(
    side: Side, records: Sequence[Record], *, now: datetime, progress: Progress = silent
) -> Stored:
    """Match records of one side with the published ones of the other, and store the pairs.

    Earlier pairs of these records in which they asked are replaced; those in which the
    other side asked keep that side's rank.
    """
    if not records:
        return Stored([], [])
    asked = ask_as(side, records)
    found = find_best(side, asked, progress=progress)
    others = _read_others(OTHER[side], found)
    usable = found.filter(pl.col(f"{OTHER[side]}_id").is_in(list(others)))
    both = {side: records, OTHER[side]: others.values()}
    frames = {each: named_snapshot(each, of_side) for each, of_side in both.items()}
    gated = add_gates(usable, frames["need"], frames["achievement"], now=now)
    by_code = {record.code: record for record in records} | others
    with transaction.atomic():
        return _store(side, records, gated, by_code, now=now)


def ask_as(side: Side, records: Sequence[Record]) -> pl.DataFrame:
    """The records as queries; what is not published is no rival to what is."""
    frame = snapshot(side, records)
    shown = [record.code for record in records if record.run.stage == PUBLISHED]
    teaser = pl.col("visibility").struct.field("teaser")
    kept = pl.when(pl.col("id").is_in(shown)).then(teaser).otherwise(pl.lit("private"))
    return frame.with_columns(visibility=pl.col("visibility").struct.with_fields(teaser=kept))


def add_gates(
    pairs: pl.DataFrame, needs: pl.DataFrame, achievements: pl.DataFrame, *, now: datetime
) -> pl.DataFrame:
    """The pairs with the columns of ``summarise_gates``."""
    if pairs.is_empty():
        return pairs
    today = timezone.localdate(now)
    summary = summarise_gates(evaluate_gates(pairs, needs, achievements, today=today))
    return pairs.join(summary, on=_KEYS, how="left", maintain_order="left")


def make_pair(row: Mapping[str, Any], by_code: Mapping[str, Record], *, now: datetime) -> Pair:
    """A pair out of a gated row, with the ranks as far as they are in it."""
    return Pair(
        need=by_code[row["need_id"]],
        achievement=by_code[row["achievement_id"]],
        need_rank=row.get("need_rank"),
        achievement_rank=row.get("achievement_rank"),
        score=row["score"],
        confidence=row["confidence"],
        gates=str(row["result"]),
        failed=row["unmet"],
        open=[*row["needs_judgement"], *row["unknown"]],
        closes_en=row["closes_en"] or "",
        closes_zh=row["closes_zh"] or "",
        found_at=now,
        computed_at=now,
    )


def _read_others(kind: Side, found: pl.DataFrame) -> dict[str, Record]:
    codes = found[f"{kind}_id"].unique().to_list()
    records = Record.objects.filter(code__in=codes, kind=kind).select_related(
        "run", "owner", "manager"
    )
    return {record.code: record for record in records}


def _store(
    side: Side,
    records: Sequence[Record],
    gated: pl.DataFrame,
    by_code: Mapping[str, Record],
    *,
    now: datetime,
) -> Stored:
    """A pair that neither side lists any more goes; decisions on it stay.

    What was found for a draft is found again, for all others, when its record is published.
    """
    asked = {f"{side}__in": records}
    rank, other_rank = f"{side}_rank", f"{OTHER[side]}_rank"
    Pair.objects.filter(**asked).update(**{rank: None})
    both = Pair.objects.filter(**asked).select_related("need", "achievement")
    known = {(pair.need_id, pair.achievement_id): pair for pair in both}
    ranked = gated.rename({"rank": rank}).iter_rows(named=True)
    fresh = [make_pair(row, by_code, now=now) for row in ranked]
    new = [pair for pair in fresh if (pair.need_id, pair.achievement_id) not in known]
    old = [pair for pair in fresh if (pair.need_id, pair.achievement_id) in known]
    Pair.objects.bulk_create(new, batch_size=500)
    stored = _update(old, known, rank)
    found = [*new, *_renew(stored, side, records, now)]
    Pair.objects.filter(**asked, **{rank: None, other_rank: None}).delete()
    if found:
        ids = [pair.pk for pair in found]
        transaction.on_commit(lambda: pairs_found.send(sender=Pair, pair_ids=ids))
    return Stored(fresh, found)


def _update(pairs: Iterable[Pair], known: Mapping[tuple[int, int], Pair], rank: str) -> list[Pair]:
    """The stored ones, with the new figures; the need's own judgement counts where it has one."""
    changed = []
    for pair in pairs:
        stored = known[pair.need_id, pair.achievement_id]
        judges = rank == "need_rank" or stored.need_rank is None
        for column in (*(_JUDGEMENT if judges else ()), *_GATED, "computed_at", rank):
            setattr(stored, column, getattr(pair, column))
        changed.append(stored)
    Pair.objects.bulk_update(changed, [*_JUDGEMENT, *_GATED, "computed_at", rank], batch_size=200)
    return changed


def _renew(
    pairs: Sequence[Pair], side: Side, records: Sequence[Record], now: datetime
) -> list[Pair]:
    """Those that were found before their record came to the market, as found now."""
    came = {each.pk: each.published_at for each in records if each.run.stage == PUBLISHED}
    renewed = []
    for pair in pairs:
        published_at = came.get(getattr(pair, f"{side}_id"))
        if published_at and pair.found_at < published_at:
            pair.found_at = now
            renewed.append(pair)
    Pair.objects.bulk_update(renewed, ["found_at"], batch_size=200)
    return renewed
