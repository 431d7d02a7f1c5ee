"""The landscape: a map to look at, and the same as a list to read."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terrace_web.market.display import KIND_PLURALS
from terrace_web.matching.documents import send_document
from terrace_web.matching.landscapes import MapFilters, list_map, map_document
from terrace_web.matching.mapping import MAPPED


@require_safe
def show_map(request: HttpRequest) -> HttpResponse:
    """The map of what the reader may see."""
    page = request.GET.get("page", "")
    filters = MapFilters(
        kinds=[kind for kind in request.GET.getlist("kind") if kind in MAPPED],
        fields=request.GET.getlist("fields"),
        words=request.GET.get("q", "")[:200],
        page=int(page) if page.isascii() and page.isdigit() else 1,
    )
    page_shown = list_map(request.audience, filters)
    labels = json.dumps({kind: str(KIND_PLURALS[kind]) for kind in MAPPED})
    context = {"page": page_shown, "filters": filters, "labels": labels}
    return render(request, "matching/map.html", context)


@require_safe
def show_points(request: HttpRequest) -> HttpResponse:
    """The points of the map as data."""
    return send_document(request, map_document(request.audience))
