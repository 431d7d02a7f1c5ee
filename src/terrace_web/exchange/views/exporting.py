"""Exports of lists and records, and the page to print."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from terrace_web.exchange.exporting import FORMATS, export_record, export_records
from terrace_web.exchange.tables import CONTENT_TYPES, as_csv, as_json, as_xlsx, dump, record_json
from terrace_web.market.kinds import KINDS
from terrace_web.market.listing import read_filters
from terrace_web.market.queries import get_view
from terrace_web.market.sight import note_sight
from terrace_web.market.views.detail import record_context


@require_safe
@login_required
def export_list(request: HttpRequest, kind: str, file_format: str) -> HttpResponseBase:
    """The records of a list with its filters as a file."""
    if kind not in KINDS or file_format not in FORMATS:
        raise Http404
    now = timezone.now()
    filters = read_filters(kind, request.GET, mine="mine" in request.GET)
    views = export_records(
        filters, file_format, by=request.user, audience=request.audience, now=now
    )
    name = f"{kind}-{timezone.localdate(now).isoformat()}.{file_format}"
    content_type = CONTENT_TYPES[file_format]
    if file_format == "xlsx":
        book = as_xlsx(kind, views)
        return FileResponse(book, as_attachment=True, filename=name, content_type=content_type)
    write = as_csv if file_format == "csv" else as_json
    response = StreamingHttpResponse(write(kind, views), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@login_required
def export_one(request: HttpRequest, code: str) -> HttpResponse:
    """A record as JSON."""
    view = export_record(code, by=request.user, audience=request.audience, now=timezone.now())
    text = dump(record_json(view), indent=2)
    response = HttpResponse(text, content_type=CONTENT_TYPES["json"])
    response["Content-Disposition"] = f'attachment; filename="{view.code}.json"'
    return response


@require_safe
def print_record(request: HttpRequest, code: str) -> HttpResponse:
    """A record without anything around it, to be printed."""
    view = get_view(request.audience, code)
    note_sight(view, by=request.user, now=timezone.now())
    address = settings.CONFIG.base_url.rstrip("/") + reverse("market:record", args=[code])
    context = {**record_context(view), "printed_at": timezone.now(), "address": address}
    return render(request, "exchange/print.html", context)
