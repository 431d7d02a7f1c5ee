"""Searching all kinds of records at once, for the search page and the suggestions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from terrace_web.accounts.audience import Audience
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters
from terrace_web.market.kinds import KINDS
from terrace_web.market.pending import read_waiting
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView
from terrace_web.market.search import find_best
from terrace_web.market.visible import kept


@dataclass(frozen=True, slots=True)
class Found:
    """The best records of one kind, and how many fit in all."""

    kind: str
    views: list[RecordView]
    total: int


def search_kinds(audience: Audience, text: str, *, today: date, most: int = 5) -> list[Found]:
    """The best visible records per kind, kinds with any, as the audience may see them."""
    if not text.strip():
        return []
    known, waiting = catalogue.by_kind(), read_waiting()
    ids, totals = {}, {}
    for kind in KINDS:
        filters = Filters(kind=kind, query=text)
        rows = find_best(kept.get(known[kind], audience, filters, today=today), filters, waiting)
        ids[kind], totals[kind] = rows.sort("place")["id"].head(most).to_list(), rows.height
    views = _views_of(audience, ids)
    return [Found(kind, views[kind], totals[kind]) for kind in KINDS if views[kind]]


def _views_of(audience: Audience, ids: Mapping[str, list[int]]) -> dict[str, list[RecordView]]:
    """One query for all kinds."""
    found = views_by_id(audience, [each for listed in ids.values() for each in listed])
    return {kind: [view for view in found if view.kind == kind] for kind in ids}
