"""The sidebar's entries of this app."""

from django.utils.translation import gettext_lazy as _

from terrace_web.ui.navigation import Entry

ENTRIES = [
    Entry(
        _("Match desk"), "matching:desk", "target-arrow", "matching:desk", "work", shortcut="g d"
    ),
    Entry(_("Landscape"), "matching:map", "map-2", None, "market", shortcut="g l", order=70),
    Entry(
        _("Training"),
        "matching:training",
        "adjustments",
        "matching:train",
        "zone",
        shortcut="g w",
        order=70,
    ),
]
