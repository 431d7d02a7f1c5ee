"""The app's entries in the navigation."""

from django.utils.translation import gettext_lazy as _

from terrace_web.ui.navigation import Entry

ENTRIES = [
    Entry(_("Organisations"), "organisations", "building-community", "managers:registry", "zone"),
    Entry(_("People"), "people", "users-group", "accounts:people", "administration"),
]
