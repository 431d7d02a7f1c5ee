"""How errors answer: a status, and one sentence in ``detail``."""

import logging
import math
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from terrace.errors import TerraceError
from terrace_web.market.errors import EditConflict

_NO_TOKEN = (
    "send a token that is still valid, as 'Authorization: Bearer trc_...'; "
    "tokens are made in the profile"
)
MOST_A_MINUTE = 300
_BROKEN = (
    "something broke on our side and nothing was stored by halves; "
    "try again, and tell the administrator if it stays"
)
_logger = logging.getLogger("django.request")

# How many names of ours stand between where it came in and the caller's own.
_OWN_NAMES = {"body": 1, "form": 1}


def register_problems(api: NinjaAPI) -> None:
    """Let the API answer the platform's errors."""

    def answer(status: int, detail: str, request: HttpRequest) -> HttpResponse:
        return api.create_response(request, {"detail": detail}, status=status)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, _error: Any) -> HttpResponse:
        response = answer(401, _NO_TOKEN, request)
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, _error: Any) -> HttpResponse:
        return answer(404, "there is no such thing, or it is not visible to you", request)

    @api.exception_handler(PermissionDenied)
    def denied(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(403, str(error) or "this is not open to you", request)

    @api.exception_handler(EditConflict)
    def conflict(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(409, f"{error} (version {error.version})", request)

    @api.exception_handler(TerraceError)
    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(400, str(error), request)

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(400, "; ".join(map(_say_malformed, error.errors)), request)

    @api.exception_handler(HttpError)
    def plain(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(error.status_code, _say_unread(error), request)

    @api.exception_handler(Throttled)
    def too_many(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(429, _say_when(error.wait), request)

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        # What Django does for a page: whoever watches the log has to learn of it.
        got_request_exception.send(sender=None, request=request)
        _logger.error("Internal Server Error: %s", request.path, exc_info=error)
        return answer(500, _BROKEN, request)


def _say_unread(error: HttpError) -> str:
    """What is wrong; of a body that cannot be read, where it stops to be JSON."""
    if isinstance(error.__cause__, ValueError):
        return f"the body has to be JSON, and is not: {error.__cause__}"
    return str(error)


def _say_when(wait: float | None) -> str:
    again = f"try again in {math.ceil(wait)} seconds" if wait else "try again later"
    return f"a token may send {MOST_A_MINUTE} requests a minute; {again}"


def _say_malformed(problem: dict[str, Any]) -> str:
    """The field as the caller wrote it: where it came in and our parameters' names are ours."""
    source, *path = problem["loc"]
    place = ".".join(map(str, path[_OWN_NAMES.get(source, 0) :]))
    return f"{place}: {problem['msg']}" if place else str(problem["msg"])
