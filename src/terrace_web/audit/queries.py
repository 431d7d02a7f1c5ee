"""Searching the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from terrace_web.accounts.models import User
from terrace_web.audit.models import Entry
from terrace_web.audit.wording import say_action

_PEOPLE = ("user ", "manager ")


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry in words; ``person`` is the name behind a subject such as ``user 12``."""

    at: datetime
    who: str
    action: str
    code: str
    subject: str
    person: str
    details: dict[str, Any]


def search_entries(
    *, who: str = "", action: str = "", subject: str = "",
    since: date | None = None, until: date | None = None,
) -> QuerySet[Entry]:  # fmt: skip
    """The entries that fit all that is given; texts fit anywhere, days are whole.

    ``who`` also finds the address of a failed sign-in; ``action`` is the beginning of a code.
    """
    found = Entry.objects.all()
    if who:
        found = found.filter(Q(who__icontains=who) | Q(details__tried__icontains=who))
    if action:
        found = found.filter(action__startswith=action)
    if subject:
        found = found.filter(subject__icontains=subject)
    if since:
        found = found.filter(at__gte=_morning(since))
    if until:
        found = found.filter(at__lte=timezone.make_aware(datetime.combine(until, time.max)))
    return found


def say_entries(entries: Iterable[Entry]) -> list[EntryView]:
    """Entries in the page's language, with the names of the people they are about."""
    listed = list(entries)
    names = _names_of(listed)
    return [
        EntryView(
            at=each.at,
            who=each.who,
            action=say_action(each.action),
            code=each.action,
            subject=each.subject,
            person=names.get(each.subject, ""),
            details=each.details,
        )
        for each in listed
    ]


def _names_of(entries: Iterable[Entry]) -> dict[str, str]:
    subjects = {each.subject for each in entries if each.subject.startswith(_PEOPLE)}
    ids = {subject: subject.rsplit(" ", 1)[-1] for subject in subjects}
    numbers = {int(each) for each in ids.values() if each.isdigit()}
    found = dict(User.objects.filter(pk__in=numbers).values_list("pk", "name"))
    return {
        subject: found[int(number)]
        for subject, number in ids.items()
        if number.isdigit() and int(number) in found
    }


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
