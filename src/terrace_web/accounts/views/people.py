"""All accounts, for administrators."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.permissions import require

_PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """All accounts: search, switch off, switch on."""
    require(request.audience, "accounts:people")
    if request.method == "POST":
        _switch(request, request.POST.get("user", ""))
        return redirect("people")
    query, asked = request.GET.get("q", "").strip(), request.GET.get("page", "1")
    found = User.objects.prefetch_related("memberships__organisation").order_by("name", "pk")
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


def _switch(request: HttpRequest, user_id: str) -> None:
    others = User.objects.exclude(pk=request.user.pk)
    user = others.filter(pk=int(user_id)).first() if user_id.isdigit() else None
    if user is None:
        raise Http404
    user.is_active = not user.is_active
    user.save(update_fields=["is_active"])
    action = "account:activate" if user.is_active else "account:deactivate"
    record_audit(action, by=request.user, now=timezone.now(), subject=f"user {user.pk}")
