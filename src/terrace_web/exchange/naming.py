"""What a saved search looks for, in words."""

from collections.abc import Callable, Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from terrace_web.market.display import (
    KIND_PLURALS,
    LANGUAGES,
    field_label,
    term_label,
)
from terrace_web.market.listing import DEADLINE_LABELS, FACET_LABELS, read_filters
from terrace_web.ui.regions import region_label
from terrace_web.ui.templatetags.ui import listed

_LONGEST_NAME = 120
_LABELS: Mapping[str, Callable[[str], object]] = {
    "fields": field_label,
    "terms": term_label,
    "readiness": lambda level: _("Level %(level)s") % {"level": level},
    "language": lambda code: LANGUAGES.get(code, code),
    # Whose records they are may be hidden by now, so that organisations are not named here.
    "owner": lambda _code: FACET_LABELS["owner"],
    "region": region_label,
    "deadline": lambda code: DEADLINE_LABELS.get(code, code),
}


def say_filters(kind: str, query: str) -> list[str]:
    """The words searched for and the values chosen, in the order of the facets."""
    filters = read_filters(kind, QueryDict(query))
    words = [_("“%(words)s”") % {"words": filters.query}] if filters.query else []
    chosen = [
        str(_LABELS[name](value)) for name, values in filters.chosen.items() for value in values
    ]
    return list(dict.fromkeys([*words, *chosen]))


def name_search(kind: str, query: str) -> str:
    """What a search is called until somebody gives it a name."""
    plural, said = str(KIND_PLURALS[kind]), say_filters(kind, query)
    if not said:
        return plural
    return (_("%(kind)s: %(words)s") % {"kind": plural, "words": listed(said)})[:_LONGEST_NAME]
