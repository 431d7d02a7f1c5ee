"""What a list page shows beside its records: facets with labels, chips, orders, cards."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from terrace_web.accounts.models import Organisation
from terrace_web.market.display import (
    KIND_ICONS,
    KIND_PLURALS,
    LANGUAGES,
    Label,
    field_label,
    term_label,
)
from terrace_web.market.facets import FACETS, Filters
from terrace_web.market.highlighting import cut_snippet, has_words, highlight
from terrace_web.market.models import Record
from terrace_web.market.redaction import RecordView
from terrace_web.market.search import Page
from terrace_web.ui.regions import region_label

FACET_LABELS: Mapping[str, Label] = {
    "fields": gettext_lazy("Field"),
    "readiness": gettext_lazy("Readiness"),
    "terms": gettext_lazy("Terms"),
    "owner": gettext_lazy("Owner"),
    "region": gettext_lazy("Region"),
    "language": gettext_lazy("Language"),
    "deadline": gettext_lazy("Deadline"),
}
DEADLINE_LABELS: Mapping[str, Label] = {
    "month": gettext_lazy("Within a month"),
    "quarter": gettext_lazy("Within three months"),
    "open": gettext_lazy("After three months"),
    "past": gettext_lazy("Past"),
}
ORDERS: Mapping[str, Label] = {
    "best": gettext_lazy("Best match"),
    "newest": gettext_lazy("Newest first"),
    "updated": gettext_lazy("Last changed"),
    "deadline": gettext_lazy("Deadline"),
    "readiness": gettext_lazy("Readiness"),
    "title": gettext_lazy("Title"),
}
_ORDERS_OF = {"deadline": ("need",), "readiness": ("achievement", "need")}
_LONGEST_QUERY = 400
_MOST_VALUES = 12
_CHECKED = {True: mark_safe(" checked"), False: ""}
_CHECK_BOX = (
    '<label class="form-check facet-value"><input class="form-check-input" type="checkbox"'
    ' name="{0}" value="{1}" id="facet-{0}-{2}"{3}><span class="form-check-label">{4}</span>'
    '<span class="facet-count">{5}</span></label>'
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet with the number of records that have it."""

    value: str
    label: str
    count: int
    checked: bool

    def draw(self, facet: str) -> SafeString:
        """Its check box; a list has a hundred of them, too many for a template each."""
        return _draw_box(facet, self)


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values; ``more`` are those beyond the first twelve."""

    name: str
    label: str
    values: tuple[Value, ...]
    more: tuple[Value, ...]

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(each.checked for each in (*self.values, *self.more))

    @property
    def boxes(self) -> SafeString:
        """The check boxes of ``values``."""
        return SafeString("".join(each.draw(self.name) for each in self.values))

    @property
    def more_boxes(self) -> SafeString:
        """The check boxes of ``more``."""
        return SafeString("".join(each.draw(self.name) for each in self.more))


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value, with the query of the same list without it."""

    facet: str
    label: str
    query: str


# They change with a record's publication; most lists show them again as they were.
@lru_cache(maxsize=5_000)
def _draw_box(facet: str, value: Value) -> SafeString:
    return format_html(
        _CHECK_BOX, facet, value.value, slugify(value.value), _CHECKED[value.checked],
        value.label, value.count,
    )  # fmt: skip


def read_filters(kind: str, given: QueryDict, *, mine: bool = False) -> Filters:
    """What the address asks for; whatever makes no sense is left out."""
    chosen = {name: tuple(dict.fromkeys(given.getlist(name)))[:20] for name in FACETS}
    order, page = given.get("order", "best"), given.get("page", "1")
    return Filters(
        kind=kind,
        query=given.get("q", "").strip()[:_LONGEST_QUERY],
        chosen={name: values for name, values in chosen.items() if values},
        mine=mine,
        order=order if order in ORDERS else "best",
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def list_facets(page: Page, language: str) -> list[Facet]:
    """The facets that can narrow this list, with labels; a chosen value always stays."""
    owners = _owner_names([value for value, _count in page.facets["owner"]], language)
    found = []
    for name in FACET_LABELS:
        values = _values_of(name, page, owners)
        if values and _tells_apart(name, values, page):
            few = [each for place, each in enumerate(values) if place < _MOST_VALUES]
            rest = [each for each in values if each not in few]
            shown = few + [each for each in rest if each.checked]
            more = [each for each in rest if not each.checked]
            found.append(Facet(name, str(FACET_LABELS[name]), tuple(shown), tuple(more)))
    return found


def _tells_apart(name: str, values: Sequence[Value], page: Page) -> bool:
    """Companies mostly belong to themselves: their owners are the list once more."""
    is_itself = name == "owner" and page.filters.kind == "company"
    return not is_itself or any(each.checked for each in values)


def list_chips(facets: Iterable[Facet], given: QueryDict) -> list[Chip]:
    """The chosen values, each with the address that drops it."""
    return [
        Chip(facet.label, value.label, _without(given, facet.name, value.value))
        for facet in facets
        for value in (*facet.values, *facet.more)
        if value.checked
    ]


def orders_of(filters: Filters) -> list[tuple[str, Label, bool]]:
    """The orders that make sense for a list: name, label, and whether it is the chosen one.

    Where nothing is searched the best are the newest, and are called so.
    """
    labels = {n: label for n, label in ORDERS.items() if _fits_kind(n, filters.kind)}
    chosen = filters.order
    if not filters.query:
        labels["best"] = labels.pop("newest")
        chosen = "best" if chosen == "newest" else chosen
    return [(name, label, name == chosen) for name, label in labels.items()]


def _fits_kind(order: str, kind: str) -> bool:
    return kind in _ORDERS_OF.get(order, (kind,))


def card_of(view: RecordView, query: str = "", *, shows_stage: bool = False) -> dict[str, Any]:
    """A record as ``record_card`` shows it, words of the query marked."""
    text, text_language = _best_text(view, query)
    return {
        "title": highlight(view.title_first, query) if view.title_first else _("Untitled"),
        "title_language": view.language_first,
        "title_second": highlight(view.title_second, query),
        "url": reverse("market:record", args=[view.code]),
        "icon": KIND_ICONS[view.kind],
        "kind_label": Record.Kind(view.kind).label if shows_stage else "",
        "summary": highlight(cut_snippet(text, query), query),
        "summary_language": text_language,
        "owner": view.owner.name if view.owner else "",
        "is_blind": view.is_blind,
        "stage": view.stage if shows_stage else "",
        "readiness": view.values.get("readiness"),
        "fields": [field_label(code) for code in (view.values.get("fields") or [])[:3]],
        "language": view.language,
        "meta": _dates_of(view),
    }


def cards_of(views: Sequence[RecordView], query: str = "") -> list[dict[str, Any]]:
    """``card_of`` for each."""
    return [card_of(view, query) for view in views]


def plural_of(kind: str) -> str:
    """What several records of a kind are called."""
    return str(KIND_PLURALS[kind])


def _dates_of(view: RecordView) -> list[tuple[str, str]]:
    deadline = view.values.get("deadline")
    if not deadline:
        return []
    return [(_("Deadline"), formats.date_format(deadline, "DATE_FORMAT"))]


def _best_text(view: RecordView, query: str) -> tuple[str, str]:
    """The text that has the words looked for, else the one the reader reads best; its language."""
    reader, own = get_language() or "en", view.language
    body = str(view.values.get("body") or "")
    texts = [(view.summary_read, reader), (view.summary, own), (body, own)]
    filled = [each for each in texts if each[0]] or [("", own)]
    return next((each for each in filled if query and has_words(each[0], query)), filled[0])


def _values_of(name: str, page: Page, owners: Mapping[str, str]) -> list[Value]:
    chosen = page.filters.chosen.get(name, ())
    counted = dict(page.facets[name])
    missing = {value: 0 for value in chosen if value not in counted}
    return [
        Value(value, label_of(name, value, owners), count, value in chosen)
        for value, count in {**counted, **missing}.items()
    ]


def label_of(name: str, value: str, owners: Mapping[str, str]) -> str:
    """What a value of a facet is called; ``owners`` are the names of those that may be named."""
    labels: Mapping[str, Callable[[str], object]] = {
        "fields": field_label,
        "terms": term_label,
        "owner": lambda code: owners.get(code, code),
        "readiness": lambda level: _("Level %(level)s") % {"level": level},
        "language": lambda code: LANGUAGES.get(code, code),
        "region": region_label,
        "deadline": lambda code: DEADLINE_LABELS.get(code, code),
    }
    return str(labels.get(name, str)(value))


def _owner_names(ids: Sequence[str], language: str) -> dict[str, str]:
    """Only of owners that were counted, which are those the user may see."""
    named = Organisation.objects.only("name", "name_zh")
    found = named.in_bulk([int(each) for each in ids]) if ids else {}
    return {str(pk): each.name_in(language) for pk, each in found.items()}


def _without(given: QueryDict, name: str, value: str) -> str:
    changed = given.copy()
    changed.pop("page", None)
    changed.setlist(name, [each for each in changed.getlist(name) if each != value])
    return f"?{changed.urlencode()}"
