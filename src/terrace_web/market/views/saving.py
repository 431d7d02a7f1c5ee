"""Saving what a form says over what somebody else saved meanwhile: nothing of either is lost."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from terrace_web.market.actions import editable_values, save_record
from terrace_web.market.conflicts import Clash, list_clashes, meet, read_choices
from terrace_web.market.errors import EditConflict, NotEditable
from terrace_web.market.forms import RecordForm
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import view_for


def save_form(request: HttpRequest, record: Record, form: RecordForm) -> HttpResponse:
    """Save it; what two changed in different fields goes together, the rest is asked.

    Raises:
        NotEditable: the record is no draft any more.
    """
    try:
        store(request, record, form)
    except EditConflict:
        return _bring_together(request, record.code, form)
    messages.success(request, _("The draft is saved."))
    return redirect(after_saving(request), record.code)


@login_required
@require_POST
def resolve_conflict(request: HttpRequest, code: str) -> HttpResponse:
    """Save what the user chose field by field between the two texts."""
    record = get_record(request.audience, code, "market:record:edit")
    form = RecordForm(record.kind, request.POST)
    form.is_valid()
    chosen = read_choices(request.POST)
    asked = {*request.POST.getlist("asked"), *chosen}
    try:
        if asked <= set(chosen):
            store(request, record, form, only={name for name, is_mine in chosen.items() if is_mine})
            messages.success(request, _("The draft is saved."))
            return redirect("market:edit", code)
    except NotEditable as error:
        # The page comes again, so that what was typed can still be copied.
        messages.error(request, str(error))
    except EditConflict:
        record.refresh_from_db()
    return _ask(request, form, record, list_clashes(form, editable_values(record), asked), set())


def store(
    request: HttpRequest,
    record: Record,
    form: RecordForm,
    *,
    by_itself: bool = False,
    only: Collection[str] | None = None,
    version: int | None = None,
) -> Record:
    """Store the form, or some fields of it; ``version`` is the form's where it is not given.

    Raises:
        EditConflict, NotEditable: see ``save_record``.
    """
    values: Mapping[str, Any] = form.values()
    levels: Mapping[str, str] = form.levels()
    language = form.cleaned_data.get("language")
    if only is not None:
        values = {name: value for name, value in values.items() if name in only}
        levels = {group: level for group, level in levels.items() if f"{group}_level" in only}
        language = language if "language" in only else None
    return save_record(
        record.code,
        by=request.user,
        audience=request.audience,
        values=values,
        levels=levels,
        language=language,
        version=version or form.cleaned_data.get("version"),
        by_itself=by_itself,
        now=timezone.now(),
    )


def _bring_together(request: HttpRequest, code: str, form: RecordForm) -> HttpResponse:
    record = get_record(request.audience, code, "market:record:edit")
    begun = record.versions.filter(number=form.cleaned_data["version"]).first()
    met = meet(form, editable_values(record), begun.values if begun else None)
    if met.clashes:
        return _ask(request, form, record, met.clashes, met.mine)
    try:
        store(request, record, form, only=met.mine, version=record.version)
    except EditConflict:
        return _bring_together(request, code, form)
    messages.success(
        request,
        _("The draft is saved, together with what was saved elsewhere in other fields meanwhile."),
    )
    return redirect(after_saving(request), code)


def after_saving(request: HttpRequest) -> str:
    """The page that follows: the record's, or the form again."""
    return "market:record" if "close" in request.POST else "market:edit"


def _ask(
    request: HttpRequest,
    form: RecordForm,
    record: Record,
    clashes: list[Clash],
    mine: Collection[str],
) -> HttpResponse:
    """Which text holds, field by field; ``mine`` are the fields only the user changed."""
    last = record.versions.select_related("saved_by").order_by("-number").first()
    chosen = read_choices(request.POST)
    kept = {*mine, *(name for name, is_mine in chosen.items() if is_mine)}
    context = {
        "view": view_for(request.audience, record),
        "clashes": clashes,
        "mine": sorted(kept - {each.name for each in clashes}),
        "posted": [
            (name, value)
            for name in form.fields
            if name != "version"
            for value in request.POST.getlist(name)
        ],
        "saved_by": last.saved_by if last else None,
        "saved_at": record.updated_at,
    }
    return render(request, "market/conflict.html", context, status=409)
