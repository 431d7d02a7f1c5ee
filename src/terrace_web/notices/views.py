"""The list of notices, and marking them as read."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrace_web.notices.mails import reads_key, stop_mails
from terrace_web.notices.models import Notice
from terrace_web.notices.queries import list_notices, write_notices


@login_required
@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """The user's notices."""
    found, page, pages = list_notices(request.audience, asked=request.GET.get("page", "1"))
    return render(request, "notices/list.html", {"notices": found, "page": page, "pages": pages})


@login_required
@require_safe
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Lead to what a notice is about; it is read then."""
    notice = get_object_or_404(Notice, pk=notice_id, user=request.user)
    [written] = write_notices(request.audience, [notice])
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    return redirect(written.url or "notices:list")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    Notice.objects.filter(user=request.user, read_at=None).update(read_at=timezone.now())
    return redirect("notices:list")


# A mail program posts here by itself (RFC 8058) and has no token of ours but the signed address.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, key: str) -> HttpResponse:
    """Stop the mails; works without signing in, by the signed link of a mail."""
    is_done = request.method == "POST" and stop_mails(key)
    context = {"is_done": is_done, "is_valid": reads_key(key)}
    return render(request, "notices/unsubscribe.html", context)
