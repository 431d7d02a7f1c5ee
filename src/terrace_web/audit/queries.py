"""Searching the audit trail."""

from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils import timezone

from terrace_web.audit.models import Entry


def search_entries(
    *, who: str = "", action: str = "", subject: str = "",
    since: date | None = None, until: date | None = None,
) -> QuerySet[Entry]:  # fmt: skip
    """The entries that fit all that is given; texts fit anywhere, days are whole."""
    found = Entry.objects.all()
    if who:
        found = found.filter(Q(who__icontains=who))
    if action:
        found = found.filter(action__startswith=action)
    if subject:
        found = found.filter(subject__icontains=subject)
    if since:
        found = found.filter(at__gte=_morning(since))
    if until:
        found = found.filter(at__lte=timezone.make_aware(datetime.combine(until, time.max)))
    return found


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
