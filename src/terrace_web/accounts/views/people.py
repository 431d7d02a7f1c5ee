"""All accounts, for administrators."""

import re

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
from terrace_web.accounts.paging import read_page
from terrace_web.accounts.signals import roles_ended
from terrace_web.audit.actions import record_audit
from terrace_web.permissions import require

_PER_PAGE = 50
_IS_NUMBER = re.compile(r"[0-9]{1,9}")


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """All accounts: search, switch off, switch on, let in who lost the second factor."""
    require(request.audience, "accounts:people")
    if request.method == "POST":
        user = _get_other(request, request.POST.get("user", ""))
        _drop_factors(request, user) if "factors" in request.POST else _switch(request, user)
        # The form is sent to the list as it was read: what was searched for stays.
        return redirect(request.get_full_path())
    query = request.GET.get("q", "").strip()
    people = User.objects.prefetch_related("memberships__organisation").order_by("name", "pk")
    found = people.annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
    if query:
        found = found.filter(Q(name__icontains=query) | Q(email__icontains=query))
    total = found.count()
    page, pages = read_page(request.GET.get("page", "1"), total, size=_PER_PAGE)
    context = {
        "people": found[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        "total": total,
        "page": page,
        "pages": pages,
    }
    return render(request, "accounts/people.html", context)


def _get_other(request: HttpRequest, user_id: str) -> User:
    others = User.objects.exclude(pk=request.user.pk).exclude(email__endswith=CLOSED_DOMAIN)
    user = others.filter(pk=user_id).first() if _IS_NUMBER.fullmatch(user_id) else None
    if user is None:
        raise Http404
    return user


def _drop_factors(request: HttpRequest, user: User) -> None:
    """For somebody who lost both; they are told, because somebody else may have asked for it."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        record_audit("mfa:drop", by=request.user, now=timezone.now(), subject=f"user {user.pk}")
    # Whose browser and address it was is not theirs to read.
    said = {"by_administrator": True, "ip": "", "user_agent": ""}
    with translation.override(user.language):
        get_adapter().send_notification_mail("mfa/email/totp_deactivated", user, said)
    messages.success(request, _("They sign in with their password alone now, and are told so."))


def _switch(request: HttpRequest, user: User) -> None:
    """As it was asked for, not the other way round: the list may be older than the account."""
    is_active, now = request.POST.get("active") == "1", timezone.now()
    if is_active != user.is_active:
        user.is_active = is_active
        with transaction.atomic():
            user.save(update_fields=["is_active"])
            action = "account:activate" if is_active else "account:deactivate"
            record_audit(action, by=request.user, now=now, subject=f"user {user.pk}")
            if not is_active:
                roles_ended.send(sender=User, by=request.user, now=now)
    said = _("The account of %(name)s is on again.")
    if not is_active:
        said = _("The account of %(name)s is switched off.")
    messages.success(request, said % {"name": user})
