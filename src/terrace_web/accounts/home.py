"""What the start page shows: the market to visitors, the waiting work to members."""

from dataclasses import dataclass, field
from datetime import date

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Organisation, User
from terrace_web.accounts.organisations import organisations_by_domain
from terrace_web.market.facets import Filters
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.search import search_market

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Home:
    """The blocks of the start page; empty ones are not shown.

    ``seeks`` says that its user writes for companies alone, who rather have needs.
    """

    counts: dict[str, int]
    newest: dict[str, list[RecordView]]
    drafts: list[RecordView] = field(default_factory=list)
    reviews: list[RecordView] = field(default_factory=list)
    joinable: list[Organisation] = field(default_factory=list)
    seeks: bool = False


def read_home(audience: Audience, user: User | None, *, today: date) -> Home:
    """The start page as this audience may see it."""
    pages = {
        kind: search_market(audience, Filters(kind=kind, order="newest"), today=today)
        for kind in ("achievement", "need")
    }
    return Home(
        counts={kind: page.total for kind, page in pages.items()},
        newest={kind: page.views[:_SHOWN] for kind, page in pages.items()},
        drafts=_own_drafts(audience),
        reviews=_reviews(audience),
        joinable=organisations_by_domain(user) if user else [],
        seeks=_writes_for_companies(audience),
    )


def _writes_for_companies(audience: Audience) -> bool:
    if not audience.edits:
        return False
    own = Organisation.objects.filter(pk__in=audience.edits)
    return set(own.values_list("kind", flat=True)) == {Organisation.Kind.COMPANY}


def _own_drafts(audience: Audience) -> list[RecordView]:
    drafts = visible_to(audience).filter(run__stage="draft", owner_id__in=audience.edits)
    return [view_for(audience, each) for each in drafts.order_by("-updated_at")[:_SHOWN]]


def _reviews(audience: Audience) -> list[RecordView]:
    if audience.user_id is None:
        return []
    waiting = visible_to(audience).filter(run__stage="in_review", manager_id=audience.user_id)
    return [view_for(audience, each) for each in waiting.order_by("run__due_on")[:_SHOWN]]
