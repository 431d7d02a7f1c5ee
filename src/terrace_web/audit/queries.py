"""Searching the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import CLOSED_DOMAIN
from terrace_web.audit.details import say_details
from terrace_web.audit.models import Entry
from terrace_web.audit.naming import Named, Names, name_subject, read_names, subjects_called
from terrace_web.audit.wording import say_action, say_nobody


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry in words: who (with an address where there is an account), did what, to what.

    Whoever did something to their own account is not named a second time in ``subjects``.
    """

    at: datetime
    name: str
    email: str
    action: str
    code: str
    subjects: list[Named]
    details: list[str]


def search_entries(
    audience: Audience, *, who: str = "", action: str = "", subject: str = "",
    since: date | None = None, until: date | None = None,
) -> QuerySet[Entry]:  # fmt: skip
    """The entries that fit all that is given; texts fit anywhere, days are whole.

    ``who`` also finds the address of a failed sign-in; ``action`` is the beginning of a code;
    ``subject`` is looked for in codes and in the names this audience sees instead.
    """
    found = Entry.objects.all()
    if who:
        found = found.filter(Q(who__icontains=who) | Q(details__tried__icontains=who))
    if action:
        found = found.filter(action__startswith=action)
    if subject:
        found = found.filter(_about(subject, audience))
    if since:
        found = found.filter(at__gte=_morning(since))
    if until:
        found = found.filter(at__lte=timezone.make_aware(datetime.combine(until, time.max)))
    return found


def say_entries(entries: Iterable[Entry], audience: Audience) -> list[EntryView]:
    """Entries in the page's language, with names as this audience may know them."""
    listed = list(entries)
    names = read_names(listed, audience)
    return [_say_entry(each, names) for each in listed]


def _say_entry(entry: Entry, names: Names) -> EntryView:
    # The last bracket: what people call themselves may hold one too.
    name, _bracket, email = entry.who.removesuffix(">").rpartition(" <")
    if email.endswith(CLOSED_DOMAIN):
        name, email = gettext("Closed account"), ""
    is_own = entry.subject == f"user {entry.user_id}"
    return EntryView(
        at=entry.at,
        name=name or say_nobody(entry.action),
        email=email,
        action=say_action(entry.action),
        code=entry.action,
        subjects=[] if is_own else name_subject(entry.subject, names),
        details=say_details(entry, names),
    )


def _about(text: str, audience: Audience) -> Q:
    called = subjects_called(text, audience)
    condition = Q(subject__icontains=text) | Q(subject__in=called)
    for subject in called:
        sort, _space, code = subject.partition(" ")
        if sort == "need":
            condition |= Q(subject__startswith=f"pair {code} ")
        elif sort == "achievement":
            condition |= Q(subject__startswith="pair ", subject__endswith=f" {code}")
    return condition


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
