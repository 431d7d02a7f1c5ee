"""The guided interview that turns a vague need into a draft with testable requirements."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from terrace.match.interview import Caution, Interview, Question
from terrace_web.accounts.models import Organisation
from terrace_web.market.display import LANGUAGES
from terrace_web.market.forms import OwnerForm
from terrace_web.market.interviewing import (
    SHARPEN,
    Step,
    draft_from,
    faults_on,
    find_faults,
    follow_ups,
    forget,
    hold_interview,
    list_steps,
    longest_of,
    merge_follow_ups,
    read_step,
    readings_of,
    recall,
    remember,
    rows_to_show,
    still_open,
)
from terrace_web.market.openings import own_organisations
from terrace_web.market.shown import marks_of, take_changed
from terrace_web.permissions import require

# What is said of the draft itself, on every page.
_CHOICES = ("is_blind", "owner")


@login_required
def hold(request: HttpRequest, step: str = "") -> HttpResponse:
    """One page of questions; what was answered is kept, be it readable or not."""
    require(request.audience, "market:create")
    stored = _stored(request)
    steps = list_steps(_interview(request, stored), stored["kept"])
    shown = next((each for each in steps if each.id == step), None) or _first_open(steps)
    if request.method != "POST":
        return _show(request, stored, shown)
    _take_choices(request, stored)
    is_read = _take_answers(request, stored, shown)
    if "go" in request.POST:
        return redirect(_place(request.POST["go"], steps))
    if is_read:
        return redirect("market:interview_step", _following(steps, shown))
    return _show(request, stored, shown, status=422)


@login_required
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Make the draft of a need out of the answers, the open page's too, and end the interview."""
    require(request.audience, "market:create")
    stored = _stored(request)
    _take_choices(request, stored)
    steps = list_steps(_interview(request, stored), stored["kept"])
    shown = next((each for each in steps if each.id == request.POST.get("step")), None)
    if shown and not _take_answers(request, stored, shown):
        return _show(request, stored, shown, status=422)
    found = hold_interview(stored["answers"], stored["language"], timezone.localdate())
    chosen = OwnerForm(own_organisations(request.audience, edited=True), stored["choices"])
    if not found.text.title:
        messages.error(request, _("Give the need a title first."))
        return redirect("market:interview_step", "problem")
    if not chosen.is_valid():
        messages.error(request, _("Choose the organisation that the need belongs to."))
        return redirect("market:interview_step", SHARPEN)
    record = draft_from(
        found,
        owner=chosen.cleaned_data["owner"],
        is_blind=bool(stored["choices"].get("is_blind")),
        by=request.user,
        audience=request.audience,
        now=timezone.now(),
    )
    forget(request.user)
    messages.success(request, _("The draft is made. Choose its fields and check the text."))
    return redirect("market:edit", record.code)


@login_required
@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Forget the answers."""
    forget(request.user)
    return redirect("market:interview")


def _stored(request: HttpRequest) -> dict[str, Any]:
    fresh = {"language": request.audience.language, "answers": {}, "kept": {}, "choices": {}}
    return {**fresh, **recall(request.user)}


def _interview(request: HttpRequest, stored: dict[str, Any]) -> Interview:
    """Where it stands, in the page's language, whatever that of the draft will be."""
    return hold_interview(stored["answers"], request.audience.language, timezone.localdate())


def _take_choices(request: HttpRequest, stored: dict[str, Any]) -> None:
    """Keep for whom the draft will be and whether it hides them."""
    said = {name: request.POST.get(name, "") for name in _CHOICES}
    stored["choices"] = take_changed({**said, **stored["choices"]}, said, request.POST)
    remember(request.user, stored)


def _take_answers(request: HttpRequest, stored: dict[str, Any], shown: Step) -> bool:
    """Keep what a page sends; whether all of it could be read."""
    stored["answers"] = _read(request, shown, stored["answers"], _interview(request, stored))
    found = _interview(request, stored)
    if "keep" in request.POST:
        stored["kept"] |= {each.field: each.word for each in _faults(stored, found, shown)}
    remember(request.user, stored)
    return not _faults(stored, found, shown)


def _show(
    request: HttpRequest, stored: dict[str, Any], shown: Step, *, status: int = 200
) -> HttpResponse:
    context = _context(request, stored, _interview(request, stored), shown)
    return render(request, "market/interview.html", context, status=status)


def _place(said: str, steps: list[Step]) -> str:
    """The address of a page, or of a question on it, that somebody went to."""
    step, _hash, question = said.partition("#")
    known = next((each for each in steps if each.id == step), steps[0])
    asked = next((f"#ask-{each.id}" for each in known.questions if each.id == question), "")
    return reverse("market:interview_step", args=[known.id]) + asked


def _read(
    request: HttpRequest, step: Step, answers: dict[str, Any], found: Interview
) -> dict[str, Any]:
    if step.id != SHARPEN:
        return take_changed(answers, read_step(step, request.POST), request.POST)
    rows = merge_follow_ups(answers.get("figures") or [], follow_ups(found), request.POST)
    return {**answers, "figures": rows}


def _faults(stored: dict[str, Any], found: Interview, shown: Step) -> list[Caution]:
    return faults_on(shown, find_faults(found, stored["kept"]), follow_ups(found))


def _first_open(steps: list[Step]) -> Step:
    return next((each for each in steps if not each.is_done), steps[-1])


def _following(steps: list[Step], shown: Step) -> str:
    """The next page; the last one comes back to itself."""
    ids = [each.id for each in steps]
    return ids[min(ids.index(shown.id) + 1, len(ids) - 1)]


def _context(
    request: HttpRequest, stored: dict[str, Any], found: Interview, shown: Step
) -> dict[str, Any]:
    answers, kept, choices = stored["answers"], stored["kept"], stored["choices"]
    asked = [each.id for each in shown.questions]
    owners = own_organisations(request.audience, edited=True)
    owner_form = _owner_form(owners, choices)
    offered = {**choices, "owner": str(owner_form.initial["owner"] or "")}
    faults = {each.field: each for each in _faults(stored, found, shown)}
    steps = list_steps(found, kept)
    drafted = hold_interview(answers, stored["language"], timezone.localdate())
    return {
        "steps": steps,
        "shown": shown,
        "is_last": shown.id == SHARPEN,
        "questions": [_asked(each, answers, found, faults, kept) for each in shown.questions],
        "rows": [
            (f"figures.{at}", row, faults.get(name), name in kept and name not in faults)
            for at, row in enumerate(rows_to_show(answers))
            for name in [f"figures.{at + 1}.value"]
        ],
        "follow_ups": [
            (each, faults.get(f"figures.{each.replaces_row}.value")) for each in follow_ups(found)
        ],
        "faults": [(_anchor(each, shown), each) for each in faults.values()],
        "found": found,
        "drafted": drafted,
        "language_name": LANGUAGES["zh" if drafted.language == "zh" else "en"],
        "is_other_language": drafted.language != found.language,
        "warnings": [each for each in found.warnings if each.field not in faults],
        "still_open": still_open(found, steps),
        "testable": sum(each.is_testable for each in drafted.requirements),
        "owner_form": owner_form,
        "is_blind": bool(choices.get("is_blind")),
        "marks": [*marks_of(asked, answers), *marks_of(_CHOICES, offered)],
        "asks_owner": len(owners) > 1,
        "is_begun": bool(answers),
    }


def _owner_form(owners: list[Organisation], choices: Mapping[str, str]) -> OwnerForm:
    """The one chosen before, where it may still be chosen."""
    chosen = next((each.pk for each in owners if str(each.pk) == choices.get("owner")), None)
    return OwnerForm(owners, initial={"owner": chosen} if chosen else {})


def _anchor(fault: Caution, shown: Step) -> str:
    """Where the page shows a fault; rows of figures are counted from 0, follow-ups from 1."""
    name, _dot, place = fault.field.partition(".")
    if not place:
        return f"q-{name}"
    number = int(place.partition(".")[0])
    return f"fault-{name}.{number if shown.id == SHARPEN else number - 1}"


def _asked(
    question: Question,
    answers: dict[str, Any],
    found: Interview,
    faults: dict[str, Caution],
    kept: dict[str, str],
) -> dict[str, Any]:
    answer, fault = answers.get(question.id, ""), faults.get(question.id)
    reading = readings_of(found).get(question.id, "")
    return {
        "question": question,
        "answer": answer,
        "longest": longest_of(question),
        "fault": fault,
        "is_kept": bool(answer) and not fault and kept.get(question.id) == answer,
        "reading": reading if reading != answer else "",
    }
