"""The gates of pairs, read from what an audience sees of both records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl
from django.utils import timezone

from terrace.criteria.results import Result, all_of
from terrace.match.gates import evaluate_gates
from terrace.records import to_frame
from terrace_web.market.redaction import RecordView
from terrace_web.market.snapshots import core_record
from terrace_web.matching.lines import GateLine, make_gate_line
from terrace_web.matching.rows import PairRow


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


def as_seen(row: PairRow, gates: Sequence[GateLine]) -> PairRow:
    """The row with the gates shown beside it: stored ones know the teasers alone."""
    named = {result: [each.name for each in gates if each.result == result] for result in Result}
    failed, doubtful = named[Result.UNMET], named[Result.NEEDS_JUDGEMENT] + named[Result.UNKNOWN]
    closes = [each.closes for each in gates if each.result == Result.UNMET]
    return replace(
        row,
        gates=all_of(Result(each.result) for each in gates).value,
        failed=failed,
        open=doubtful,
        closes=closes[0] if len(closes) == 1 else "",
    )
