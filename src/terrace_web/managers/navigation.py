"""The app's entries in the navigation."""

from django.utils.translation import gettext_lazy as _

from terrace_web.ui.navigation import Entry

ENTRIES = [
    Entry(
        _("Technology managers"),
        "managers:registry",
        "users",
        "managers:registry",
        "zone",
        shortcut="g t",
    ),
    Entry(
        _("Assignments"),
        "managers:proposals",
        "user-check",
        "managers:assign",
        "work",
        shortcut="g p",
    ),
]
