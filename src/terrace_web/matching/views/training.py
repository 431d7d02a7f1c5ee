"""Learning from the zone's decisions: what there is, how a training goes, what comes of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terrace_web.matching.models import TrainingRun
from terrace_web.matching.training import (
    TrainingRefused,
    accept_training,
    count_lessons,
    discard_training,
    start_training,
)
from terrace_web.permissions import require

_SHOWN = 10


@login_required
@require_safe
def show_training(request: HttpRequest) -> HttpResponse:
    """What was decided so far, the trainings, and what stands to be accepted."""
    require(request.audience, "matching:train")
    runs = list(TrainingRun.objects.select_related("by", "decided_by")[:_SHOWN])
    lessons = count_lessons()
    context = {
        "runs": runs,
        "lessons": lessons,
        "has_enough": lessons["needs"] >= lessons["fewest"],
    }
    return render(request, "matching/training.html", context)


@login_required
@require_safe
def show_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """One training, polled until it is finished."""
    require(request.audience, "matching:train")
    run = get_object_or_404(TrainingRun.objects.select_related("by", "decided_by"), pk=run_id)
    return render(request, "matching/_training_run.html", {"run": run})


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin a training."""
    return _act(request, start_training, _("The training has begun."))


@login_required
@require_POST
def accept(request: HttpRequest, run_id: int) -> HttpResponse:
    """Use a trained ranker."""
    said = _("The new ranker is in use; all matches are computed anew in the background.")
    return _act(request, accept_training, said, run_id)


@login_required
@require_POST
def discard(request: HttpRequest, run_id: int) -> HttpResponse:
    """Drop a trained ranker."""
    return _act(request, discard_training, _("Discarded; the present ranker stays in use."), run_id)


def _act(
    request: HttpRequest, action: Callable[..., Any], said: str, *arguments: Any
) -> HttpResponse:
    try:
        action(*arguments, by=request.user, audience=request.audience, now=timezone.now())
    except TrainingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("matching:training")
