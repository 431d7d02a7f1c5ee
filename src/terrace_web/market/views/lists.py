"""Lists, the search over all kinds, and suggestions while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from terrace_web.market.display import KIND_ICONS, KIND_PLURALS, SLUGS
from terrace_web.market.everywhere import search_kinds
from terrace_web.market.highlighting import highlight
from terrace_web.market.listing import (
    cards_of,
    list_chips,
    list_facets,
    orders_of,
    plural_of,
    read_filters,
)
from terrace_web.market.search import search_market
from terrace_web.market.spelling import meant_anywhere, meant_query

_LONGEST_QUERY = 400
_SHORTEST_WORD = 2
_SUGGESTED = 3


@require_safe
def show_list(request: HttpRequest, kind: str) -> HttpResponse:
    """The records of one kind: searched, filtered, counted, page by page."""
    filters = read_filters(kind, request.GET)
    page = search_market(request.audience, filters, today=timezone.localdate())
    facets = list_facets(page, request.audience.language)
    context = {
        "kind": kind,
        "plural": plural_of(kind),
        "page": page,
        "facets": facets,
        "chips": list_chips(facets, request.GET),
        "cards": cards_of(page.views, filters.query),
        "orders": orders_of(filters),
        "filters": filters,
    }
    if filters.query and not page.total:
        context["meant"] = meant_query(request.audience, filters, today=timezone.localdate())
    part = request.htmx and not request.htmx.history_restore_request
    return render(request, "market/_results.html" if part else "market/list.html", context)


@require_safe
def show_search(request: HttpRequest) -> HttpResponse:
    """What fits in all kinds; without words the way to each of them."""
    text = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    found = search_kinds(request.audience, text, today=timezone.localdate())
    context = {
        "query": text,
        "groups": [_group(each.kind, each.total, cards_of(each.views, text)) for each in found],
        "total": sum(each.total for each in found),
        "meant": ""
        if found
        else meant_anywhere(request.audience, text, today=timezone.localdate()),
        "kinds": [_group(kind, 0, []) for kind in SLUGS],
    }
    return render(request, "market/search.html", context)


@require_safe
def suggest_records(request: HttpRequest) -> HttpResponse:
    """A list box of what fits the letters typed so far, grouped by kind."""
    text = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    is_long = len(text) >= _SHORTEST_WORD or not text.isascii()
    found = search_kinds(
        request.audience,
        text if is_long else "",
        today=timezone.localdate(),
        most=_SUGGESTED,
        counted_to=_SUGGESTED,
    )
    groups = [
        {
            **_group(each.kind, each.total, []),
            "options": [(view, highlight(view.title_first, text)) for view in each.views],
        }
        for each in found
    ]
    return render(request, "market/_suggestions.html", {"groups": groups, "query": text})


def _group(kind: str, total: int, cards: list[dict[str, object]]) -> dict[str, object]:
    return {
        "kind": kind,
        "label": KIND_PLURALS[kind],
        "icon": KIND_ICONS[kind],
        "url_name": f"market:{SLUGS[kind]}",
        "total": total,
        "cards": cards,
    }
