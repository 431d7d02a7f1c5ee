"""Lists and searches of the market: one function for every door that shows several records."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from terrace_web.accounts.audience import Audience
from terrace_web.index import queries as index
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters, apply_filters, count_facets
from terrace_web.market.pending import Waiting, read_waiting, search_waiting
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView
from terrace_web.market.visible import Visible, kept, sort_rows

PAGE_SIZE = 20
_CODE = re.compile(r"(?=.*-)[A-Z0-9-]{3,120}")
FOUND_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: the views, how many there are in all, and the facets' counts."""

    views: list[RecordView]
    total: int
    page: int
    pages: int
    facets: dict[str, list[tuple[str, int]]]
    filters: Filters


def search_market(audience: Audience, filters: Filters, *, today: date) -> Page:
    """The records of a kind that fit the query and filters, as the audience may see them."""
    visible = _see(audience, filters, today)
    rows = _find(visible, filters)
    narrowed = apply_filters(rows, filters)
    ids = _list_ids(visible, narrowed, filters)
    pages = max(1, -(-len(ids) // PAGE_SIZE))
    page = min(max(1, filters.page), pages)
    return Page(
        views=views_by_id(audience, ids.slice((page - 1) * PAGE_SIZE, PAGE_SIZE).to_list()),
        total=len(ids),
        page=page,
        pages=pages,
        facets=visible.facets if _is_plain(filters) else count_facets(rows, filters, narrowed),
        filters=filters,
    )


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest records of a kind, and how many there are in all."""

    views: list[RecordView]
    total: int


def newest_of(
    audience: Audience, kinds: Sequence[str], *, most: int, today: date
) -> dict[str, Newest]:
    """The newest records of some kinds, as the audience may see them; one query for all."""
    listed = {kind: _see(audience, Filters(kind=kind), today).ids_in("newest") for kind in kinds}
    ids = [pk for every in listed.values() for pk in every.head(most)]
    views = views_by_id(audience, ids)
    return {
        kind: Newest([view for view in views if view.kind == kind], len(every))
        for kind, every in listed.items()
    }


def search_ids(audience: Audience, filters: Filters, *, today: date) -> list[int]:
    """The ids of all records that fit query and filters, in order, for exports and feeds."""
    visible = _see(audience, filters, today)
    narrowed = apply_filters(_find(visible, filters), filters)
    found: list[int] = _list_ids(visible, narrowed, filters).to_list()
    return found


def search_codes(
    visible: Visible, filters: Filters, waiting: Waiting, *, most: int = FOUND_AT_MOST
) -> list[str]:
    """The codes of the visible records that fit the query's words, best first.

    What the index does not know yet is scanned.
    """
    pending = search_waiting(waiting, filters.kind, filters.query)
    allowed, fresh = visible.allowed, []
    if pending.all:
        seen = set(visible.rows["code"])
        fresh = [code for code in pending.found if code in seen]
        allowed = allowed & ~visible.codes.is_in(list(pending.all)).to_numpy()
    indexed = index.search(
        filters.kind, filters.query, codes=visible.codes, allowed=allowed, most=most
    )
    return list(dict.fromkeys([*_named(visible, filters.query), *fresh, *indexed]))[:most]


def _named(visible: Visible, query: str) -> list[str]:
    """The record whose code was typed, in whatever case."""
    code = query.strip().upper()
    if not _CODE.fullmatch(code):
        return []
    shown = visible.rows["code"]
    return shown.filter(shown.str.to_uppercase() == code).to_list()


def _see(audience: Audience, filters: Filters, today: date) -> Visible:
    return kept.get(catalogue.by_kind()[filters.kind], audience, filters, today=today)


def _find(visible: Visible, filters: Filters) -> pl.DataFrame:
    if filters.query.strip():
        return _find_best(visible, filters)
    return visible.rows


def _find_best(visible: Visible, filters: Filters) -> pl.DataFrame:
    """The visible rows that fit the query's words, with ``place`` (0 = best)."""
    codes = search_codes(visible, filters, read_waiting())
    places = pl.DataFrame({"code": codes}, schema={"code": pl.String}).with_row_index("place")
    found = visible.rows.filter(pl.col("code").is_in(codes))
    return found.join(places.with_columns(pl.col("place").cast(pl.Int64)), on="code")


def _list_ids(visible: Visible, narrowed: pl.DataFrame, filters: Filters) -> pl.Series:
    """The ids of the rows that fit all filters, in the order asked for."""
    if _is_plain(filters):
        return visible.ids_in(filters.order)
    if filters.order == "best" and filters.query.strip():
        return narrowed.sort("place", "id")["id"]
    return sort_rows(narrowed, filters.order)["id"]


def _is_plain(filters: Filters) -> bool:
    return not filters.query.strip() and not any(filters.chosen.values())
