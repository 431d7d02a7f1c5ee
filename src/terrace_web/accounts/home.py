"""What the start page shows: the market to visitors, the waiting work to members."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.first_steps import Step, first_steps
from terrace_web.accounts.models import Organisation, User
from terrace_web.accounts.organisations import organisations_by_domain
from terrace_web.market.openings import Asked, requests_to_answer
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.search import newest_of
from terrace_web.permissions import may

_SHOWN = 6
_HELPERS = {Organisation.Kind.PROVIDER, Organisation.Kind.INCUBATOR}


@dataclass(frozen=True, slots=True)
class Home:
    """The blocks of the start page; empty ones are not shown.

    ``first_kind`` is what the organisations that its user writes for rather have.
    """

    counts: dict[str, int]
    newest: dict[str, list[RecordView]]
    drafts: list[RecordView] = field(default_factory=list)
    reviews: list[RecordView] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    joinable: list[Organisation] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    first_kind: str = ""


def read_home(audience: Audience, user: User | None, *, today: date) -> Home:
    """The start page as this audience may see it."""
    newest = newest_of(audience, ("achievement", "need"), most=_SHOWN, today=today)
    return Home(
        counts={kind: each.total for kind, each in newest.items()},
        newest={kind: each.views for kind, each in newest.items()},
        drafts=_own_drafts(audience),
        reviews=_reviews(audience),
        asked=requests_to_answer(audience)[:_SHOWN],
        joinable=organisations_by_domain(user) if user else [],
        steps=first_steps(audience),
        first_kind=_first_kind(audience),
    )


def _first_kind(audience: Audience) -> str:
    """Companies have needs, those who help them services, and everybody else achievements."""
    if not audience.edits:
        return ""
    own = set(Organisation.objects.filter(pk__in=audience.edits).values_list("kind", flat=True))
    if own == {Organisation.Kind.COMPANY}:
        return "need"
    return "service" if own <= _HELPERS else "achievement"


def _own_drafts(audience: Audience) -> list[RecordView]:
    drafts = visible_to(audience).filter(run__stage="draft", owner_id__in=audience.edits)
    return [view_for(audience, each) for each in drafts.order_by("-updated_at")[:_SHOWN]]


def _reviews(audience: Audience) -> list[RecordView]:
    """What waits for the reader's review; officers may answer in a manager's place."""
    if not may(audience, "market:review").allowed:
        return []
    waiting = visible_to(audience, "market:record:review").filter(run__stage="in_review")
    urgent = waiting.order_by(F("run__due_on").asc(nulls_last=True), "pk")
    return [view_for(audience, each) for each in urgent[:_SHOWN]]
