"""The files of a record: listed, added, fetched, deleted."""

import logging
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terrace_web.exchange.attachments import (
    add_attachment,
    attachments_of,
    changeable_groups,
    delete_attachment,
    get_attachment,
    open_attachment,
)
from terrace_web.exchange.errors import UploadRefused
from terrace_web.exchange.forms import AttachmentForm
from terrace_web.exchange.models import Attachment
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.permissions import require
from terrace_web.ui.toasts import add_toast

logger = logging.getLogger(__name__)


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The files that are open to the reader; editors add to them here."""
    if request.method == "POST":
        return _add(request, code)
    return _render(request, code, None)


@require_safe
def download(request: HttpRequest, code: str, attachment_id: int) -> FileResponse:
    """A file, always as a download and never shown in the page."""
    found = open_attachment(
        code, attachment_id, by=request.user, audience=request.audience, now=timezone.now()
    )
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        logger.error("The file of attachment %s is missing: %s", found.pk, found.file.name)
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def delete(request: HttpRequest, code: str, attachment_id: int) -> HttpResponse:
    """Ask, then delete a file."""
    audience = request.audience
    attachment = get_attachment(audience, code, attachment_id)
    require(audience, "market:record:edit", attachment.record)
    if request.method != "POST":
        context = {"record_code": code, "attachment": attachment}
        return render(request, "exchange/attachment_delete.html", context)
    try:
        delete_attachment(code, attachment_id, by=request.user, audience=audience,
                          now=timezone.now())  # fmt: skip
        messages.success(request, _("The file was deleted."))
    except UploadRefused as error:
        messages.error(request, str(error))
    return redirect("exchange:attachments", code)


def file_context(
    view: RecordView, groups: list[str], form: AttachmentForm | None = None
) -> dict[str, Any]:
    """What the list of files needs: files, the form for the groups the user may change."""
    return {
        "view": view,
        "files": attachments_of(view),
        "shows_group": view.is_mine or view.in_charge,
        "changeable": groups,
        "form": form or (AttachmentForm(groups, prefix="file") if groups else None),
        "groups": dict(Attachment.Group.choices),
    }


def _add(request: HttpRequest, code: str) -> HttpResponse:
    record = get_record(request.audience, code, "market:record:edit")
    groups = changeable_groups(request.audience, record)
    form = AttachmentForm(groups, request.POST, request.FILES, prefix="file")
    if form.is_valid():
        try:
            added = add_attachment(
                code,
                form.cleaned_data["file"],
                form.cleaned_data["group"],
                by=request.user,
                audience=request.audience,
                now=timezone.now(),
            )
        except UploadRefused as error:
            form.add_error("file", str(error))
        else:
            return _tell_added(request, code, added.name)
    return _render(request, code, form, status=200 if request.htmx else 422)


def _tell_added(request: HttpRequest, code: str, name: str) -> HttpResponse:
    said = _("%(name)s was added.") % {"name": name}
    if request.htmx:
        return add_toast(_render(request, code, None), said)
    messages.success(request, said)
    return redirect("exchange:attachments", code)


def _render(
    request: HttpRequest, code: str, form: AttachmentForm | None, status: int = 200
) -> HttpResponse:
    template = "exchange/attachments.html" if request.htmx else "exchange/attachments_page.html"
    record = get_record(request.audience, code)
    groups = changeable_groups(request.audience, record)
    context = file_context(view_for(request.audience, record), groups, form)
    return render(request, template, context, status=status)
