"""Records of the same kind that say similar things."""

from datetime import date

from terrace_web.accounts.audience import Audience
from terrace_web.index import queries as index
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters, select_visible
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView

_LONGEST_QUERY = 600


def similar_to(
    audience: Audience, view: RecordView, *, today: date, most: int = 5
) -> list[RecordView]:
    """The visible published records whose public text is nearest, best first."""
    rows = select_visible(catalogue.frame(), audience, Filters(kind=view.kind), today=today)
    allowed = rows.filter(rows["id"] != view.id)
    text = f"{view.title} {view.summary}".strip()[:_LONGEST_QUERY]
    if not allowed.height or not text:
        return []
    codes = index.search(view.kind, text, allowed=allowed["code"], most=most)
    ids = dict(zip(allowed["code"], allowed["id"], strict=True))
    return views_by_id(audience, [ids[code] for code in codes])
