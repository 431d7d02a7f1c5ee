"""Noting in the audit trail that somebody saw confidential fields."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.audit.models import Entry
from terrace_web.market.redaction import RecordView

_ACTION = "record:sight"


def note_sight(view: RecordView, *, by: User | AnonymousUser, now: datetime) -> None:
    """Record it once a day, where confidential fields are filled and the reader is no owner."""
    if view.is_mine or not isinstance(by, User) or not view.shown("confidential"):
        return
    subject = f"{view.kind} {view.code}"
    morning = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    seen = Entry.objects.filter(action=_ACTION, subject=subject, user=by, at__gte=morning)
    if not seen.exists():
        record_audit(_ACTION, by=by, now=now, subject=subject)
