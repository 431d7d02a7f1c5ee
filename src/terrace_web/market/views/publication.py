"""Moves of the publication flow, my records by stage, and the queue of those who review."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terrace_web.accounts.audience import GROUPS
from terrace_web.flows.errors import MoveRefused
from terrace_web.flows.models import Event
from terrace_web.flows.queries import stage_name
from terrace_web.market.display import GROUP_LABELS, KIND_PLURALS
from terrace_web.market.errors import NoReviewer
from terrace_web.market.forms import RenewalForm
from terrace_web.market.guard import shows_confidential
from terrace_web.market.listing import card_of
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record, offered_moves, renew_record
from terrace_web.market.publication import (
    OfferedMove,
    describe_moves,
    has_in_charge,
    list_mine,
    note_of_missing,
    owned_with_move,
    publish_many,
    review_queue,
)
from terrace_web.market.queries import get_record, visible_to
from terrace_web.market.redaction import view_for
from terrace_web.permissions import require

_MOST_AT_ONCE = 100
_OPENING = ("submit", "renew", "publish")


@login_required
def move(request: HttpRequest, code: str, move: str) -> HttpResponse:
    """Ask for the note and the confirmation of a move, then make it."""
    try:
        return _ask_or_move(request, code, move)
    except Http404:
        if owned := owned_with_move(request.audience, code, move):
            return _lead_to_record(request, owned)
        if not has_in_charge(request.audience, code):
            raise
    said = _("This record was taken back or decided in the meantime: it waits for you no longer.")
    messages.info(request, said)
    return redirect("market:review")


def _lead_to_record(request: HttpRequest, record: Record) -> HttpResponse:
    """The step was made already, in another window or before the way back."""
    now = stage_name(record.run, record.run.stage, request.audience.language)
    messages.info(request, _("This step is not open any more. The record is now: %s.") % now)
    return redirect("market:record", record.code)


def _ask_or_move(request: HttpRequest, code: str, move: str) -> HttpResponse:
    record = get_record(request.audience, code)
    moves = _offered(request, record)
    offered = next((each for each in moves if each.id == move), None)
    if offered is None:
        raise Http404
    if request.method != "POST":
        note = note_of_missing(moves, request.GET.get("for", "")) if move == "return" else ""
        return _show_move(request, record, offered, note=note)
    note = request.POST.get("note", "").strip()
    renewal = RenewalForm(request.POST) if move == "renew" else None
    if renewal and not renewal.is_valid():
        return _show_move(request, record, offered, note=note, renewal=renewal)
    try:
        event = _make(request, code, move, note, renewal)
    except (MoveRefused, NoReviewer) as error:
        problem = _say_problem(error)
        return _show_move(request, record, offered, problem=problem, note=note, renewal=renewal)
    reached = stage_name(record.run, event.to_stage, request.audience.language)
    shown = view_for(request.audience, record)
    said = {"title": shown.title_first or code, "stage": reached}
    messages.success(request, _("“%(title)s” is now: %(stage)s.") % said)
    if request.POST.get("next") == "review":
        return redirect("market:review")
    # Who withdraws a record as an officer does not see it any more.
    if not visible_to(request.audience).filter(code=code).exists():
        return redirect("market:index")
    return redirect("market:record", code)


@require_safe
@login_required
def show_mine(request: HttpRequest) -> HttpResponse:
    """The records of my organisations, by stage."""
    stage = request.GET.get("stage", "")
    found = list_mine(request.audience, stage=stage, page=request.GET.get("page", "1"))
    context = {
        "page": found.page,
        "cards": [card_of(view, shows_stage=True) for view in found.views],
        "stages": found.stages,
        "stage": stage,
        "total": sum(each.count for each in found.stages),
        "kinds": KIND_PLURALS.items(),
        "can_create": bool(request.audience.edits),
    }
    return render(request, "market/mine.html", context)


@login_required
def show_review(request: HttpRequest) -> HttpResponse:
    """The records that wait for my review; several may be published at once."""
    require(request.audience, "market:review")
    outcomes = None
    if request.method == "POST":
        codes = request.POST.getlist("code")[:_MOST_AT_ONCE]
        outcomes = publish_many(
            codes, by=request.user, audience=request.audience, now=timezone.now()
        )
    context = {
        "waiting": review_queue(request.audience, timezone.localdate()),
        "outcomes": outcomes,
        "done": sum(each.is_done for each in outcomes or ()),
    }
    return render(request, "market/review.html", context)


def _make(
    request: HttpRequest, code: str, move: str, note: str, renewal: RenewalForm | None
) -> Event:
    asker: dict[str, Any] = {"by": request.user, "audience": request.audience, "note": note}
    if renewal:
        expires = renewal.cleaned_data["expires"]
        return renew_record(code, expires, now=timezone.now(), **asker)
    return move_record(code, move, now=timezone.now(), **asker)


def _offered(request: HttpRequest, record: Record) -> list[OfferedMove]:
    checks = offered_moves(request.audience, record, timezone.now())
    return describe_moves(checks, record, request.audience)


def _say_problem(error: MoveRefused | NoReviewer) -> str:
    # The page has the list of what is missing below.
    if isinstance(error, MoveRefused) and error.check.findings:
        return _("Not yet possible. Still missing:")
    return str(error) or _("A note is needed.")


def _show_move(
    request: HttpRequest,
    record: Record,
    offered: OfferedMove,
    *,
    problem: str = "",
    note: str = "",
    renewal: RenewalForm | None = None,
) -> HttpResponse:
    context = {
        "view": view_for(request.audience, record),
        "move": offered,
        "problem": problem,
        "note": note,
        "renewal": renewal or (RenewalForm() if offered.id == "renew" else None),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    if offered.id in _OPENING:
        context["levels"] = [(GROUP_LABELS[g], getattr(record, f"{g}_level")) for g in GROUPS]
        context["opens_secret"] = shows_confidential(record)
    is_refused = bool(problem or (renewal and renewal.errors))
    return render(request, "market/move.html", context, status=422 if is_refused else 200)
