"""What users say of themselves, and closing an account."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terrace_web.accounts import organisations as actions
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.closing import close_account as close
from terrace_web.accounts.forms import ClosingForm, ProfileForm
from terrace_web.accounts.languages import set_language_cookie
from terrace_web.accounts.models import User
from terrace_web.ui.templatetags.ui import listed


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What the user says of themselves, and where they belong."""
    user: User = request.user
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(user.language):
            # The page that shows it is read in the language just chosen.
            messages.success(request, _("Your profile was saved."))
        response = redirect("profile")
        set_language_cookie(response, user.language)
        return response
    held = user.memberships.select_related("organisation").order_by(
        "organisation__name", "organisation_id", "pk"
    )
    context = {"form": form, "memberships": held, "joinable": actions.organisations_by_domain(user)}
    return render(request, "accounts/profile.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def close_account(request: HttpRequest) -> HttpResponse:
    """Ask, then close the account."""
    user: User = request.user
    if left := actions.left_alone_by(user):
        said = _("Nobody else administers %(names)s. Make somebody an administrator there first.")
        messages.error(request, said % {"names": listed(left)})
        return redirect("profile")
    form = ClosingForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        address, about = user.email, {"closed_name": user.name, "closed_at": now}
        close(user, now=now)
        get_adapter().send_mail("accounts/mail/closed", address, about)
        logout(request)
        messages.success(request, _("Your account is closed."))
        return redirect("home")
    return render(
        request, "components/confirm.html", {"form": form, **_closing_words(request.audience)}
    )


def _closing_words(audience: Audience) -> dict[str, str]:
    gone = _("Your name, addresses, memberships, second factors and API tokens are removed.")
    stays = _(
        "Records of your organisations stay, and the audit trail keeps what was done under your "
        "name. This cannot be undone."
    )
    if audience.has("manager"):
        stays = _(
            "Other technology managers get what you are in charge of. Records of your "
            "organisations stay, and the audit trail keeps what was done under your name. "
            "This cannot be undone."
        )
    return {
        "title": _("Close your account"),
        "question": gone,
        "details": stays,
        "action_label": _("Close the account"),
        "cancel_url": reverse("profile"),
    }
