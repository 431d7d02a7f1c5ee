"""The navigation: each app's module ``navigation`` lists its entries.

ENTRIES = [Entry(_("Match desk"), "matching:desk", "target-arrow", "matching:desk", "work")]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from terrace_web.permissions import may

SECTIONS = {
    "market": _("Market"),
    "work": _("Work"),
    "zone": _("Zone"),
    "administration": _("Administration"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to go: label, name of its URL, icon, the permission it takes (None: anybody)."""

    label: str
    url_name: str
    icon: str
    permission: str | None = None
    section: str = "market"
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is shown on a page."""

    label: str
    url: str
    icon: str
    is_current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The sections of the navigation with the links this user may follow."""
    audience = getattr(request, "audience", None)
    if audience is None:
        return {"navigation": []}
    sections = []
    for section, title in SECTIONS.items():
        links = [
            _link(request, entry)
            for entry in registered_entries()
            if entry.section == section
            and (entry.permission is None or may(audience, entry.permission).allowed)
        ]
        if shown := [link for link in links if link]:
            sections.append({"title": title, "links": shown})
    return {"navigation": sections}


@cache
def registered_entries() -> Sequence[Entry]:
    """The entries of all apps, in the order of the installed apps."""
    found: list[Entry] = []
    for app in apps.get_app_configs():
        name = f"{app.name}.navigation"
        if app.name.startswith("terrace_web.") and name != __name__ and find_spec(name):
            found.extend(import_module(name).ENTRIES)
    return found


def _link(request: HttpRequest, entry: Entry) -> Link | None:
    try:
        url = reverse(entry.url_name, args=entry.arguments)
    except NoReverseMatch:
        return None
    current = request.path == url or (url != "/" and request.path.startswith(url))
    return Link(entry.label, url, entry.icon, current)
