"""Exports: what a list shows, as a file, and a note of who took it."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.exchange.planning import batches
from terrace_web.market.facets import Filters
from terrace_web.market.queries import get_view, views_by_id
from terrace_web.market.redaction import RecordView
from terrace_web.market.search import search_ids
from terrace_web.market.sight import note_sight
from terrace_web.permissions import require

FORMATS = ("csv", "xlsx", "json")
_BATCH = 200


def export_records(
    filters: Filters, file_format: str, *, by: User, audience: Audience, now: datetime
) -> Iterator[RecordView]:
    """All records that a list with these filters shows, in its order, as the user sees them.

    The audit trail says at once how many are taken, and for each record whose
    confidential part goes along that it was seen.

    Raises:
        PermissionDenied: the user is not signed in.
    """
    require(audience, "market:export")
    ids = search_ids(audience, filters, today=timezone.localdate(now))
    details = {"kind": filters.kind, "format": file_format, "records": len(ids),
               "filters": sorted(filters.chosen), "searched": bool(filters.query)}  # fmt: skip
    record_audit("market:export", by=by, now=now, subject=filters.kind, details=details)
    return _views(audience, ids, by, now)


def export_record(code: str, *, by: User, audience: Audience, now: datetime) -> RecordView:
    """One record as the user sees it.

    Raises:
        Http404: it is not visible to the user.
        PermissionDenied: the user is not signed in.
    """
    require(audience, "market:export")
    view = get_view(audience, code)
    details = {"format": "json", "records": 1, "groups": sorted(view.groups)}
    subject = f"{view.kind} {view.code}"
    record_audit("market:export", by=by, now=now, subject=subject, details=details)
    note_sight(view, by=by, now=now)
    return view


def _views(audience: Audience, ids: list[int], by: User, now: datetime) -> Iterator[RecordView]:
    for batch in batches(ids, _BATCH):
        for view in views_by_id(audience, batch):
            note_sight(view, by=by, now=now)
            yield view
