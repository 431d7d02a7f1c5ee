"""The registry, the workload of managers, and proposals of who should be in charge."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from terrace_web.accounts.models import User
from terrace_web.managers import actions, queries
from terrace_web.managers.forms import ManagerChoice, ProfileForm
from terrace_web.market import vocabulary
from terrace_web.permissions import require
from terrace_web.ui.toasts import add_toast


@require_GET
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


@require_GET
def show(request: HttpRequest, user_id: int) -> HttpResponse:
    """One manager, and what of their workload the user may see."""
    require(request.audience, "managers:registry")
    context = {
        "manager": queries.get_manager(request.audience, user_id),
        "records": queries.records_in_charge(request.audience, user_id),
        "labels": dict(vocabulary.fields()),
        "may_edit": _may_edit(request, user_id),
        "overdue": queries.count_overdue(user_id, timezone.localdate())
        if _may_edit(request, user_id)
        else 0,
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
        actions.save_profile(user, form.values, by=request.user, now=timezone.now())
        messages.success(request, _("The entry was saved."))
        return redirect("managers:show", user_id)
    if not _may_edit(request, user_id):
        require(request.audience, "accounts:people")
    return render(request, "managers/edit.html", {"form": form, "manager": view})


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """Proposals to decide on, and everybody's load."""
    require(request.audience, "managers:assign")
    managers = queries.list_managers(request.audience)
    context = {
        "proposals": queries.list_proposals(request.audience),
        "managers": managers,
        "choice": ManagerChoice(managers=managers),
        "waiting": queries.unassigned_records().count(),
    }
    return render(request, "managers/proposals.html", context)


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Let the core propose."""
    made = actions.propose(by=request.user, audience=request.audience, now=timezone.now())
    if made:
        said = ngettext("%(made)s proposal was made.", "%(made)s proposals were made.", made)
        messages.success(request, said % {"made": made})
    else:
        messages.info(
            request, _("There is nothing to propose: all have a manager, or none has room.")
        )
    return redirect("managers:proposals")


@require_POST
def decide(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Accept, change or dismiss one proposal."""
    given: dict[str, Any] = {
        "by": request.user,
        "audience": request.audience,
        "now": timezone.now(),
    }
    choice = request.POST.get("choice")
    said = _("The manager is in charge now, and is told.")
    if choice == "accept":
        actions.accept(assignment_id, **given)
    elif choice == "change":
        form = ManagerChoice(request.POST, managers=queries.list_managers(request.audience))
        if not form.is_valid():
            messages.error(request, _("Choose a technology manager from the list."))
            return redirect("managers:proposals")
        actions.give_to_another(assignment_id, int(form.cleaned_data["manager"]), **given)
    else:
        actions.dismiss(assignment_id, **given)
        said = _("Dismissed; the record waits for another proposal.")
    if request.htmx:
        return add_toast(HttpResponse(""), said)
    messages.success(request, said)
    return redirect("managers:proposals")


def _may_edit(request: HttpRequest, user_id: int) -> bool:
    audience = request.audience
    return audience.user_id == user_id or audience.has("officer", "administrator")
