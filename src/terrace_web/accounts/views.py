"""Start page, profile, organisations and invitations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_ratelimit.decorators import ratelimit

from terrace_web.accounts import organisations as actions
from terrace_web.accounts.forms import InvitationForm, OrganisationForm, ProfileForm
from terrace_web.accounts.home import read_home
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.accounts.tasks import send_invitation
from terrace_web.audit.actions import record_audit
from terrace_web.permissions import require

_PER_PAGE = 50


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The start page."""
    user = request.user if request.user.is_authenticated else None
    found = read_home(request.audience, user, today=timezone.localdate())
    return render(request, "accounts/home.html", {"home": found})


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What this site is."""
    return render(request, "accounts/about.html")


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What the user says of themselves, and where they belong."""
    user: User = request.user
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile was saved."))
        response = redirect("profile")
        response.set_cookie("django_language", user.language, max_age=31_536_000, samesite="Lax")
        return response
    held = user.memberships.select_related("organisation").order_by("organisation__name")
    context = {"form": form, "memberships": held, "joinable": actions.organisations_by_domain(user)}
    return render(request, "accounts/profile.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def close_account(request: HttpRequest) -> HttpResponse:
    """Ask, then close the account: personal data go, what was done stays in the audit trail."""
    if request.method == "POST":
        user: User = request.user
        record_audit("account:close", by=user, now=timezone.now(), subject=f"user {user.pk}")
        logout(request)
        user.memberships.all().delete()
        user.emailaddress_set.all().delete()
        User.objects.filter(pk=user.pk).update(
            is_active=False, name=_("Closed account"), email=f"closed-{user.pk}@invalid"
        )
        messages.success(request, _("Your account is closed."))
        return redirect("home")
    context = {
        "title": _("Close your account"),
        "question": _(
            "Your name, address and memberships are removed; records of your organisations stay."
        ),
        "action_label": _("Close the account"),
        "cancel_url": "/profile/",
    }
    return render(request, "components/confirm.html", context)


@require_GET
def list_organisations(request: HttpRequest) -> HttpResponse:
    """The directory, for members of the zone."""
    require(request.audience, "managers:registry")
    query, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    found = Organisation.objects.annotate(people=Count("memberships__user", distinct=True))
    if query:
        found = found.filter(Q(name__icontains=query) | Q(name_zh__icontains=query))
    if kind in Organisation.Kind.values:
        found = found.filter(kind=kind)
    total, page = (
        found.count(),
        max(
            1,
            int(request.GET.get("page", "1") or 1) if request.GET.get("page", "1").isdigit() else 1,
        ),
    )
    shown = list(found.order_by("name", "pk")[(page - 1) * _PER_PAGE : page * _PER_PAGE])
    context = {
        "organisations": shown,
        "total": total,
        "page": page,
        "pages": max(1, -(-total // _PER_PAGE)),
        "kinds": Organisation.Kind.choices,
        "may_add": request.audience.has("officer", "administrator"),
    }
    return render(request, "accounts/organisations.html", context)


@require_GET
def show_organisation(request: HttpRequest, code: str) -> HttpResponse:
    """An organisation; its members are shown to themselves and to who decides on them."""
    require(request.audience, "managers:registry")
    organisation = _get(code)
    may_manage = actions.may_manage(request.audience, organisation)
    context: dict[str, Any] = {"organisation": organisation, "may_manage": may_manage}
    context["may_edit"] = may_manage or request.audience.has("officer")
    if may_manage or organisation.pk in request.audience.member_of:
        context["members"] = organisation.memberships.select_related("user").order_by("user__name")
    if may_manage:
        open_ones = organisation.invitations.filter(accepted_at=None, withdrawn_at=None)
        context["invitations"] = open_ones.order_by("-created_at")
        context["form"] = InvitationForm(organisation=organisation)
        context["roles"] = InvitationForm.choices_of(organisation)
    return render(request, "accounts/organisation.html", context)


@require_http_methods(["GET", "POST"])
def edit_organisation(request: HttpRequest, code: str = "") -> HttpResponse:
    """Change an organisation, or register a new one."""
    organisation = _get(code) if code else None
    if organisation is None:
        require(request.audience, "accounts:organisations")
    elif not (
        actions.may_manage(request.audience, organisation)
        or request.audience.has("officer", "administrator")
    ):
        raise PermissionDenied(_("only its administrators and zone officers may do this"))
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_organisation(
                organisation,
                form.values,
                by=request.user,
                audience=request.audience,
                now=timezone.now(),
            )
        except actions.MembershipRefused as error:
            form.add_error("email_domain", str(error))
        else:
            messages.success(request, _("The organisation was saved."))
            return redirect("organisation", saved.code)
    return render(
        request, "accounts/organisation_edit.html", {"form": form, "organisation": organisation}
    )


@login_required
@require_POST
@ratelimit(key="user", rate="60/h", method="POST", block=True)
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody by mail."""
    organisation = _get(code)
    form = InvitationForm(request.POST, organisation=organisation)
    if not form.is_valid():
        messages.error(request, " ".join(e for errors in form.errors.values() for e in errors))
        return redirect("organisation", code)
    invitation = actions.invite(
        form.cleaned_data["email"],
        organisation,
        form.cleaned_data["role"],
        by=request.user,
        audience=request.audience,
        now=timezone.now(),
    )
    send_invitation(invitation, form.cleaned_data["language"])
    messages.success(
        request, _("The invitation was sent to %(email)s.") % {"email": invitation.email}
    )
    return redirect("organisation", code)


@login_required
@require_POST
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    actions.withdraw_invitation(
        invitation_id, by=request.user, audience=request.audience, now=timezone.now()
    )
    messages.success(request, _("The invitation opens nothing any more."))
    return redirect(
        request.POST.get("next")
        if str(request.POST.get("next")).startswith("/organisations/")
        else "home"
    )


@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Accept an invitation; who is not signed in is led through signing up."""
    try:
        invitation = actions.find_invitation(key, timezone.now())
        if request.method == "POST" and request.user.is_authenticated:
            actions.accept_invitation(invitation, by=request.user, now=timezone.now())
            messages.success(
                request, _("Welcome to %(name)s.") % {"name": invitation.organisation.name}
            )
            return redirect("home")
    except actions.MembershipRefused as error:
        return render(request, "accounts/invitation.html", {"problem": str(error)}, status=409)
    return render(request, "accounts/invitation.html", {"invitation": invitation})


@login_required
@require_POST
def join(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Join by the domain of a confirmed address."""
    membership = actions.join_by_domain(organisation_id, by=request.user, now=timezone.now())
    messages.success(request, _("Welcome to %(name)s.") % {"name": membership.organisation.name})
    return redirect("home")


@login_required
@require_POST
def change_member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Another role for a member, or none any more."""
    given = {"by": request.user, "audience": request.audience, "now": timezone.now()}
    membership = Membership.objects.select_related("organisation").filter(pk=membership_id).first()
    if membership is None:
        raise Http404
    code = membership.organisation.code
    try:
        if role := request.POST.get("role", ""):
            actions.change_role(membership_id, role, **given)
        else:
            actions.end_membership(membership_id, **given)
        messages.success(request, _("The members were changed."))
    except actions.MembershipRefused as error:
        messages.error(request, str(error))
    return redirect(
        "profile" if request.POST.get("leave") else "organisation",
        *([] if request.POST.get("leave") else [code]),
    )


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """All accounts, for administrators: search, deactivate, reactivate."""
    require(request.audience, "accounts:people")
    if request.method == "POST":
        _switch(request, int(request.POST["user"]))
        return redirect("people")
    query = request.GET.get("q", "").strip()
    found = User.objects.prefetch_related("memberships__organisation").order_by("name", "pk")
    if query:
        found = found.filter(Q(name__icontains=query) | Q(email__icontains=query))
    return render(request, "accounts/people.html", {"people": found[:200]})


def _switch(request: HttpRequest, user_id: int) -> None:
    user = User.objects.filter(pk=user_id).exclude(pk=request.user.pk).first()
    if user is None:
        raise Http404
    user.is_active = not user.is_active
    user.save(update_fields=["is_active"])
    action = "account:activate" if user.is_active else "account:deactivate"
    record_audit(action, by=request.user, now=timezone.now(), subject=f"user {user.pk}")


def _get(code: str) -> Organisation:
    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        raise Http404
    return organisation
