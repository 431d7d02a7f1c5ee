"""Searching what the index has not taken in yet: a short scan of the outbox by words."""

from dataclasses import dataclass

from terrace.match.text import terms
from terrace_web.market.models import Change, Record
from terrace_web.market.redaction import teaser_of

_SCANNED_AT_MOST = 300
_WAITING_AT_MOST = 5_000

Waiting = frozenset[int]


@dataclass(frozen=True, slots=True)
class Pending:
    """The codes of all records of a kind that wait for the index, and of those that fit."""

    all: frozenset[str]
    found: tuple[str, ...]


def read_waiting() -> Waiting:
    """The ids of the records that wait, of all kinds, the latest first where they are many."""
    # Asked apart: mostly nothing waits, and a subquery would be held against every record.
    changes = Change.objects.filter(applied_at=None).exclude(record_id=None).order_by("-pk")
    ids = changes.values_list("record_id", flat=True)[:_WAITING_AT_MOST]
    return frozenset(each for each in ids if each is not None)


def search_waiting(waiting: Waiting, kind: str, query: str) -> Pending:
    """Those of a kind, and those whose teaser has all words of the query; newest first."""
    if not waiting:
        return Pending(frozenset(), ())
    records = list(
        Record.objects.filter(pk__in=waiting, kind=kind)
        .select_related("run", "owner", "manager")
        .order_by("-updated_at")[:_SCANNED_AT_MOST]
    )
    wanted = set(terms(query))
    found = tuple(r.code for r in records if wanted and wanted <= _terms_of(r))
    return Pending(frozenset(r.code for r in records), found)


def _terms_of(record: Record) -> set[str]:
    view = teaser_of(record)
    said = (view.title, view.summary, view.values.get("body"), view.values.get("title_other"))
    return set(terms("\n".join(str(text) for text in said if text)))
