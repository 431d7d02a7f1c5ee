"""The sidebar: each app's ``navigation.py`` lists its entries, this module puts them together.

    ENTRIES = [Entry(_("Match desk"), "matching:desk", "target", "matching:desk", "work")]

Entries whose address or permission is not there are left out, so that a half-built app
never takes the other pages down.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.audience import VISITOR, Audience
from terrace_web.permissions import PERMISSIONS, may

SECTIONS = {
    "market": _("Market"),
    "work": _("Work"),
    "organisation": _("My organisation"),
    "zone": _("Zone"),
    "administration": _("Administration"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the sidebar.

    ``permission`` is a code of ``permissions.PERMISSIONS``; None shows the entry to
    everybody. ``section`` is a key of ``SECTIONS``; ``arguments`` are those of the
    address; ``shortcut`` are keys such as "g m"; lower ``order`` comes first.
    """

    label: str | Promise
    url_name: str
    icon: str
    permission: str | None = None
    section: str = "market"
    arguments: tuple[str, ...] = ()
    shortcut: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Link:
    """An entry with its address; ``current`` where the shown page belongs to it."""

    label: str
    url: str
    icon: str
    shortcut: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Links under one heading."""

    key: str
    title: str
    links: tuple[Link, ...]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``navigation``, the sections this user sees; read at its first use."""
    return {"navigation": SimpleLazyObject(lambda: list_sections(request, entries_of_apps()))}


def list_sections(request: HttpRequest, entries: Iterable[Entry]) -> list[Section]:
    """The sections with at least one link, in the order of ``SECTIONS``."""
    audience = getattr(request, "audience", VISITOR)
    shown = [(entry, url) for entry, url in _addressed(entries) if _is_shown(entry, audience)]
    current = _longest_prefix([url for _entry, url in shown], request.path)
    found: dict[str, list[Link]] = {key: [] for key in SECTIONS}
    for entry, url in sorted(shown, key=lambda pair: pair[0].order):
        link = Link(str(entry.label), url, entry.icon, entry.shortcut, url == current)
        found[entry.section].append(link)
    return [Section(key, str(SECTIONS[key]), tuple(links)) for key, links in found.items() if links]


@cache
def entries_of_apps() -> tuple[Entry, ...]:
    """What the installed apps list, each in its module ``navigation``."""
    found: list[Entry] = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "navigation"):
            found.extend(getattr(import_module(f"{config.name}.navigation"), "ENTRIES", ()))
    return tuple(found)


def _addressed(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
    for entry in entries:
        if url := _find_address(entry.url_name, entry.arguments, get_urlconf()):
            yield entry, url


# Every page asks for some twenty of them.
@cache
def _find_address(name: str, arguments: tuple[str, ...], urlconf: str | None) -> str:
    """'' where there is no such address."""
    try:
        return reverse(name, urlconf=urlconf, args=arguments)
    except NoReverseMatch:
        return ""


def _is_shown(entry: Entry, audience: Audience) -> bool:
    if entry.section not in SECTIONS:
        return False
    if entry.permission is None:
        return True
    return entry.permission in PERMISSIONS and may(audience, entry.permission).allowed


def _longest_prefix(urls: Iterable[str], path: str) -> str:
    """The address the page belongs to: the longest that begins the path, whole parts only."""
    fitting = [
        url
        for url in urls
        if path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
    ]
    return max(fitting, key=len, default="")
