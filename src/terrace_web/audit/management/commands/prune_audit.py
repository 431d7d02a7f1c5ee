"""``terrace-web prune_audit``: let go of entries older than they have to be kept."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from terrace_web.audit.actions import record_audit
from terrace_web.audit.models import Entry


class Command(BaseCommand):
    """Prune the audit trail by TERRACE_AUDIT_YEARS."""

    help = "Delete audit entries older than TERRACE_AUDIT_YEARS; that is recorded too."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Delete, record, and say how many."""
        now = timezone.now()
        oldest = now.replace(year=now.year - settings.CONFIG.audit_years, day=min(now.day, 28))
        deleted, _by_table = Entry.objects.filter(at__lt=oldest).delete()
        record_audit("audit:prune", by=None, now=now, details={"entries": deleted})
        self.stdout.write(f"{deleted} entries from before {oldest:%Y-%m-%d} deleted")
