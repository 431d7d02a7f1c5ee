"""The app's entry in the navigation."""

from django.utils.translation import gettext_lazy as _

from terrace_web.ui.navigation import Entry

ENTRIES = [
    Entry(
        _("Backups"),
        "backups:list",
        "archive",
        "backup:restore",
        "administration",
        shortcut="g b",
    )
]
