"""All accounts, for administrators."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terrace_web.accounts.models import CLOSED_DOMAIN, User
from terrace_web.accounts.signals import roles_ended
from terrace_web.audit.actions import record_audit
from terrace_web.permissions import require

_PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """All accounts: search, switch off, switch on, let in who lost the second factor."""
    require(request.audience, "accounts:people")
    if request.method == "POST":
        user = _get_other(request, request.POST.get("user", ""))
        _drop_factors(request, user) if "factors" in request.POST else _switch(request, user)
        # The form is sent to the list as it was read: what was searched for stays.
        return redirect(request.get_full_path())
    query, asked = request.GET.get("q", "").strip(), request.GET.get("page", "1")
    people = User.objects.prefetch_related("memberships__organisation").order_by("name", "pk")
    found = people.annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
    if query:
        found = found.filter(Q(name__icontains=query) | Q(email__icontains=query))
    total, page = found.count(), max(1, int(asked) if asked.isdigit() else 1)
    context = {
        "people": found[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        "total": total,
        "page": page,
        "pages": max(1, -(-total // _PER_PAGE)),
    }
    return render(request, "accounts/people.html", context)


def _get_other(request: HttpRequest, user_id: str) -> User:
    others = User.objects.exclude(pk=request.user.pk).exclude(email__endswith=CLOSED_DOMAIN)
    user = others.filter(pk=int(user_id)).first() if user_id.isdigit() else None
    if user is None:
        raise Http404
    return user


def _drop_factors(request: HttpRequest, user: User) -> None:
    """For somebody who lost both; they are told, because somebody else may have asked for it."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        record_audit("mfa:drop", by=request.user, now=timezone.now(), subject=f"user {user.pk}")
    with translation.override(user.language):
        get_adapter().send_notification_mail("mfa/email/totp_deactivated", user)
    messages.success(request, _("They sign in with their password alone now, and are told so."))


def _switch(request: HttpRequest, user: User) -> None:
    user.is_active, now = not user.is_active, timezone.now()
    action = "account:activate" if user.is_active else "account:deactivate"
    with transaction.atomic():
        user.save(update_fields=["is_active"])
        record_audit(action, by=request.user, now=now, subject=f"user {user.pk}")
        if not user.is_active:
            roles_ended.send(sender=User, by=request.user, now=now)
    said = _("The account of %(name)s is on again.")
    if not user.is_active:
        said = _("The account of %(name)s is switched off.")
    messages.success(request, said % {"name": user})
