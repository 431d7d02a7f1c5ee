"""Version 1 of the API: the market, matches and decisions, with the permissions of the site."""

from collections.abc import Sequence
from itertools import count
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Query, Status
from ninja.errors import HttpError
from ninja.throttling import AuthRateThrottle

from terrace_web.accounts.models import Organisation
from terrace_web.api.models import SCOPES
from terrace_web.api.problems import MOST_A_MINUTE, register_problems
from terrace_web.api.schemas import (
    DecisionIn,
    DecisionOut,
    Kind,
    ListQuery,
    MoveIn,
    PairOut,
    PairPage,
    Problem,
    RecordChange,
    RecordIn,
    RecordOut,
    RecordPage,
    check_levels,
    check_values,
)
from terrace_web.api.security import TokenAuth, caller_with
from terrace_web.market.actions import create_record, save_record
from terrace_web.market.facets import Filters
from terrace_web.market.moves import move_record, renew_record
from terrace_web.market.queries import get_record, get_view
from terrace_web.market.search import search_market
from terrace_web.market.sight import note_sight
from terrace_web.matching import actions as matching
from terrace_web.matching.queries import PAGE_SIZE, list_matches
from terrace_web.matching.selection import Selection, StateChoice

_DESCRIPTION = (
    "Records as the token's user may see them; what is not visible answers 404. "
    "Make a token in your profile. Scopes: " + ", ".join(f"`{scope}`" for scope in SCOPES)
)
api = NinjaAPI(
    title="Terrace",
    version="1",
    description=_DESCRIPTION,
    auth=TokenAuth(),
    urls_namespace="api-v1",
    throttle=[AuthRateThrottle(f"{MOST_A_MINUTE}/m")],
    docs_url=None,
)
register_problems(api)
reads = caller_with("market:read")
writes = caller_with("market:write")
sees_matches = caller_with("matches:read")
decides = caller_with("decisions:write")
_PROBLEMS = dict.fromkeys((400, 401, 403, 404, 405, 409), Problem)


@api.get("/records", response={200: RecordPage, **_PROBLEMS}, summary="Search and list records")
def list_records(request: HttpRequest, kind: Kind, given: Annotated[ListQuery, Query()]) -> Any:
    """Published records that the caller may see, with facets; 20 a page, none after the last."""
    caller = reads(request)
    _refuse_unknown(request, ["kind", *ListQuery.model_fields])
    filters = Filters(
        kind=kind,
        query=given.q,
        chosen=given.chosen(),
        mine=given.mine,
        order=given.order,
        page=given.page,
    )
    page = search_market(caller.audience, filters, today=timezone.localdate())
    asked = max(1, given.page)
    return {
        "total": page.total,
        "page": asked,
        "pages": page.pages,
        "records": [RecordOut.of(view) for view in page.views] if page.page == asked else [],
        "facets": page.facets,
    }


@api.get("/records/{code}", response={200: RecordOut, **_PROBLEMS}, summary="One record")
def show_record(request: HttpRequest, code: str) -> Any:
    """The fields that are open to the caller; seeing confidential ones is recorded."""
    caller = reads(request)
    view = get_view(caller.audience, code)
    note_sight(view, by=caller.user, now=timezone.now())
    return RecordOut.of(view)


@api.post("/records", response={201: RecordOut, **_PROBLEMS}, summary="Create a draft")
def add_record(request: HttpRequest, given: RecordIn) -> Any:
    """A new draft of an organisation that the caller edits."""
    caller = writes(request)
    _require_sound(given.kind, given.values, given.levels)
    owner = Organisation.objects.filter(code=given.owner_code).first()
    if owner is None:
        raise Http404
    record = create_record(
        given.kind,
        owner=owner,
        by=caller.user,
        audience=caller.audience,
        values=given.values,
        levels=given.levels,
        language=given.language or "",
        now=timezone.now(),
    )
    return Status(201, RecordOut.of(get_view(caller.audience, record.code)))


@api.patch("/records/{code}", response={200: RecordOut, **_PROBLEMS}, summary="Change a draft")
def change_record(request: HttpRequest, code: str, given: RecordChange) -> Any:
    """Changed fields; send the version you began with and nobody's work is overwritten."""
    caller = writes(request)
    record = get_record(caller.audience, code)
    _require_sound(record.kind, given.values, given.levels)
    save_record(
        code,
        by=caller.user,
        audience=caller.audience,
        values=given.values,
        levels=given.levels,
        version=given.version,
        now=timezone.now(),
    )
    return RecordOut.of(get_view(caller.audience, code))


@api.post(
    "/records/{code}/moves/{move}", response={200: RecordOut, **_PROBLEMS}, summary="Make a move"
)
def make_move(request: HttpRequest, code: str, move: str, given: MoveIn) -> Any:
    """A move of the publication flow: submit, return, publish, withdraw, revise, reopen, renew."""
    caller = writes(request)
    asker: dict[str, Any] = {"by": caller.user, "audience": caller.audience, "note": given.note}
    if move == "renew":
        renew_record(code, given.expires, now=timezone.now(), **asker)
    elif given.expires:
        raise HttpError(400, "expires: only a renewal takes a last day")
    else:
        move_record(code, move, now=timezone.now(), **asker)
    return RecordOut.of(get_view(caller.audience, code))


@api.get(
    "/records/{code}/matches", response={200: PairPage, **_PROBLEMS}, summary="Matches of a record"
)
def show_matches(request: HttpRequest, code: str, page: int = 1, state: StateChoice = "") -> Any:
    """A need's achievements or an achievement's needs, ranked; both sides visible to the caller."""
    caller = sees_matches(request)
    _refuse_unknown(request, ["page", "state"])
    selection = Selection(page=page, state=state)
    _record, found = list_matches(caller.audience, code, selection)
    asked = max(1, page)
    # A list stops at its last page: whoever walks it has to come to an end.
    rows = found.rows if found.page == asked else []
    ranks = count((asked - 1) * PAGE_SIZE + 1)
    return {
        "total": found.total,
        "page": asked,
        "pages": found.pages,
        "matches": [PairOut.of(row, next(ranks)) for row in rows],
    }


@api.post("/decisions", response={201: DecisionOut, **_PROBLEMS}, summary="Decide on a match")
def add_decision(request: HttpRequest, given: DecisionIn) -> Any:
    """Shortlist, reject (with a cause or a reason), later, or take the last decision back."""
    caller = decides(request)
    common: dict[str, Any] = {"by": caller.user, "audience": caller.audience, "now": timezone.now()}
    if given.choice == "undo":
        made = matching.undo(given.need, given.achievement, **common)
    else:
        why: dict[str, Any] = {"cause": given.cause, "reason": given.reason}
        made = matching.decide(given.need, given.achievement, given.choice, **why, **common)
    said = DecisionOut(
        need=given.need,
        achievement=given.achievement,
        choice=made.choice,
        cause=made.cause,
        reason=made.reason,
        at=made.at,
    )
    return Status(201, said)


@api.get("/me", response={200: dict[str, Any], **_PROBLEMS}, summary="Who the token stands for")
def show_me(request: HttpRequest) -> Any:
    """The user, their roles and organisations, and the token's scopes."""
    caller: Any = request.auth  # type: ignore[attr-defined]
    codes = Organisation.objects.filter(pk__in=caller.audience.member_of)
    return {
        "name": caller.user.name,
        "email": caller.user.email,
        "roles": sorted(caller.audience.roles),
        "organisations": sorted(codes.values_list("code", flat=True)),
        "scopes": sorted(caller.scopes),
    }


def _refuse_unknown(request: HttpRequest, known: Sequence[str]) -> None:
    """A filter that is written wrongly would bring what was not asked for."""
    for name in request.GET:
        if name not in known:
            raise HttpError(400, f"'{name}' is no parameter here; known are {', '.join(known)}")


def _require_sound(kind: str, values: dict[str, Any], levels: dict[Any, str]) -> None:
    problem = check_values(kind, values) or check_levels(levels)
    if problem:
        raise HttpError(400, problem)


__all__ = ["api"]
