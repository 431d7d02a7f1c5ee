"""What a saved search looks for, in words."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from terrace_web.market.display import KIND_PLURALS
from terrace_web.market.listing import FACET_LABELS, label_of, read_filters
from terrace_web.ui.templatetags.ui import listed

_LONGEST_NAME = 120


def say_filters(kind: str, query: str) -> list[str]:
    """The words searched for and the values chosen, in the order of the facets."""
    filters = read_filters(kind, QueryDict(query))
    words = [_("“%(words)s”") % {"words": filters.query}] if filters.query else []
    chosen = [
        _say_value(name, value) for name, values in filters.chosen.items() for value in values
    ]
    return list(dict.fromkeys([*words, *chosen]))


def name_search(kind: str, query: str) -> str:
    """What a search is called until somebody gives it a name."""
    plural, said = str(KIND_PLURALS[kind]), say_filters(kind, query)
    if not said:
        return plural
    return (_("%(kind)s: %(words)s") % {"kind": plural, "words": listed(said)})[:_LONGEST_NAME]


def _say_value(name: str, value: str) -> str:
    # Whose records they are may be hidden by now, so that organisations are not named here.
    return str(FACET_LABELS[name]) if name == "owner" else label_of(name, value, {})
