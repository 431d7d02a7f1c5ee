"""The app's entries in the navigation."""

from django.utils.translation import gettext_lazy as _

from terrace_web.ui.navigation import Entry

ENTRIES = [
    Entry(
        _("Organisations"),
        "organisations",
        "building-community",
        "managers:registry",
        "zone",
        shortcut="g o",
    ),
    Entry(
        _("People"),
        "people",
        "users-group",
        "accounts:people",
        "administration",
        shortcut="g u",
    ),
]
