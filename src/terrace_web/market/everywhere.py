"""Searching all kinds of records at once, for the search page and the suggestions."""

from dataclasses import dataclass
from datetime import date

from terrace_web.accounts.audience import Audience
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters
from terrace_web.market.kinds import KINDS
from terrace_web.market.pending import read_waiting
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import RecordView, views_for
from terrace_web.market.search import FOUND_AT_MOST, search_codes
from terrace_web.market.visible import kept


@dataclass(frozen=True, slots=True)
class Found:
    """The best records of one kind, and how many fit in all."""

    kind: str
    views: list[RecordView]
    total: int


def search_kinds(
    audience: Audience,
    text: str,
    *,
    today: date,
    most: int = 5,
    counted_to: int = FOUND_AT_MOST,
) -> list[Found]:
    """The best visible records per kind, kinds with any, as the audience may see them.

    Totals stop at ``counted_to``, which is at least ``most``; a small one is faster.
    """
    if not text.strip():
        return []
    known, waiting = catalogue.by_kind(), read_waiting()
    codes = {}
    for kind in KINDS:
        filters = Filters(kind=kind, query=text)
        visible = kept.get(known[kind], audience, filters, today=today)
        codes[kind] = search_codes(visible, filters, waiting, most=max(most, counted_to))
    views = _views_of(audience, [code for found in codes.values() for code in found[:most]])
    return [
        Found(kind, [views[code] for code in found[:most] if code in views], len(found))
        for kind, found in codes.items()
        if found
    ]


def _views_of(audience: Audience, codes: list[str]) -> dict[str, RecordView]:
    """One query for all kinds."""
    found = visible_to(audience).filter(code__in=codes)
    return {view.code: view for view in views_for(audience, found)}
