"""One pair, several side by side, and deciding on them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from terrace_web.matching.actions import DecisionRefused, decide, undo
from terrace_web.matching.comparison import MOST_COMPARED, compare_candidates
from terrace_web.matching.evidence import explain_match
from terrace_web.matching.forms import RejectionForm
from terrace_web.matching.models import Decision
from terrace_web.matching.queries import find_row
from terrace_web.ui.toasts import add_toast

_SAID = {
    Decision.Choice.SHORTLIST: gettext_lazy("Shortlisted; the people concerned are told."),
    Decision.Choice.REJECT: gettext_lazy("Rejected."),
    Decision.Choice.LATER: gettext_lazy("Put off for later."),
    Decision.Choice.UNDO: gettext_lazy("Taken back."),
}


@login_required
@require_safe
def show_pair(request: HttpRequest, need: str, achievement: str) -> HttpResponse:
    """The evidence on a pair, its gates, its history, and the buttons to decide."""
    evidence = explain_match(request.audience, need, achievement, now=timezone.now())
    context = {"evidence": evidence, "rejection": RejectionForm()}
    return render(request, "matching/pair.html", context)


@login_required
@require_safe
def show_comparison(request: HttpRequest, code: str) -> HttpResponse:
    """Up to four candidates of a record side by side."""
    chosen = [code for each in request.GET.getlist("with") for code in each.split(",") if code]
    if len(chosen) < 2:
        messages.info(request, _("Tick two to four records, then compare them."))
        return redirect("matching:matches", code)
    if len(chosen) > MOST_COMPARED:
        messages.info(request, _("Four at a time fit beside each other; these are the first four."))
    comparison = compare_candidates(request.audience, code, chosen, now=timezone.now())
    return render(request, "matching/compare.html", {"comparison": comparison})


@login_required
@require_POST
def decide_pair(request: HttpRequest, need: str, achievement: str) -> HttpResponse:
    """Store a decision, or take the last one back; htmx gets the row, others their page."""
    choice = request.POST.get("choice", "")
    common: dict[str, Any] = {
        "by": request.user,
        "audience": request.audience,
        "now": timezone.now(),
    }
    try:
        if choice == Decision.Choice.UNDO:
            decision = undo(need, achievement, **common)
        else:
            said: dict[str, Any] = {n: request.POST.get(n, "") for n in ("cause", "reason")}
            decision = decide(need, achievement, choice, **said, **common)
    except DecisionRefused as refused:
        return _refuse(request, str(refused))
    return _answer(request, decision)


def _answer(request: HttpRequest, decision: Decision) -> HttpResponse:
    said = str(_SAID[Decision.Choice(decision.choice)])
    if not request.htmx:
        messages.success(request, said)
        return redirect(_next_page(request, decision))
    asked = request.POST.get("asked", "")
    side = asked if asked in ("need", "achievement") else None
    row = find_row(request.audience, decision.need, decision.achievement, side)  # type: ignore[arg-type]
    if row is None:
        return _announce(HttpResponse(""), said)
    context = {"row": row, "asked": asked, "rejection": RejectionForm()}
    return _announce(render(request, "matching/_row.html", context), said)


def _announce(response: HttpResponse, said: str) -> HttpResponse:
    """The same answer, which also says what was done and has the page's figures read anew."""
    return trigger_client_event(add_toast(response, said), "decided")


def _refuse(request: HttpRequest, why: str) -> HttpResponse:
    if request.htmx:
        return HttpResponseBadRequest(why, content_type="text/plain; charset=utf-8")
    messages.error(request, why)
    target = request.POST.get("next", "")
    return redirect(target if _is_ours(request, target) else "matching:desk")


def _next_page(request: HttpRequest, decision: Decision) -> str:
    target = request.POST.get("next", "")
    if _is_ours(request, target):
        return target
    return reverse("matching:pair", args=[decision.need.code, decision.achievement.code])


def _is_ours(request: HttpRequest, target: str) -> bool:
    return url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
