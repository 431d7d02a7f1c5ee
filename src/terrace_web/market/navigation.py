"""The market's lines in the sidebar."""

from django.utils.translation import gettext_lazy as _

from terrace_web.market.display import KIND_ICONS, KIND_PLURALS, SLUGS
from terrace_web.ui.navigation import Entry

_SHORTCUTS = {
    "achievement": "g a",
    "need": "g n",
    "company": "g c",
    "expert": "g e",
    "equipment": "g q",
    "service": "g s",
}
ENTRIES = [
    *(
        Entry(
            KIND_PLURALS[kind],
            f"market:{slug}",
            KIND_ICONS[kind],
            shortcut=_SHORTCUTS.get(kind, ""),
            order=10 + place,
        )
        for place, (kind, slug) in enumerate(SLUGS.items())
    ),
    Entry(
        _("My records"),
        "market:mine",
        "file-text",
        "managers:registry",
        "work",
        shortcut="g m",
        order=40,
    ),
    Entry(
        _("Requests for access"),
        "market:access",
        "key",
        "managers:registry",
        "organisation",
        shortcut="g k",
        order=20,
    ),
    Entry(
        _("Review"),
        "market:review",
        "checklist",
        "market:review",
        "work",
        shortcut="g v",
        order=20,
    ),
]
