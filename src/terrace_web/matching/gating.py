"""The gates of pairs, read from what an audience sees of both records."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from django.utils import timezone

from terrace.match.gates import evaluate_gates
from terrace.records import to_frame
from terrace_web.market.redaction import RecordView
from terrace_web.market.snapshots import core_record
from terrace_web.matching.lines import GateLine, make_gate_line


def read_gates(
    views: Sequence[tuple[RecordView, RecordView]], language: str, now: datetime
) -> list[list[GateLine]]:
    """The gates of each pair, all pairs at once: most of the time goes into beginning."""
    needs = {need.code: core_record(need) for need, _other in views}
    others = {other.code: core_record(other) for _need, other in views}
    pairs = [(need.code, other.code) for need, other in views]
    found = evaluate_gates(
        pl.DataFrame(pairs, schema=["need_id", "achievement_id"], orient="row"),
        to_frame("need", needs.values()),
        to_frame("achievement", others.values()),
        today=timezone.localdate(now),
    )
    lines: dict[tuple[str, str], list[GateLine]] = {pair: [] for pair in pairs}
    for row in found.iter_rows(named=True):
        pair = row["need_id"], row["achievement_id"]
        lines[pair].append(make_gate_line(row, "zh" if language.startswith("zh") else "en"))
    return [lines[pair] for pair in pairs]
