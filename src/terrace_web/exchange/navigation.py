"""The app's entries in the navigation."""

from django.utils.translation import gettext_lazy as _

from terrace_web.ui.navigation import Entry

ENTRIES = [
    Entry(_("Following"), "exchange:following", "star", "market:follow", "market",
          shortcut="g f", order=70),
    Entry(_("Import"), "exchange:import_start", "upload", "market:import", "organisation",
          shortcut="g i", order=60),
]  # fmt: skip
