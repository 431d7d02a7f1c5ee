"""Asking that an organisation be registered, and answering such requests."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_ratelimit.decorators import ratelimit

from terrace_web.accounts import registrations as actions
from terrace_web.accounts.forms import RegistrationForm
from terrace_web.accounts.organisations import organisations_by_domain
from terrace_web.permissions import require

_SHOWN = 12


@login_required
@require_http_methods(["GET", "POST"])
@ratelimit(key="user", rate="20/h", method="POST", block=True)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask that an organisation be registered; what one asked for before stands beside."""
    form = RegistrationForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_registration(form.cleaned_data, by=request.user, now=timezone.now())
        except actions.AlreadyRegistered as error:
            context |= {"problem": str(error), "existing": error.organisation}
            context["may_join"] = error.organisation in organisations_by_domain(request.user)
        except actions.RegistrationRefused as error:
            context["problem"] = str(error)
        else:
            messages.success(request, _("Your request is on its way to the zone's officers."))
            return redirect("register")
    context["asked"] = request.user.registrations.select_related("organisation").order_by("-pk")
    return render(request, "accounts/register.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, registration_id: int) -> HttpResponse:
    """Take back one's own request."""
    actions.withdraw_registration(registration_id, by=request.user, now=timezone.now())
    messages.success(request, _("Your request was taken back."))
    return redirect("register")


@require_safe
def list_requests(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what was answered."""
    require(request.audience, "accounts:organisations")
    # The oldest first, the others as these are answered: each asks for its asker's addresses.
    shown = actions.waiting_registrations()[:_SHOWN]
    waiting = [(each, actions.has_address_there(each)) for each in shown]
    context = {"waiting": waiting, "answered": actions.answered_registrations()}
    return render(request, "accounts/registrations.html", context)


@require_POST
def decide(request: HttpRequest, registration_id: int) -> HttpResponse:
    """Accept a request, or decline it with a reason."""
    require(request.audience, "accounts:organisations")
    try:
        _decide(request, registration_id)
    except actions.RegistrationRefused as error:
        messages.error(request, str(error))
    return redirect("registrations")


def _decide(request: HttpRequest, registration_id: int) -> None:
    given: dict[str, Any] = {
        "by": request.user, "audience": request.audience, "now": timezone.now(),
    }  # fmt: skip
    if request.POST.get("decision") == "accept":
        found = actions.accept_registration(registration_id, **given)
        messages.success(request, _("%(name)s is registered.") % {"name": found.name})
    else:
        actions.refuse_registration(registration_id, request.POST.get("answer", ""), **given)
        messages.success(request, _("The request was declined; the asker reads why."))
