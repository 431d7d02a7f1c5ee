"""The readiness of an achievement: answering level by level, with evidence."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrace.errors import InputError, Problem
from terrace.readiness import Assessment, ReadinessLevel, Scale, load_scale
from terrace_web.market.charts import readiness_chart
from terrace_web.market.errors import EditConflict, NotEditable
from terrace_web.market.models import Record
from terrace_web.market.queries import get_record
from terrace_web.market.readiness import answers_of, assessment_of, read_entries, save_assessment
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.sight import note_sight
from terrace_web.permissions import may

_PARTS = {"evidence": gettext_lazy("What shows it"), "link": gettext_lazy("Link")}


@login_required
def assess_readiness(request: HttpRequest, code: str) -> HttpResponse:
    """Six dimensions of nine levels: yes, no or unknown, and what shows it."""
    record = get_record(request.audience, code, "market:record:see_confidential")
    if record.kind != "achievement":
        raise Http404
    view = view_for(request.audience, record)
    if request.method == "POST":
        return _save(request, record, view)
    note_sight(view, by=request.user, now=timezone.now())
    return _show(request, record, view, answers_of(view))


def _save(request: HttpRequest, record: Record, view: RecordView) -> HttpResponse:
    answers = _read_answers(request.POST)
    version = request.POST.get("version", "")
    try:
        save_assessment(
            record.code,
            answers,
            sets_level="sets_level" in request.POST,
            version=int(version) if version.isascii() and version.isdigit() else None,
            by=request.user,
            audience=request.audience,
            now=timezone.now(),
        )
    except (InputError, EditConflict, NotEditable) as error:
        return _show(request, record, view, answers, problem=error)
    messages.success(request, _("The assessment is saved."))
    return redirect("market:readiness", record.code)


def _show(
    request: HttpRequest,
    record: Record,
    view: RecordView,
    answers: dict[str, Any],
    *,
    problem: Exception | None = None,
) -> HttpResponse:
    scale, language = load_scale(), request.audience.language
    found = assessment_of(view)
    wrong = {each.field: each for each in getattr(problem, "problems", ())}
    may_edit = may(request.audience, "market:record:edit", record).allowed
    context = {
        "view": view,
        "may_edit": may_edit,
        "can_edit": may_edit and record.run.stage == "draft",
        "dimensions": _dimensions(scale, found, answers, language, wrong),
        "summary": found.summary.in_language(language),
        "steps": [step.sentence.in_language(language) for step in found.steps],
        "chart": readiness_chart(found.profile, scale),
        "technology": found.profile["technology"],
        "problem": problem,
        "faults": [_place_fault(scale, each, language) for each in wrong.values()],
        "sets_level": "sets_level" in request.POST,
        "is_answered": bool(answers_of(view)),
    }
    return render(request, "market/readiness.html", context, status=422 if problem else 200)


def _read_answers(given: QueryDict) -> dict[str, Any]:
    """The form's ``technology.1.answer`` fields as nested answers; empty ones are left out."""
    return read_entries({name: value for name, value in given.items() if name.count(".") == 2})


def _dimensions(
    scale: Scale,
    found: Assessment,
    answers: dict[str, Any],
    language: str,
    wrong: dict[str, Any],
) -> list[dict[str, Any]]:
    return [
        {
            "name": given.name.in_language(language),
            "question": given.question.in_language(language),
            "shown": judged.shown,
            "claimed": judged.claimed,
            "gap": [words.in_language(language) for words in judged.gap],
            "has_problem": any(place.startswith(f"{given.id}.") for place in wrong),
            "levels": [
                {
                    **_words(level, language),
                    **_said(f"{given.id}.{level.number}", answers, wrong),
                    "is_shown": level.number <= judged.shown,
                }
                for level in given.levels
            ],
        }
        for given, judged in zip(scale.dimensions, found.dimensions, strict=True)
    ]


def _place_fault(scale: Scale, problem: Problem, language: str) -> dict[str, Any]:
    """A bad answer as the page shows it: where to go, which answer, and what is wrong."""
    dimension, number, part = (*problem.field.split("."), "", "")[:3]
    names = {each.id: each.name.in_language(language) for each in scale.dimensions}
    return {
        "place": f"{dimension}.{number}",
        "dimension": names.get(dimension, dimension),
        "level": number,
        "part": _PARTS.get(part, ""),
        "problem": problem,
    }


def _words(level: ReadinessLevel, language: str) -> dict[str, Any]:
    return {
        "number": level.number,
        "name": level.name.in_language(language),
        "must_hold": level.must_hold.in_language(language),
        "asks_for": level.evidence.in_language(language),
        "example": level.example.in_language(language),
    }


def _said(place: str, answers: dict[str, Any], wrong: dict[str, Any]) -> dict[str, Any]:
    dimension, number = place.split(".")
    said = answers.get(dimension, {}).get(number, {})
    problems = [each for name, each in wrong.items() if name.startswith(f"{place}.")]
    return {
        "place": place,
        "answer": said.get("answer") or "unknown",
        "evidence": said.get("evidence", ""),
        "link": said.get("link", ""),
        "problem": problems[0] if problems else None,
    }
