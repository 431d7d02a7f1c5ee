"""The administrators' page of backups."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrace_web.audit.actions import record_audit
from terrace_web.backups.actions import backup_folder
from terrace_web.backups.forms import RestoreForm, UploadForm
from terrace_web.backups.models import Job
from terrace_web.backups.tasks import begin
from terrace_web.permissions import require

_NAME = re.compile(r"[\w.-]+\.tar\.gz")


@require_safe
def list_backups(request: HttpRequest) -> HttpResponse:
    """The backups there are, and what is being done."""
    require(request.audience, "backup:restore")
    return render(request, "backups/list.html", {**_listed(), "upload": UploadForm()})


@require_POST
def start_backup(request: HttpRequest) -> HttpResponse:
    """Begin a backup."""
    require(request.audience, "backup:restore")
    begin(Job.Action.BACKUP, by=request.user)
    messages.info(request, _("The backup has begun; it goes on in the background."))
    return redirect("backups:list")


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take in a backup made elsewhere; the whole of it is checked when it is restored."""
    require(request.audience, "backup:restore")
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "backups/list.html", {**_listed(), "upload": form}, status=422)
    path = form.store(backup_folder())
    record_audit("backup:upload", by=request.user, now=timezone.now(), subject=path.name)
    messages.success(request, _("The file was stored."))
    return redirect("backups:list")


@require_safe
def download(request: HttpRequest, name: str) -> FileResponse:
    """A backup as a file; it holds everything, confidential fields included."""
    require(request.audience, "backup:restore")
    path = _path_of(name)
    record_audit("backup:download", by=request.user, now=timezone.now(), subject=name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, name: str) -> HttpResponse:
    """Ask, then begin a restore."""
    require(request.audience, "backup:restore")
    _path_of(name)
    form = RestoreForm(request.POST or None, zone_name=settings.CONFIG.zone_name)
    if request.method == "POST" and form.is_valid():
        begin(Job.Action.RESTORE, by=request.user, file=name)
        messages.warning(request, _("The restore has begun; wait until it is done."))
        return redirect("backups:list")
    return render(request, "backups/restore.html", {"form": form, "name": name})


@require_POST
def delete(request: HttpRequest, name: str) -> HttpResponse:
    """Let go of a backup: they hold everything, and take room."""
    require(request.audience, "backup:restore")
    if (backup_folder() / name).exists():
        _path_of(name).unlink()
        record_audit("backup:delete", by=request.user, now=timezone.now(), subject=name)
    messages.success(request, _("The backup %(name)s is gone.") % {"name": name})
    return redirect("backups:list")


def _listed() -> dict[str, Any]:
    files = [
        {"name": each.name, "size": each.stat().st_size, "at": _made_at(each)}
        for each in sorted(backup_folder().glob("*.tar.gz"), reverse=True)
    ]
    jobs = list(Job.objects.all()[:10])
    return {"files": files, "jobs": jobs, "is_busy": any(not job.is_over for job in jobs)}


def _made_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, timezone.get_current_timezone())


def _path_of(name: str) -> Path:
    path = backup_folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return path
