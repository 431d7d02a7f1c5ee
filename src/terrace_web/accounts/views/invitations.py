"""Inviting somebody, sending that again, withdrawing it, and what the invited person sees."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_ratelimit.decorators import ratelimit

from terrace_web.accounts import invitations as actions
from terrace_web.accounts.forms import InvitationForm
from terrace_web.accounts.invited import remember_invitation
from terrace_web.accounts.models import Invitation, Organisation
from terrace_web.accounts.organisations import MembershipRefused
from terrace_web.accounts.views.organisations import get_organisation


@login_required
@require_POST
@ratelimit(key="user", rate="60/h", method="POST", block=True)
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody by mail."""
    organisation = get_organisation(code)
    form = InvitationForm(request.POST, organisation=organisation)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect("organisation", code)
    try:
        invitation = _invite(request, organisation, form)
    except MembershipRefused as error:
        messages.error(request, str(error))
    else:
        said = _("The invitation was sent to %(email)s.") % {"email": invitation.email}
        messages.success(request, said)
    return redirect("organisation", code)


@login_required
@require_POST
@ratelimit(key="user", rate="60/h", method="POST", block=True)
def resend(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Send an invitation again, with all of its days anew."""
    try:
        invitation = actions.resend_invitation(
            invitation_id, by=request.user, audience=request.audience, now=timezone.now()
        )
    except actions.InvitationClosed as closed:
        return _say_closed(request, closed)
    said = _("The invitation was sent to %(email)s again.") % {"email": invitation.email}
    messages.success(request, said)
    return redirect("organisation", invitation.organisation.code)


@login_required
@require_POST
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    try:
        invitation = actions.withdraw_invitation(
            invitation_id, by=request.user, audience=request.audience, now=timezone.now()
        )
    except actions.InvitationClosed as closed:
        return _say_closed(request, closed)
    messages.success(request, _("The invitation opens nothing any more."))
    return redirect("organisation", invitation.organisation.code)


@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Accept an invitation; who is not signed in is led through signing up."""
    try:
        invitation = actions.find_invitation(key, timezone.now())
        if request.method == "POST" and request.user.is_authenticated:
            actions.accept_invitation(invitation, by=request.user, now=timezone.now())
            return _welcome(request, invitation.organisation)
    except actions.InvitationClosed as closed:
        context: dict[str, Any] = {"state": closed.state, "invitation": closed.invitation}
        return render(request, "accounts/invitation_closed.html", context, status=409)
    except MembershipRefused as error:
        context = {"problem": str(error), "invitation": invitation}
        return render(request, "accounts/invitation.html", context, status=409)
    remember_invitation(request.session, invitation)
    fits = not request.user.is_authenticated or actions.is_for(invitation, request.user)
    context = {"invitation": invitation, "is_for_user": fits}
    return render(request, "accounts/invitation.html", context)


@require_POST
@ratelimit(key="ip", rate="20/h", method="POST", block=True)
def want(request: HttpRequest, key: str) -> HttpResponse:
    """Ask who invited for a new invitation in place of an expired one."""
    actions.want_invitation(key, timezone.now())
    messages.success(request, _("They were asked to invite you again; watch your mail."))
    return redirect("home")


def _invite(request: HttpRequest, organisation: Organisation, form: InvitationForm) -> Invitation:
    return actions.invite(
        form.cleaned_data["email"],
        organisation,
        form.cleaned_data["role"],
        language=form.cleaned_data["language"],
        by=request.user,
        audience=request.audience,
        now=timezone.now(),
    )


def _say_closed(request: HttpRequest, closed: actions.InvitationClosed) -> HttpResponse:
    """The page was older than what became of the invitation."""
    said = _("%(email)s accepted the invitation meanwhile.")
    if closed.state == "withdrawn":
        said = _("The invitation of %(email)s was withdrawn meanwhile.")
    messages.info(request, said % {"email": closed.invitation.email})
    return redirect("organisation", closed.invitation.organisation.code)


def _welcome(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    name = organisation.name_in(request.LANGUAGE_CODE)
    messages.success(request, _("Welcome to %(name)s.") % {"name": name})
    return redirect("home")
