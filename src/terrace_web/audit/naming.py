"""Whom and what entries are about, by name: as far as the reader may see it anyway.

The trail keeps codes. Their names are looked up when it is read, and a record that the
reader may not see stays a code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Organisation, User
from terrace_web.audit.models import Entry
from terrace_web.market.display import KIND_PLURALS
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.permissions import may

PERSON, ORGANISATION, RECORD = "person", "organisation", "record"
_PEOPLE = ("user", "manager")
_KINDS: Mapping[str, str | Promise] = dict(Record.Kind.choices)
_DETAILS = {"organisation": ORGANISATION, "owner": ORGANISATION, "manager": PERSON}
_FOUND_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Named:
    """What it is ('' where its name says so), its name or code, and its page ('' for none)."""

    what: str
    name: str
    url: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people by number, organisations and titles of visible records by code."""

    audience: Audience
    people: Mapping[str, tuple[str, str]]
    organisations: Mapping[str, Organisation]
    records: Mapping[str, str]

    def person(self, number: str) -> Named:
        """Somebody with an account."""
        name, email = self.people.get(number, ("", ""))
        if not name:
            return Named(str(_("Account")), number)
        is_open = may(self.audience, "accounts:people").allowed
        return Named("", name, f"{reverse('people')}?{urlencode({'q': email})}" if is_open else "")

    def organisation(self, code: str) -> Named:
        """An organisation of the zone."""
        found = self.organisations.get(code)
        if found is None:
            return Named(str(_("Organisation")), code)
        return Named(
            "", found.name_in(self.audience.language), reverse("organisation", args=[code])
        )

    def record(self, code: str, kind: str) -> Named:
        """A record by its title, or by its code to who may not see it."""
        title = self.records.get(code)
        url = "" if title is None else reverse("market:record", args=[code])
        return Named(str(_KINDS[kind]), title or code, url)


def read_names(entries: Iterable[Entry], audience: Audience) -> Names:
    """The names behind these entries; three queries, however many there are."""
    mentioned: dict[str, set[str]] = {PERSON: set(), ORGANISATION: set(), RECORD: set()}
    for entry in entries:
        for sort, code in _mentions(entry):
            mentioned[sort].add(code)
    numbers = [int(each) for each in mentioned[PERSON] if each.isdecimal()]
    # As users, not as values: a closed account is called so in the reader's language.
    people = User.objects.filter(pk__in=numbers).only("name", "email", "is_active")
    organisations = Organisation.objects.filter(code__in=mentioned[ORGANISATION])
    records = visible_to(audience).filter(code__in=mentioned[RECORD])
    return Names(
        audience=audience,
        people={str(each.pk): (each.name, each.email) for each in people},
        organisations={each.code: each for each in organisations},
        records=dict(records.values_list("code", "title")),
    )


def name_subject(subject: str, names: Names) -> list[Named]:
    """What a subject such as ``achievement T-1`` stands for; one that is no code as it is."""
    sort, _space, rest = subject.partition(" ")
    if rest and sort in _SAID:
        return _SAID[sort](rest, names)
    if rest and sort in _KINDS:
        return [names.record(rest, sort)]
    if subject in KIND_PLURALS:
        return [Named("", str(KIND_PLURALS[subject]))]
    return [Named("", subject)] if subject else []


def subjects_called(text: str, audience: Audience) -> set[str]:
    """The subjects that have this text in the names they are shown by."""
    people = User.objects.filter(name__icontains=text).values_list("pk", flat=True)
    organisations = Organisation.objects.filter(name__icontains=text) | (
        Organisation.objects.filter(name_zh__icontains=text)
    )
    records = visible_to(audience).filter(title__icontains=text).values_list("kind", "code")
    return {
        *(f"{sort} {number}" for number in people[:_FOUND_AT_MOST] for sort in _PEOPLE),
        *(f"organisation {each.code}" for each in organisations[:_FOUND_AT_MOST]),
        *(f"{kind} {code}" for kind, code in records[:_FOUND_AT_MOST]),
    }


def _mentions(entry: Entry) -> Iterator[tuple[str, str]]:
    sort, _space, rest = entry.subject.partition(" ")
    if sort in _PEOPLE:
        yield PERSON, rest
    elif sort == "organisation":
        yield ORGANISATION, rest
    elif sort == "pair":
        yield from ((RECORD, code) for code in rest.split())
    elif sort in _KINDS:
        yield RECORD, rest
    for name, value in entry.details.items():
        if name in _DETAILS:
            yield _DETAILS[name], str(value)
        elif name == "before" and isinstance(value, int):
            yield PERSON, str(value)


def _name_pair(codes: str, names: Names) -> list[Named]:
    need, _space, achievement = codes.partition(" ")
    return [names.record(need, "need"), names.record(achievement, "achievement")]


def _name_training(number: str, names: Names) -> list[Named]:
    is_open = may(names.audience, "matching:train").allowed
    return [Named(str(_("Training")), number, reverse("matching:training") if is_open else "")]


_SAID: Mapping[str, Callable[[str, Names], list[Named]]] = {
    "user": lambda number, names: [names.person(number)],
    "manager": lambda number, names: [names.person(number)],
    "organisation": lambda code, names: [names.organisation(code)],
    "pair": _name_pair,
    "training": _name_training,
    "import": lambda number, _names: [Named(str(_("Import")), number)],
}
"""How each sort of subject is said."""
