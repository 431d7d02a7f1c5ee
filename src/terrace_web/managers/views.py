"""The registry, the workload of managers, and proposals of who should be in charge."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from terrace.errors import TerraceError
from terrace_web.accounts.models import User
from terrace_web.managers import actions, queries
from terrace_web.managers.conflicts import ConflictOfInterest
from terrace_web.managers.forms import ManagerChoice, ProfileForm
from terrace_web.market import vocabulary
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import view_for
from terrace_web.permissions import require
from terrace_web.ui.toasts import add_toast

_IS_NUMBER = re.compile(r"[0-9]{1,9}")


@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """All technology managers, narrowed to a field."""
    require(request.audience, "managers:registry")
    chosen = request.GET.get("field", "")
    listed = [
        each
        for each in queries.list_managers(request.audience)
        if not chosen or chosen in each.fields
    ]
    context = {"managers": listed, "labels": dict(vocabulary.fields()), "chosen": chosen}
    return render(request, "managers/registry.html", context)


@require_safe
def show(request: HttpRequest, user_id: int) -> HttpResponse:
    """One manager, and their workload where it is open to the user."""
    require(request.audience, "managers:registry")
    context = {
        "manager": queries.get_manager(request.audience, user_id),
        "records": queries.records_in_charge(request.audience, user_id),
        "is_open": queries.may_see_load(request.audience, user_id),
        "overdue": queries.count_overdue(request.audience, user_id, timezone.localdate()),
    }
    return render(request, "managers/show.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change an entry of the registry."""
    require(request.audience, "managers:registry")
    view = queries.get_manager(request.audience, user_id)
    user = User.objects.get(pk=view.id)
    form = ProfileForm(
        request.POST or None, initial=ProfileForm.initial_of(queries.profile_of(user))
    )
    if request.method == "POST" and form.is_valid():
        freed = actions.save_profile(user, form.values, by=request.user, now=timezone.now())
        messages.success(request, _("The entry was saved."))
        _say_freed(request, freed)
        return redirect("managers:show", user_id)
    if not queries.may_see_load(request.audience, user_id):
        require(request.audience, "accounts:people")
    return render(request, "managers/edit.html", {"form": form, "manager": view})


@require_http_methods(["GET", "POST"])
def charge(request: HttpRequest, code: str) -> HttpResponse:
    """Who is in charge of a record, to put somebody else in charge."""
    record = get_record(request.audience, code, "managers:record:assign")
    candidates = queries.candidates_for(request.audience, record)
    form = ManagerChoice(request.POST or None, managers=candidates)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reassign(code, int(form.cleaned_data["manager"]), **_given(request))
        except ConflictOfInterest as error:
            messages.error(request, str(error))
            return redirect("managers:charge", code)
        messages.success(request, _("The manager is in charge now, and is told."))
        return redirect("market:record", code)
    context = {
        "view": view_for(request.audience, record),
        "manager": record.manager,
        "candidates": candidates,
        "form": form,
    }
    return render(request, "managers/charge.html", context)


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Proposals to decide on, and everybody's load."""
    return _show_proposals(request)


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Let the core propose."""
    made = actions.propose(by=request.user, audience=request.audience, now=timezone.now())
    if made:
        said = ngettext("%(made)s proposal was made.", "%(made)s proposals were made.", made)
        messages.success(request, said % {"made": made})
        _say_left(request, queries.unassigned_records().count())
    else:
        messages.info(
            request, _("There is nothing to propose: all have a manager, or none has room.")
        )
    return redirect("managers:proposals")


@require_POST
def decide(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Accept, change or dismiss one proposal."""
    following = _following(request, assignment_id)
    given = _given(request)
    try:
        said = _carry_out(request, assignment_id, given)
    except TerraceError as error:
        messages.error(request, str(error))
        return HttpResponseClientRefresh() if request.htmx else redirect("managers:proposals")
    return _answer(request, said, decided_at=given["now"], following=following)


def _carry_out(request: HttpRequest, assignment_id: int, given: Mapping[str, Any]) -> str:
    """Do what was chosen, and say what came of it.

    Raises:
        TerraceError: it cannot be done; the message says why.
    """
    choice = request.POST.get("choice")
    if choice not in ("accept", "change"):
        dismissed = actions.dismiss(assignment_id, **given)
        return _(
            "Dismissed: %(manager)s is not proposed for this record again; "
            "“Propose” looks for somebody else."
        ) % {"manager": dismissed.manager}
    if choice == "accept":
        actions.accept(assignment_id, **given)
    else:
        actions.give_to_another(assignment_id, _read_manager(request), **given)
    return _("The manager is in charge now, and is told.")


def _read_manager(request: HttpRequest) -> int:
    form = ManagerChoice(request.POST, managers=queries.list_managers(request.audience))
    if not form.is_valid():
        raise TerraceError(_("Choose a technology manager from the list."))
    return int(form.cleaned_data["manager"])


@require_POST
def decide_together(request: HttpRequest) -> HttpResponse:
    """Accept the ticked proposals, or all that were shown."""
    name = "shown" if request.POST.get("choice") == "all" else "proposal"
    # No database holds a number of thirty digits.
    chosen = [int(each) for each in request.POST.getlist(name) if _IS_NUMBER.fullmatch(each)]
    if not chosen:
        messages.info(request, _("Tick the proposals to accept first."))
        return redirect("managers:proposals")
    given = _given(request)
    count = actions.accept_together(chosen, **given)
    said = ngettext(
        "%(count)s record has a manager in charge now, who is told.",
        "%(count)s records have a manager in charge now, who is told.",
        count,
    )
    return _answer(request, said % {"count": count}, decided_at=given["now"])


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Reopen what the user decided on at one time."""
    decided_at = parse_datetime(request.GET.get("at") or request.POST.get("at", ""))
    if decided_at is None or is_naive(decided_at):
        raise Http404
    count = actions.take_back(decided_at, **_given(request))
    if count:
        said = ngettext(
            "%(count)s proposal is open again.", "%(count)s proposals are open again.", count
        )
        messages.success(request, said % {"count": count})
    else:
        messages.error(request, _("That can no longer be taken back."))
    return HttpResponseClientRefresh() if request.htmx else redirect("managers:proposals")


def _say_freed(request: HttpRequest, count: int) -> None:
    said = ngettext(
        "%(count)s record of these organisations is in their charge no more.",
        "%(count)s records of these organisations are in their charge no more.",
        count,
    )
    if count:
        messages.info(request, said % {"count": count})


def _say_left(request: HttpRequest, count: int) -> None:
    """Why not every record got a proposal, so that nobody presses the button again in vain."""
    said = ngettext(
        "%(count)s record still has nobody; propose again when somebody has room.",
        "%(count)s records still have nobody; propose again when somebody has room.",
        count,
    )
    if count:
        messages.info(request, said % {"count": count})


def _given(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "audience": request.audience, "now": timezone.now()}


def _following(request: HttpRequest, assignment_id: int) -> int | None:
    """The proposal below one of the list, where whoever decides goes on."""
    if not request.htmx:
        return None
    listed = [each.id for each in queries.list_proposals(request.audience)]
    below = listed[listed.index(assignment_id) + 1 :] if assignment_id in listed else []
    return below[0] if below else None


def _answer(
    request: HttpRequest, said: str, *, decided_at: datetime, following: int | None = None
) -> HttpResponse:
    """The whole page anew, for every figure on it has changed."""
    if not request.htmx:
        messages.success(request, said)
        return redirect("managers:proposals")
    undo = f"{reverse('managers:take_back')}?{urlencode({'at': decided_at.isoformat()})}"
    return add_toast(_show_proposals(request, following=following), said, undo_url=undo)


def _show_proposals(request: HttpRequest, *, following: int | None = None) -> HttpResponse:
    require(request.audience, "managers:assign")
    managers = queries.list_managers(request.audience)
    context = {
        "proposals": queries.list_proposals(request.audience),
        "managers": managers,
        "waiting": queries.unassigned_records().count(),
        "decided": queries.list_decided(request.audience, timezone.now() - actions.UNDO_WITHIN),
        "following": following,
    }
    return render(request, "managers/proposals.html", context)
