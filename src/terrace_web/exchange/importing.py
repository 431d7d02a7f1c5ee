"""Imports: a file is read and shown first, then stored as drafts, whole or not at all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from terrace.errors import InputError, Problem
from terrace.sources import read_mapping
from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.accounts.models import Organisation, User
from terrace_web.audit.actions import record_audit
from terrace_web.exchange.errors import ImportRefused
from terrace_web.exchange.models import HOURS_KEPT, Import, Origin
from terrace_web.exchange.planning import Planned, count_outcomes, plan_import
from terrace_web.exchange.reading import MAPPING, ReadRow, read_file
from terrace_web.exchange.uploads import (
    drop_upload,
    drop_uploads,
    mapping_path,
    note_progress,
    store_upload,
    upload_path,
)
from terrace_web.exchange.wording import say
from terrace_web.market.actions import create_record, save_record
from terrace_web.market.errors import NotEditable
from terrace_web.market.outbox import changed_together
from terrace_web.permissions import may, require

_SHOWN_ROWS = 8
_MOST_PROBLEMS = 5_000
_OTHER_LANGUAGE = ("zh-hans", "en")
State = Import.State


def begin_import(
    kind: str,
    file: UploadedFile,
    *,
    owner: Organisation,
    by: User,
    audience: Audience,
    mapping: UploadedFile | None = None,
    now: datetime,
) -> Import:
    """Keep the file for a day; reading it is the next step.

    Raises:
        UploadRefused: too large, or no format that is known.
        PermissionDenied, Http404: the user is no editor of that organisation.
    """
    require(audience, "market:import")
    if owner.pk not in audience.edits:
        raise Http404
    drop_old_uploads(now)
    return Import.objects.create(
        user=by,
        owner=owner,
        kind=kind,
        file_name=(file.name or "")[-200:],
        folder=store_upload(file, mapping),
        language=audience.language,
        created_at=now,
    )


def get_import(user: User, import_id: int) -> Import:
    """An import of this user.

    Raises:
        Http404: there is none, or it is somebody else's.
    """
    found = Import.objects.filter(user=user, pk=import_id).select_related("owner", "user").first()
    if found is None:
        raise Http404
    return found


def read_import(job: Import) -> None:
    """Read the file and store what the preview shows; ends READY or REFUSED."""
    _look_at(job)
    if job.problems:
        # Whoever changes the language of the page reads them in it.
        other = _OTHER_LANGUAGE[job.language[:2] == "zh"]
        twin = Import(kind=job.kind, owner=job.owner, file_name=job.file_name,
                      folder=job.folder, language=other)  # fmt: skip
        _look_at(twin)
        job.problems = list(map(_in_both, job.problems, twin.problems))
    job.save()


def _look_at(job: Import) -> None:
    with translation.override(job.language):
        try:
            rows, plan = _read_and_plan(job)
        except InputError as error:
            job.problems = [_as_shown(problem, stops=True) for problem in error.problems]
            job.state = State.REFUSED
        else:
            _describe(job, rows, plan)


def _in_both(shown: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {**shown, "other": {name: other[name] for name in ("message", "remedy")}}


def confirm_import(job: Import, *, now: datetime) -> None:
    """Decide to store it; storing is the next step.

    Raises:
        ImportRefused: it has problems, was decided on before, or its file is gone.
    """
    if job.state in (State.STORING, State.DONE, State.SUBMITTING, State.UNDONE):
        raise ImportRefused(_("This import was decided on already."))
    if job.obstacles or job.is_over(now) or upload_path(job.folder) is None:
        raise ImportRefused(_("This import cannot be carried out; upload the file again."))
    # Two clicks store once: only one of them finds the import ready.
    if not Import.objects.filter(pk=job.pk, state=State.READY).update(state=State.STORING):
        raise ImportRefused(_("This import was decided on already."))
    job.state = State.STORING


def store_import(job: Import, *, now: datetime) -> None:
    """Make and change the drafts in one transaction; ends DONE, or REFUSED with nothing done."""
    with translation.override(job.language):
        try:
            with changed_together():
                _store(job, now=now)
        except (InputError, ImportRefused, NotEditable) as error:
            job.problems = [_as_shown(each, stops=True) for each in _problems_of(job, error)]
            job.state, job.made, job.changed = State.REFUSED, {}, []
            job.save()
            return
    drop_upload(job.folder)


def _problems_of(job: Import, error: Exception) -> tuple[Problem, ...]:
    if isinstance(error, InputError):
        return error.problems
    return (Problem(job.file_name, 0, "", str(error), _("Upload the file again")),)


def drop_old_uploads(now: datetime) -> None:
    """Remove the files of imports that nobody decided on for a day."""
    old = Import.objects.filter(created_at__lt=now - timedelta(hours=HOURS_KEPT))
    # One still being stored after a day died with its worker, and its transaction with it.
    waiting = old.filter(state__in=[State.READING, State.READY, State.REFUSED, State.STORING])
    old.filter(state=State.SUBMITTING).update(state=State.DONE)
    drop_uploads(waiting.values_list("folder", flat=True))
    waiting.delete()


def subject_of(job: Import) -> str:
    """How the audit trail names an import."""
    return f"import {job.pk}"


def _read_and_plan(job: Import) -> tuple[list[ReadRow], list[Planned]]:
    path = upload_path(job.folder)
    if path is None:
        raise InputError.of_file(job.file_name, _("is no longer kept"), _("Upload it again"))
    given = mapping_path(job.folder)
    rows = read_file(
        job.kind,
        path,
        name=job.file_name,
        mapping=read_mapping(given) if given else None,
        note_progress=lambda done: note_progress(job.folder, done),
    )
    if not rows:
        message, remedy = _("holds no rows"), _("Write one row below the headings for each record")
        raise InputError.of_file(job.file_name, message, remedy)
    return rows, plan_import(job.kind, job.owner, rows)


def _describe(job: Import, rows: list[ReadRow], plan: list[Planned]) -> None:
    notes = [_as_shown(note, stops=False) for row in rows for note in row.notes]
    notes += [_as_shown(_kept_note(each), stops=False) for each in plan if each.outcome == "kept"]
    problems = [_as_shown(problem, stops=True) for row in rows for problem in row.problems]
    shown = sorted(problems, key=lambda each: each["row"])[:_MOST_PROBLEMS]
    job.problems = shown + sorted(notes, key=lambda each: each["row"])[:_MOST_PROBLEMS]
    job.total = len(rows)
    job.counts = {**count_outcomes(plan), "bad": sum(bool(row.problems) for row in rows)}
    job.head = [_head_row(each) for each in plan[:_SHOWN_ROWS]]
    job.state = State.READY


def _head_row(planned: Planned) -> dict[str, Any]:
    row = planned.row
    return {"row": row.number, "key": row.key, "outcome": planned.outcome, "values": row.values}


def _kept_note(planned: Planned) -> Problem:
    message = _("%(code)s is no draft any more and stays as it is") % {"code": planned.code}
    return Problem("", planned.row.number, "", message, _("Take it back to draft, then import it"))


def _as_shown(problem: Problem, *, stops: bool) -> dict[str, Any]:
    return {
        "row": problem.row,
        "field": problem.field,
        "message": say(problem.message),
        "remedy": say(problem.remedy),
        "stops": stops,
        "in_mapping": Path(problem.file).name in (MAPPING, f"{MAPPING}.yaml"),
    }


def _store(job: Import, *, now: datetime) -> None:
    audience = audience_of(job.user, job.language)
    if not may(audience, "market:import").allowed or job.owner_id not in audience.edits:
        raise ImportRefused(_("You are no editor of this organisation any more."))
    rows, plan = _read_and_plan(job)
    if any(row.problems for row in rows):
        raise ImportRefused(_("The records changed since the preview."))
    note_progress(job.folder, 0)
    for done, planned in enumerate(plan, 1):
        _STEPS[planned.outcome](job, planned, audience, now)
        if done % 25 == 0:
            note_progress(job.folder, done)
    job.counts, job.state, job.done_at = count_outcomes(plan), State.DONE, now
    job.save()
    details = {"kind": job.kind, "owner": job.owner.code, **job.counts}
    record_audit("import:store", by=job.user, now=now, subject=subject_of(job), details=details)


def _make(job: Import, planned: Planned, audience: Audience, now: datetime) -> None:
    row = planned.row
    record = create_record(
        job.kind,
        owner=job.owner,
        by=job.user,
        audience=audience,
        values=row.values,
        levels=row.levels,
        language=row.language,
        now=now,
    )
    if row.key:
        Origin.objects.create(record=record, owner=job.owner, kind=job.kind, number=row.key[:200])
    job.made[str(record.pk)] = record.version


def _change(job: Import, planned: Planned, audience: Audience, now: datetime) -> None:
    record = save_record(
        planned.code,
        by=job.user,
        audience=audience,
        values=planned.row.values,
        levels=planned.row.levels,
        now=now,
    )
    job.changed.append(record.pk)


def _pass(job: Import, planned: Planned, audience: Audience, now: datetime) -> None:
    """Rows that change nothing."""


_STEPS: dict[str, Callable[[Import, Planned, Audience, datetime], None]] = {
    "new": _make,
    "updated": _change,
    "unchanged": _pass,
    "kept": _pass,
}
