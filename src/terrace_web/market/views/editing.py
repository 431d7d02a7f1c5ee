"""Creating and changing records: the form, drafts saved while one types, previews."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terrace_web.accounts.models import Organisation
from terrace_web.market.actions import (
    create_record,
    delete_draft,
    editable_values,
    is_deletable,
)
from terrace_web.market.errors import EditConflict, NotEditable
from terrace_web.market.forms import OwnerForm, RecordForm, first_values, form_values
from terrace_web.market.guard import repeated_passages
from terrace_web.market.kinds import KINDS
from terrace_web.market.listing import plural_of
from terrace_web.market.models import Record
from terrace_web.market.moves import offered_moves
from terrace_web.market.openings import locks_shown, own_organisations
from terrace_web.market.previews import preview_of
from terrace_web.market.publication import describe_moves
from terrace_web.market.queries import get_record, returned_with
from terrace_web.market.redaction import view_for
from terrace_web.market.views.detail import record_context
from terrace_web.market.views.saving import after_saving, save_form, store
from terrace_web.permissions import require


@login_required
def new_record(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty form of a kind; saving makes a draft of one of the user's organisations."""
    require(request.audience, "market:create")
    owners = own_organisations(request.audience, edited=True)
    form = _bound_form(request, kind) or RecordForm(_known(kind), initial=first_values())
    chosen = OwnerForm(owners, request.POST or None)
    if request.method == "POST" and form.is_valid() and chosen.is_valid():
        record = _create(request, form, chosen.cleaned_data["owner"])
        messages.success(request, _("The draft is saved."))
        return redirect(after_saving(request), record.code)
    return render(request, "market/edit.html", _new_context(kind, form, chosen, owners))


@login_required
@require_POST
def save_new_draft(request: HttpRequest, kind: str) -> HttpResponse:
    """Make the draft as soon as something was typed; the page goes on as that draft's."""
    require(request.audience, "market:create")
    form = RecordForm(_known(kind), request.POST)
    chosen = OwnerForm(own_organisations(request.audience, edited=True), request.POST)
    form.is_valid()
    if not chosen.is_valid() or not any(form.values().values()):
        return HttpResponse(status=204)
    record = _create(request, form, chosen.cleaned_data["owner"])
    response = _show_draft_state(request, record, form)
    response["HX-Replace-Url"] = reverse("market:edit", args=[record.code])
    return response


@login_required
def edit_record(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a draft; a second editor's changes are compared, never overwritten."""
    record = get_record(request.audience, code, "market:record:edit")
    form = _bound_form(request, record.kind)
    if form is None:
        if record.run.stage != "draft":
            messages.info(request, str(NotEditable()))
            return redirect("market:record", code)
        form = RecordForm(record.kind, initial=form_values(record, editable_values(record)))
    elif form.is_valid():
        try:
            return save_form(request, record, form)
        except NotEditable as error:
            return _show_stranded(request, record, form, error)
    return render(request, "market/edit.html", _edit_context(request, record, form))


@login_required
@require_POST
def save_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Store what can be read while the user types, and say what cannot."""
    record = get_record(request.audience, code, "market:record:edit")
    form = RecordForm(record.kind, request.POST)
    form.is_valid()
    try:
        saved = store(request, record, form, by_itself=True)
    except (EditConflict, NotEditable) as error:
        context = {"record_code": code, "problem": str(error), "url": _draft_url(code)}
        return render(request, "market/_draft_state.html", context)
    return _show_draft_state(request, saved, form)


@require_safe
@login_required
def preview_record(request: HttpRequest, code: str) -> HttpResponse:
    """The page as a visitor or as another member of the zone would see it."""
    viewer = "member" if request.GET.get("as") == "member" else "visitor"
    record = get_record(request.audience, code, "market:record:history")
    seen = preview_of(record, viewer, request.audience.language)  # type: ignore[arg-type]
    context: dict[str, Any] = {"viewer": viewer, "record_code": code, "title": record.title}
    if seen is not None:
        context |= record_context(seen)
        context["locks"] = locks_shown(seen, record)
    return render(request, "market/preview.html", context)


@login_required
def delete_record(request: HttpRequest, code: str) -> HttpResponse:
    """Delete a draft that was never published, after asking."""
    record = get_record(request.audience, code, "market:record:edit")
    if request.method != "POST" and not is_deletable(record):
        messages.error(request, str(NotEditable()))
        return redirect("market:record", code)
    if request.method == "POST":
        try:
            delete_draft(code, by=request.user, audience=request.audience, now=timezone.now())
        except NotEditable as error:
            messages.error(request, str(error))
            return redirect("market:record", code)
        messages.success(request, _("The draft is deleted."))
        return redirect("market:mine")
    return render(request, "market/delete.html", {"view": view_for(request.audience, record)})


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise Http404
    return kind


def _bound_form(request: HttpRequest, kind: str) -> RecordForm | None:
    return RecordForm(_known(kind), request.POST) if request.method == "POST" else None


def _create(request: HttpRequest, form: RecordForm, owner: Organisation) -> Record:
    return create_record(
        form.kind,
        owner=owner,
        by=request.user,
        audience=request.audience,
        values=form.values(),
        levels=form.levels(),
        language=form.cleaned_data.get("language", ""),
        now=timezone.now(),
    )


def _show_stranded(
    request: HttpRequest, record: Record, form: RecordForm, error: NotEditable
) -> HttpResponse:
    """The record moved on while somebody typed: what was typed is shown once more, to be kept."""
    form.add_error(None, str(error))
    form.add_error(None, _("What you typed stands below, unsaved: copy what you need of it."))
    context = _edit_context(request, record, form)
    return render(request, "market/edit.html", context, status=409)


def _show_draft_state(request: HttpRequest, record: Record, form: RecordForm) -> HttpResponse:
    context = {
        **_guard_context(request, record),
        "record_code": record.code,
        "version": record.version,
        "saved_at": timezone.now(),
        "url": _draft_url(record.code),
        "wrong": [
            (form[name], errors) for name, errors in form.errors.items() if name in form.fields
        ],
    }
    return render(request, "market/_draft_state.html", context)


def _guard_context(request: HttpRequest, record: Record) -> dict[str, Any]:
    moves = describe_moves(
        offered_moves(request.audience, record, timezone.now()), record, request.audience
    )
    return {"moves": moves, "passages": repeated_passages(record)}


def _draft_url(code: str) -> str:
    return reverse("market:save_draft", args=[code])


def _new_context(
    kind: str, form: RecordForm, chosen: OwnerForm, owners: list[Organisation]
) -> dict[str, Any]:
    return {
        "form": form,
        "kind": kind,
        "plural": plural_of(kind),
        "kind_label": Record.Kind(kind).label,
        "owner_form": chosen,
        "asks_owner": len(owners) > 1,
        "url": reverse("market:save_new_draft", args=[kind]),
    }


def _edit_context(request: HttpRequest, record: Record, form: RecordForm) -> dict[str, Any]:
    return {
        **_guard_context(request, record),
        "form": form,
        "kind": record.kind,
        "kind_label": Record.Kind(record.kind).label,
        "view": view_for(request.audience, record),
        "record_code": record.code,
        "url": _draft_url(record.code),
        "has_readiness": record.kind == "achievement",
        "returned": returned_with(record),
    }
