"""Records of the same kind that say similar things."""

from datetime import date

import polars as pl

from terrace_web.accounts.audience import Audience
from terrace_web.index import queries as index
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView
from terrace_web.market.visible import kept

_LONGEST_QUERY = 600


def similar_to(
    audience: Audience, view: RecordView, *, today: date, most: int = 5
) -> list[RecordView]:
    """The visible published records whose public text is nearest, best first."""
    filters = Filters(kind=view.kind)
    visible = kept.get(catalogue.by_kind()[view.kind], audience, filters, today=today)
    text = f"{view.title} {view.summary}".strip()[:_LONGEST_QUERY]
    if not text:
        return []
    allowed = visible.allowed & (visible.known["id"] != view.id).to_numpy()
    codes = index.search(
        view.kind,
        text,
        codes=visible.codes,
        allowed=allowed,
        most=most,
        # A whole text has some word in common with everything.
        by_words=not index.knows_meaning(view.kind),
    )
    found = visible.rows.filter(pl.col("code").is_in(codes)).select("code", "id")
    ids = dict(found.iter_rows())
    return views_by_id(audience, [ids[code] for code in codes])
