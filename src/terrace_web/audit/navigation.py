"""The app's entry in the navigation."""

from django.utils.translation import gettext_lazy as _

from terrace_web.ui.navigation import Entry

ENTRIES = [
    Entry(
        _("Audit trail"),
        "audit:search",
        "list-check",
        "audit:search",
        "administration",
        shortcut="g y",
    )
]
