"""The desk, a record's ranked list, and who could use an achievement."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from terrace_web.matching.actions import note_visit
from terrace_web.matching.desk import read_desk
from terrace_web.matching.forms import RejectionForm, read_selection
from terrace_web.matching.queries import list_matches
from terrace_web.matching.scenarios import list_scenarios
from terrace_web.permissions import require


@login_required
@require_safe
def show_desk(request: HttpRequest) -> HttpResponse:
    """What is in a manager's charge, and the pairs that wait, most confident first."""
    now = timezone.now()
    require(request.audience, "matching:desk")
    form, selection = read_selection(request.GET, state="undecided", promise="promising")
    since = note_visit(request.user, now)
    desk = read_desk(request.audience, selection, since=since, today=timezone.localdate(now))
    context = {"desk": desk, "page": desk.queue, "form": form, "since": since, **_row_context("")}
    return render(request, "matching/desk.html", context)


@login_required
@require_safe
def show_matches(request: HttpRequest, code: str) -> HttpResponse:
    """The ranked list of a need or an achievement."""
    form, selection = read_selection(request.GET)
    view, page = list_matches(request.audience, code, selection)
    context = {"view": view, "page": page, "form": form, **_row_context(view.kind)}
    return render(request, "matching/matches.html", context)


@login_required
@require_safe
def show_scenarios(request: HttpRequest, code: str) -> HttpResponse:
    """The needs an achievement fits by field, and the companies that could use it."""
    scenarios = list_scenarios(request.audience, code)
    return render(request, "matching/scenarios.html", {"scenarios": scenarios})


def _row_context(asked: str) -> dict[str, object]:
    return {"asked": asked, "rejection": RejectionForm()}
