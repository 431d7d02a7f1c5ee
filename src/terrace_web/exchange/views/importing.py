"""Importing: choose a file, look at what would happen, decide."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from terrace_web.exchange import tasks
from terrace_web.exchange.completing import begin_submitting, count_imported, undo_import
from terrace_web.exchange.errors import ImportRefused, UploadRefused
from terrace_web.exchange.forms import ImportForm
from terrace_web.exchange.importing import (
    begin_import,
    confirm_import,
    get_import,
)
from terrace_web.exchange.models import Import
from terrace_web.exchange.previews import (
    head_table,
    imported_views,
    outcome_labels,
    refused_views,
    shown_problems,
)
from terrace_web.exchange.specimens import FORMATS, write_specimen
from terrace_web.exchange.tables import CONTENT_TYPES
from terrace_web.exchange.uploads import drop_upload, read_progress
from terrace_web.market.display import KIND_PLURALS
from terrace_web.market.kinds import KINDS
from terrace_web.market.openings import own_organisations
from terrace_web.permissions import require
from terrace_web.ui.cells import neutralised

_SHOWN_PROBLEMS = 200


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The form to upload a file, and the imports of the last time."""
    require(request.audience, "market:import")
    owners = own_organisations(request.audience, edited=True)
    form = ImportForm(
        owners,
        request.POST or None,
        request.FILES or None,
        initial={"owner": owners[0].pk, "kind": request.GET.get("kind", "achievement")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("exchange:import", _begin(request, form).pk)
        except UploadRefused as error:
            form.add_error("file", str(error))
    context = {
        "form": form,
        "imports": Import.objects.filter(user=request.user).select_related("owner")[:10],
        "kinds": [(kind, KIND_PLURALS[kind]) for kind in KINDS],
    }
    status = 422 if form.is_bound else 200
    return render(request, "exchange/import_start.html", context, status=status)


@require_safe
@login_required
def show(request: HttpRequest, import_id: int) -> HttpResponse:
    """Where an import stands: progress, preview, refusal or result."""
    require(request.audience, "market:import")
    job = get_import(request.user, import_id)
    if request.htmx and not job.is_busy:
        return HttpResponseClientRefresh()
    context = {"job": job, "done": read_progress(job.folder), "plural": KIND_PLURALS[job.kind]}
    if request.htmx:
        return render(request, "exchange/_import_progress.html", context)
    return render(request, "exchange/import.html", {**context, **_found(request, job)})


@require_POST
@login_required
def confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    """Store it."""
    require(request.audience, "market:import")
    job = get_import(request.user, import_id)
    try:
        confirm_import(job, now=timezone.now())
    except ImportRefused as error:
        messages.error(request, str(error))
    else:
        tasks.start_storing(job)
    return redirect("exchange:import", import_id)


@require_POST
@login_required
def discard(request: HttpRequest, import_id: int) -> HttpResponse:
    """Forget an import that was not carried out; its file goes at once."""
    job = get_import(request.user, import_id)
    if job.state in (Import.State.READY, Import.State.REFUSED):
        drop_upload(job.folder)
        job.delete()
        messages.success(request, _("The file was discarded; nothing was imported."))
    return redirect("exchange:import_start")


@require_POST
@login_required
def submit(request: HttpRequest, import_id: int) -> HttpResponse:
    """Submit all imported drafts for review."""
    require(request.audience, "market:import")
    job = get_import(request.user, import_id)
    try:
        begin_submitting(job)
    except ImportRefused as error:
        messages.error(request, str(error))
    else:
        tasks.start_submitting(job)
    return redirect("exchange:import", import_id)


@login_required
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    """Ask, then delete the drafts an import made."""
    require(request.audience, "market:import")
    job = get_import(request.user, import_id)
    if request.method != "POST":
        return render(request, "exchange/import_undo.html", {"job": job})
    try:
        undone = undo_import(job, by=request.user, audience=request.audience, now=timezone.now())
    except ImportRefused as error:
        messages.error(request, str(error))
        return redirect("exchange:import", import_id)
    said = ngettext("%(n)s draft was deleted.", "%(n)s drafts were deleted.", undone.removed)
    messages.success(request, said % {"n": undone.removed})
    if undone.left:
        left = ngettext(
            "%(n)s was changed or submitted since and stays.",
            "%(n)s were changed or submitted since and stay.",
            undone.left,
        )
        messages.info(request, left % {"n": undone.left})
    return redirect("exchange:import_start")


@require_safe
@login_required
def list_problems(request: HttpRequest, import_id: int) -> HttpResponse:
    """All problems of an import as CSV, to correct the file by."""
    job = get_import(request.user, import_id)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [_("File"), _("Row"), pgettext("of a form", "Field"), _("What is wrong"), _("What to do")]
    )
    for each in shown_problems(job, len(job.problems)):
        file = _("Mapping of columns") if each.get("in_mapping") else job.file_name
        cells = (file, each["row"], each["field"], each["message"], each["remedy"])
        writer.writerow([neutralised(cell) for cell in cells])
    return _download(text.getvalue().encode("utf-8-sig"), f"problems-{job.pk}", "csv")


@require_safe
@login_required
def specimen(request: HttpRequest, kind: str, file_format: str) -> HttpResponse:
    """An empty file of a kind to fill in."""
    require(request.audience, "market:import")
    if kind not in KINDS or file_format not in FORMATS:
        raise Http404
    return _download(write_specimen(kind, file_format), kind, file_format)


def _begin(request: HttpRequest, form: ImportForm) -> Import:
    said = form.cleaned_data
    job = begin_import(
        said["kind"],
        said["file"],
        owner=said["owner"],
        mapping=said["mapping"],
        by=request.user,
        audience=request.audience,
        now=timezone.now(),
    )
    tasks.start_reading(job, said["file"].size)
    return job


def _found(request: HttpRequest, job: Import) -> dict[str, Any]:
    """What its state calls for."""
    if job.is_busy:
        return {}
    found: dict[str, Any] = {
        "problems": shown_problems(job, _SHOWN_PROBLEMS),
        "more": max(0, len(job.problems) - _SHOWN_PROBLEMS),
        "obstacles": len(job.obstacles),
        "is_over": job.is_over(timezone.now()),
        "outcomes": outcome_labels(job),
        "changes": bool(job.counts.get("new") or job.counts.get("updated")),
    }
    if job.state == Import.State.READY:
        found["head"] = head_table(job)
    if job.state == Import.State.DONE:
        found["cards"] = imported_views(request.audience, job)
        found["refused"] = refused_views(request.audience, job)
        found["drafts"], found["submitted"] = count_imported(job)
    return found


def _download(payload: bytes, name: str, file_format: str) -> HttpResponse:
    response = HttpResponse(payload, content_type=CONTENT_TYPES[file_format])
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response
