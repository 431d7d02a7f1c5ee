"""The guided interview that turns a vague need into a draft with testable requirements."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from terrace.errors import InputError
from terrace.match.interview import Interview, testable_share
from terrace_web.market.forms import OwnerForm
from terrace_web.market.interviewing import (
    SHARPEN,
    Step,
    draft_from,
    follow_ups,
    hold_interview,
    list_steps,
    merge_follow_ups,
    read_step,
    rows_to_show,
)
from terrace_web.market.openings import own_organisations
from terrace_web.permissions import require

_KEY = "need_interview"


@login_required
def hold(request: HttpRequest, step: str = "") -> HttpResponse:
    """One page of questions; what was answered is kept in the session."""
    require(request.audience, "market:create")
    stored = _stored(request)
    found = _interview(stored)
    steps = list_steps(found)
    shown = next((each for each in steps if each.id == step), None) or _first_open(steps)
    problem = ""
    if request.method == "POST":
        answers = _read(request, shown, stored["answers"], found)
        try:
            _interview({**stored, "answers": answers})
        except InputError as error:
            problem = str(error)
        else:
            request.session[_KEY] = {**stored, "answers": answers}
            return redirect("market:interview_step", _following(steps, shown))
    context = _context(request, stored, found, shown, problem)
    return render(request, "market/interview.html", context, status=422 if problem else 200)


@login_required
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Make the draft of a need out of the answers, and end the interview."""
    require(request.audience, "market:create")
    found = _interview(_stored(request))
    chosen = OwnerForm(own_organisations(request.audience, edited=True), request.POST)
    if not found.text.title or not chosen.is_valid():
        messages.error(request, _("Give the need a title first."))
        return redirect("market:interview_step", "problem")
    record = draft_from(
        found,
        owner=chosen.cleaned_data["owner"],
        is_blind="is_blind" in request.POST,
        by=request.user,
        audience=request.audience,
        now=timezone.now(),
    )
    del request.session[_KEY]
    messages.success(request, _("The draft is made. Choose its fields and check the text."))
    return redirect("market:edit", record.code)


@login_required
@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Forget the answers."""
    request.session.pop(_KEY, None)
    return redirect("market:interview")


def _stored(request: HttpRequest) -> dict[str, Any]:
    fresh = {"language": request.audience.language, "answers": {}}
    return dict(request.session.get(_KEY) or fresh)


def _interview(stored: dict[str, Any]) -> Interview:
    return hold_interview(stored["answers"], stored["language"], timezone.localdate())


def _read(
    request: HttpRequest, step: Step, answers: dict[str, Any], found: Interview
) -> dict[str, Any]:
    if step.id != SHARPEN:
        return {**answers, **read_step(step, request.POST)}
    rows = merge_follow_ups(answers.get("figures") or [], follow_ups(found), request.POST)
    return {**answers, "figures": rows}


def _first_open(steps: list[Step]) -> Step:
    return next((each for each in steps if not each.is_done), steps[-1])


def _following(steps: list[Step], shown: Step) -> str:
    """The next page; the last one comes back to itself."""
    ids = [each.id for each in steps]
    return ids[min(ids.index(shown.id) + 1, len(ids) - 1)]


def _context(
    request: HttpRequest, stored: dict[str, Any], found: Interview, shown: Step, problem: str
) -> dict[str, Any]:
    answers = stored["answers"]
    owners = own_organisations(request.audience, edited=True)
    return {
        "steps": list_steps(found),
        "shown": shown,
        "is_last": shown.id == SHARPEN,
        "questions": [(each, answers.get(each.id, "")) for each in shown.questions],
        "rows": [(f"figures.{at}", row) for at, row in enumerate(rows_to_show(answers))],
        "follow_ups": follow_ups(found),
        "found": found,
        "share": testable_share(found.requirements),
        "testable": sum(each.is_testable for each in found.requirements),
        "problem": problem,
        "owner_form": OwnerForm(owners),
        "asks_owner": len(owners) > 1,
        "is_begun": bool(answers),
    }
