"""The market's lines in the sidebar."""

from django.utils.translation import gettext_lazy as _

from terrace_web.market.display import KIND_ICONS, KIND_PLURALS, SLUGS
from terrace_web.ui.navigation import Entry

ENTRIES = [
    *(
        Entry(KIND_PLURALS[kind], f"market:{slug}", KIND_ICONS[kind], order=10 + place)
        for place, (kind, slug) in enumerate(SLUGS.items())
    ),
    Entry(_("My records"), "market:mine", "file-text", "managers:registry", "work", order=40),
    Entry(
        _("Requests for access"),
        "market:access",
        "key",
        "managers:registry",
        "organisation",
        order=20,
    ),
    Entry(_("Review"), "market:review", "checklist", "matching:desk", "work", order=20),
]
