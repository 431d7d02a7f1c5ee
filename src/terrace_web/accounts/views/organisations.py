"""The directory of organisations, each one's page, and its members."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrace_web.accounts import organisations as actions
from terrace_web.accounts.forms import InvitationForm, OrganisationForm
from terrace_web.accounts.invitations import waiting_invitations
from terrace_web.accounts.models import Membership, Organisation
from terrace_web.accounts.paging import read_page
from terrace_web.accounts.picking import label_of, search_organisations
from terrace_web.accounts.registrations import waiting_registrations
from terrace_web.permissions import require

_PER_PAGE = 50


@require_safe
def list_organisations(request: HttpRequest) -> HttpResponse:
    """The directory, for members of the zone."""
    require(request.audience, "managers:registry")
    query, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    found = Organisation.objects.annotate(people=Count("memberships__user", distinct=True))
    if query:
        found = found.filter(Q(name__icontains=query) | Q(name_zh__icontains=query))
    if kind in Organisation.Kind.values:
        found = found.filter(kind=kind)
    total = found.count()
    page, pages = read_page(request.GET.get("page", "1"), total, size=_PER_PAGE)
    shown = list(found.order_by(Lower("name"), "pk")[(page - 1) * _PER_PAGE : page * _PER_PAGE])
    context = {
        "organisations": shown,
        "total": total,
        "page": page,
        "pages": pages,
        "kinds": Organisation.Kind.choices,
        "is_narrowed": bool(query or kind),
        "may_add": request.audience.has("officer", "administrator"),
    }
    if context["may_add"]:
        context["asked"] = waiting_registrations().count()
    return render(request, "accounts/organisations.html", context)


@require_safe
def offer_options(request: HttpRequest) -> HttpResponse:
    """What a field offers as one types, for whoever may read the directory."""
    require(request.audience, "managers:registry")
    labels = [label_of(each) for each in search_organisations(request.GET.get("q", ""))]
    return render(request, "accounts/organisation_options.html", {"labels": labels})


@require_safe
def show_organisation(request: HttpRequest, code: str) -> HttpResponse:
    """An organisation; its members are shown to themselves and to who decides on them."""
    require(request.audience, "managers:registry")
    organisation = get_organisation(code)
    may_manage = actions.may_manage(request.audience, organisation)
    context: dict[str, Any] = {"organisation": organisation, "may_manage": may_manage}
    context["may_edit"] = may_manage or request.audience.has("officer")
    if may_manage or organisation.pk in request.audience.member_of:
        context["members"] = organisation.memberships.select_related("user").order_by(
            "user__name", "user_id", "pk"
        )
    if may_manage:
        now = timezone.now()
        context["invitations"] = [
            (each, each.is_open(now)) for each in waiting_invitations(organisation)
        ]
        context["form"] = InvitationForm(organisation=organisation)
        context["roles"] = InvitationForm.choices_of(organisation)
    return render(request, "accounts/organisation.html", context)


@require_http_methods(["GET", "POST"])
def edit_organisation(request: HttpRequest, code: str = "") -> HttpResponse:
    """Change an organisation, or register a new one."""
    organisation = get_organisation(code) if code else None
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
def join(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Join by the domain of a confirmed address."""
    membership = actions.join_by_domain(organisation_id, by=request.user, now=timezone.now())
    name = membership.organisation.name_in(request.LANGUAGE_CODE)
    messages.success(request, _("Welcome to %(name)s.") % {"name": name})
    return redirect("home")


@login_required
@require_POST
def change_member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Another role for a member; without it this role ends, or with ``all`` every one there."""
    given: dict[str, Any] = {
        "by": request.user,
        "audience": request.audience,
        "now": timezone.now(),
    }
    membership = Membership.objects.select_related("organisation").filter(pk=membership_id).first()
    if membership is None:
        messages.info(request, _("Nothing was changed: that role ended meanwhile."))
        return redirect("organisations" if "stay" in request.POST else "profile")
    role = request.POST.get("role", "")
    try:
        if role:
            actions.change_role(membership_id, role, **given)
        elif "all" in request.POST:
            actions.end_belonging(membership_id, **given)
        else:
            actions.end_membership(membership_id, **given)
        messages.success(request, _("The members were changed."))
    except actions.MembershipRefused as error:
        messages.error(request, str(error))
    if membership.user_id == request.user.pk and not role and not _stays(request, membership):
        return redirect("profile")
    return redirect("organisation", membership.organisation.code)


def _stays(request: HttpRequest, membership: Membership) -> bool:
    """Whether one came from the organisation's page, and it is not closed to who left it."""
    beside = Membership.objects.filter(
        user=membership.user_id, organisation=membership.organisation_id
    )
    return "stay" in request.POST and beside.exists()


def get_organisation(code: str) -> Organisation:
    """The organisation with this code.

    Raises:
        Http404: there is none.
    """
    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        raise Http404
    return organisation
