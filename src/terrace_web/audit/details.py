"""The details of entries in words; the trail itself keeps codes."""

from collections.abc import Callable, Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.models import Grant, Membership, Organisation
from terrace_web.api.models import SCOPES
from terrace_web.audit.models import Entry
from terrace_web.audit.naming import Names
from terrace_web.audit.wording import say_actions_of
from terrace_web.market.display import GROUP_LABELS, KIND_PLURALS, LANGUAGE_LABEL
from terrace_web.market.kinds import KINDS, fields_of
from terrace_web.market.listing import FACET_LABELS
from terrace_web.matching.models import Decision
from terrace_web.ui.templatetags.ui import listed

LABELS: Mapping[str, Promise] = {
    "kind": _("Kind"),
    "format": _("Format"),
    "records": _("Records"),
    "filters": _("Narrowed by"),
    "searched": _("Search words"),
    "groups": _("Parts"),
    "group": _("Part"),
    "basis": _("On the strength of"),
    "nda_version": _("Agreement"),
    "organisation": _("Organisation"),
    "owner": _("Organisation"),
    "role": _("Role"),
    "name": _("Name"),
    "domain": _("Web domain"),
    "scopes": pgettext_lazy("token", "May"),
    "version": _("Version"),
    "fields": _("Changed"),
    "attachment": _("File no."),
    "size": _("Size"),
    "manager": _("Technology manager"),
    "before": _("Before"),
    "proposals": _("Proposals"),
    "cause": _("Reason"),
    "shortlist": _("Shortlisted"),
    "reject": _("Rejected"),
    "later": _("Put off"),
    "needs": _("Needs with a shortlisted match"),
    "fewest": _("Needed at least"),
    "new": _("New"),
    "updated": _("Changed"),
    "unchanged": _("Unchanged"),
    "kept": _("Kept as they were"),
    "removed": _("Removed"),
    "left": _("Left in place"),
    "rows": _("Rows"),
    "entries": _("Entries"),
    "address": _("E-mail address"),
    "address_now": _("E-mail address"),
    "provider": _("Single sign-on"),
    "tried": _("E-mail address"),
    "who": _("Who"),
    "action": _("Action"),
    "subject": pgettext_lazy("audit", "About"),
    "since": _("From"),
    "until": _("Until"),
}
"""What each detail is called, in the order they are said in."""

Say = Callable[[Any, Entry, Names], str]
_PLACES = {name: place for place, name in enumerate(LABELS)}
_FORMATS = {"csv": "CSV", "json": "JSON", "xlsx": "Excel"}
_LEVELS = {f"{group}_level": label for group, label in GROUP_LABELS.items()}
_KINDS_BY_AREA: Mapping[str, Mapping[str, Any]] = {
    "mfa": {**dict(Authenticator.Type.choices), "totp": _("Authenticator app")},
    "registration": dict(Organisation.Kind.choices),
}


def say_details(entry: Entry, names: Names) -> list[str]:
    """``Format: CSV`` and so on; what is empty or no is left out."""
    return [
        gettext("%(label)s: %(said)s") % {"label": LABELS.get(name, name), "said": said}
        for name in sorted(entry.details, key=_place_of)
        if (said := _say(name, entry.details[name], entry, names))
    ]


def _place_of(name: str) -> tuple[int, str]:
    """PostgreSQL keeps no order of its own."""
    return (_PLACES.get(name, len(_PLACES)), name)


def _say(name: str, value: Any, entry: Entry, names: Names) -> str:
    if value in (None, "", []) or value is False:
        return ""
    if name in _SAID:
        return _SAID[name](value, entry, names)
    if value is True:
        return gettext("yes")
    return number_format(value) if isinstance(value, int) else _plain(value)


def _plain(value: Any) -> str:
    return listed(value) if isinstance(value, list) else str(value)


def _words(table: Mapping[str, Any]) -> Say:
    """Says a code, or several, by a table; a code that is not in it as it is."""

    def say(value: Any, _entry: Entry, _names: Names) -> str:
        codes = value if isinstance(value, list) else [value]
        return listed(table.get(str(code), code) for code in codes)

    return say


def _say_kind(value: Any, entry: Entry, _names: Names) -> str:
    area = entry.action.partition(":")[0]
    return str(_KINDS_BY_AREA.get(area, KIND_PLURALS).get(value, value))


def _say_fields(value: Any, entry: Entry, names: Names) -> str:
    kind = entry.subject.partition(" ")[0]
    labels = {each.name: each.label for each in fields_of(kind)} if kind in KINDS else {}
    return _words({**labels, **_LEVELS, "language": LANGUAGE_LABEL})(value, entry, names)


def _say_person(value: Any, _entry: Entry, names: Names) -> str:
    """Somebody; of changed addresses ``before`` is one."""
    return str(names.person(str(value))) if isinstance(value, int) else str(value)


_SAID: Mapping[str, Say] = {
    "kind": _say_kind,
    "format": _words(_FORMATS),
    "filters": _words(FACET_LABELS),
    "groups": _words(GROUP_LABELS),
    "group": _words(GROUP_LABELS),
    "basis": _words(dict(Grant.Basis.choices)),
    "role": _words(dict(Membership.Role.choices)),
    "scopes": _words(SCOPES),
    "cause": _words(dict(Decision.Cause.choices)),
    "fields": _say_fields,
    "size": lambda value, _entry, _names: str(filesizeformat(value)),
    "attachment": lambda value, _entry, _names: str(value),
    "organisation": lambda value, _entry, names: str(names.organisation(str(value))),
    "owner": lambda value, _entry, names: str(names.organisation(str(value))),
    "manager": _say_person,
    "before": _say_person,
    "action": lambda value, _entry, _names: say_actions_of(str(value)),
}
"""How the values are said that are codes."""
