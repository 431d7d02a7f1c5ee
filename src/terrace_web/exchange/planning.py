"""What an import would do, row by row; nothing is changed here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from terrace_web.accounts.models import Organisation
from terrace_web.exchange.models import Origin
from terrace_web.exchange.reading import ReadRow
from terrace_web.market.actions import editable_values
from terrace_web.market.models import Record

Outcome = Literal["new", "updated", "unchanged", "kept"]
OUTCOMES: tuple[Outcome, ...] = ("new", "updated", "unchanged", "kept")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """A row and what becomes of it; ``code`` is that of the owner's record it is about.

    ``kept`` rows differ from a record that has left the draft stage: it stays as it is.
    """

    row: ReadRow
    outcome: Outcome
    code: str = ""


def plan_import(kind: str, owner: Organisation, rows: Sequence[ReadRow]) -> list[Planned]:
    """The plan for all good rows.

    A row is about a record of ``owner`` that goes by its number or its code. Records of
    others are not looked at, so what they are called, and whether they exist, changes nothing.
    """
    known = _own_records(kind, owner, [row.key for row in rows if row.key])
    return [_plan_row(row, known.get(row.key)) for row in rows if not row.problems]


def count_outcomes(plan: Iterable[Planned]) -> dict[str, int]:
    """How many rows there are of each outcome."""
    counts = dict.fromkeys(OUTCOMES, 0)
    for planned in plan:
        counts[planned.outcome] += 1
    return {str(name): count for name, count in counts.items()}


def batches(rows: Iterable[Any], size: int = _BATCH) -> Iterator[list[Any]]:
    """The rows in lists of at most ``size``."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _plan_row(row: ReadRow, record: Record | None) -> Planned:
    if record is None:
        return Planned(row, "new")
    if not _differs(row, editable_values(record)):
        return Planned(row, "unchanged", record.code)
    return Planned(row, "updated" if record.run.stage == "draft" else "kept", record.code)


def _differs(row: ReadRow, stored: Mapping[str, Any]) -> bool:
    said = {**row.values, **{f"{group}_level": level for group, level in row.levels.items()}}
    return any(stored[name] != value for name, value in said.items())


def _own_records(kind: str, owner: Organisation, keys: Sequence[str]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for batch in batches(keys):
        named = Origin.objects.filter(owner=owner, kind=kind, number__in=batch)
        found |= {each.number: each.record for each in named.select_related("record__run")}
        own = Record.objects.filter(owner=owner, kind=kind, code__in=batch)
        found |= {record.code: record for record in own.select_related("run")}
    return found
