"""Lists and searches of the market: one function for every door that shows several records."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from terrace_web.accounts.audience import Audience
from terrace_web.index import queries as index
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters, apply_filters, count_facets, select_visible
from terrace_web.market.pending import search_pending
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView

PAGE_SIZE = 20
_FOUND_AT_MOST = 1_000
_ORDERS = {
    "newest": (pl.col("published_at"), True),
    "updated": (pl.col("updated_at"), True),
    "deadline": (pl.col("deadline"), False),
    "readiness": (pl.col("readiness"), True),
    "title": (pl.col("title").str.to_lowercase(), False),
}


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
    rows = find_rows(audience, filters, today=today)
    kept = _order(apply_filters(rows, filters), filters)
    pages = max(1, -(-kept.height // PAGE_SIZE))
    page = min(max(1, filters.page), pages)
    shown = kept["id"].slice((page - 1) * PAGE_SIZE, PAGE_SIZE).to_list()
    return Page(
        views=views_by_id(audience, shown),
        total=kept.height,
        page=page,
        pages=pages,
        facets=count_facets(rows, filters),
        filters=filters,
    )


def find_rows(audience: Audience, filters: Filters, *, today: date) -> pl.DataFrame:
    """All visible rows of the catalogue that fit the query, with ``place`` (0 = best)."""
    rows = select_visible(catalogue.frame(), audience, filters, today=today)
    if not filters.query.strip():
        return rows.with_columns(place=pl.lit(0, dtype=pl.Int64))
    codes = _search_codes(rows, filters)
    places = pl.DataFrame({"code": codes}, schema={"code": pl.String}).with_row_index("place")
    return rows.join(places.with_columns(pl.col("place").cast(pl.Int64)), on="code")


def search_ids(audience: Audience, filters: Filters, *, today: date) -> list[int]:
    """The ids of all records that fit query and filters, in order, for exports and feeds."""
    rows = apply_filters(find_rows(audience, filters, today=today), filters)
    found: list[int] = _order(rows, filters)["id"].to_list()
    return found


def suggest(
    audience: Audience, kind: str, text: str, *, today: date, most: int = 8
) -> list[RecordView]:
    """What fits the words typed so far, best first."""
    rows = find_rows(audience, Filters(kind=kind, query=text), today=today)
    return views_by_id(audience, rows.sort("place")["id"].head(most).to_list())


def _search_codes(rows: pl.DataFrame, filters: Filters) -> list[str]:
    """Codes by relevance: what the index does not know yet is scanned by words."""
    pending = search_pending(filters.kind, filters.query)
    allowed = rows["code"]
    fresh = [code for code in pending.found if code in set(allowed)]
    indexed = index.search(
        filters.kind,
        filters.query,
        allowed=allowed.filter(~allowed.is_in(list(pending.all))),
        most=_FOUND_AT_MOST,
    )
    return [*fresh, *indexed]


def _order(rows: pl.DataFrame, filters: Filters) -> pl.DataFrame:
    column, descending = _ORDERS.get(filters.order, _ORDERS["newest"])
    if filters.order == "best" and filters.query.strip():
        return rows.sort("place", "id")
    return rows.sort(column, "id", descending=[descending, True], nulls_last=True)
