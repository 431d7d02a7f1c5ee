"""Reading the market: the only ways to get at records."""

from django.db.models import QuerySet
from django.http import Http404

from terrace_web.accounts.audience import Audience
from terrace_web.flows.models import Event
from terrace_web.market.models import Record
from terrace_web.market.redaction import RecordView, view_for, views_for
from terrace_web.permissions import require, rows


def visible_to(audience: Audience, permission: str = "market:record:see") -> QuerySet[Record]:
    """The records this audience may see (or for which another permission holds)."""
    return Record.objects.filter(rows(permission, audience)).select_related(
        "run", "owner", "manager"
    )


def get_record(audience: Audience, code: str, permission: str = "market:record:see") -> Record:
    """The record with this code.

    Raises:
        Http404: there is none, or it is not visible to the audience; both look alike.
        PermissionDenied: it is visible, but the permission does not hold.
    """
    record = visible_to(audience).filter(code=code).first()
    if record is None:
        raise Http404
    require(audience, permission, record)
    return record


def get_view(audience: Audience, code: str) -> RecordView:
    """The record with this code as the audience sees it.

    Raises:
        Http404: there is none, or it is not visible to the audience.
    """
    return view_for(audience, get_record(audience, code))


def views_by_id(audience: Audience, ids: list[int]) -> list[RecordView]:
    """The visible ones among these records, in the order given."""
    found = {record.pk: record for record in visible_to(audience).filter(pk__in=ids)}
    return views_for(audience, (found[pk] for pk in ids if pk in found))


def returned_with(record: Record) -> Event | None:
    """How a reviewer gave the record back, while that is the last that happened to it."""
    last = record.run.events.select_related("by").order_by("-at", "-pk").first()
    return last if last is not None and last.move == "return" else None
