"""Opening groups of fields to organisations, and taking that back."""

from datetime import datetime

from django.db import transaction
from django.http import Http404

from terrace_web.accounts.audience import Audience, Group
from terrace_web.accounts.models import Grant, Organisation, User
from terrace_web.audit.actions import record_audit
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_change
from terrace_web.market.queries import get_record


def open_to(
    code: str,
    organisation: Organisation,
    group: Group,
    *,
    basis: Grant.Basis,
    by: User,
    audience: Audience,
    note: str = "",
    now: datetime,
) -> Grant:
    """Let an organisation see a group of fields; the record's level has to be 'named'.

    Raises:
        PermissionDenied, Http404: the user is no editor of the owning organisation.
    """
    with transaction.atomic():
        record = get_record(audience, code, "market:record:grant")
        grant = Grant.objects.create(
            record=record,
            organisation=organisation,
            group=group,
            basis=basis,
            note=note,
            granted_by=by,
            granted_at=now,
        )
        _record("record:open", grant, record, by=by, now=now)
    return grant


def revoke(grant_id: int, *, by: User, audience: Audience, now: datetime) -> None:
    """Take a grant back; what was seen before stays in the audit trail.

    Raises:
        Http404: there is no such grant on a record of the user's organisations.
    """
    with transaction.atomic():
        grant = Grant.objects.select_related("record", "organisation").filter(pk=grant_id).first()
        if grant is None or grant.revoked_at is not None:
            raise Http404
        record = get_record(audience, grant.record.code, "market:record:grant")
        grant.revoked_at = now
        grant.save(update_fields=["revoked_at"])
        _record("record:close", grant, record, by=by, now=now)


def _record(action: str, grant: Grant, record: Record, *, by: User, now: datetime) -> None:
    details = {
        "organisation": grant.organisation.code,
        "group": grant.group,
        "basis": grant.basis,
    }
    record_audit(action, by=by, now=now, subject=record.subject, details=details)
    note_change(record.pk, now)
