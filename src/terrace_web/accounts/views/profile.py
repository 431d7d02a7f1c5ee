"""What users say of themselves, and closing an account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terrace_web.accounts import organisations as actions
from terrace_web.accounts.forms import ProfileForm
from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
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
        response.set_cookie("django_language", user.language, max_age=31_536_000, samesite="Lax")
        return response
    held = user.memberships.select_related("organisation").order_by(
        "organisation__name", "organisation_id", "pk"
    )
    context = {"form": form, "memberships": held, "joinable": actions.organisations_by_domain(user)}
    return render(request, "accounts/profile.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def close_account(request: HttpRequest) -> HttpResponse:
    """Ask, then close the account: personal data go, what was done stays in the audit trail."""
    user: User = request.user
    if left := actions.left_alone_by(user):
        said = _("Nobody else administers %(names)s. Make somebody an administrator there first.")
        messages.error(request, said % {"names": listed(left)})
        return redirect("profile")
    if request.method == "POST":
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
        "details": _("This cannot be undone."),
        "cancel_url": "/profile/",
    }
    return render(request, "components/confirm.html", context)
