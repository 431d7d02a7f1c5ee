"""How errors answer: a status, and one sentence in ``detail``."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from terrace.errors import TerraceError
from terrace_web.market.errors import EditConflict

_NO_TOKEN = (
    "send a token that is still valid, as 'Authorization: Bearer trc_...'; "
    "tokens are made in the profile"
)

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


def _say_malformed(problem: dict[str, Any]) -> str:
    """The field as the caller wrote it: where it came in and our parameters' names are ours."""
    source, *path = problem["loc"]
    place = ".".join(map(str, path[_OWN_NAMES.get(source, 0) :]))
    return f"{place}: {problem['msg']}" if place else str(problem["msg"])
