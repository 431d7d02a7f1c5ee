"""Methods of requests: HEAD answers like GET, and what an address does not know is said in JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver

Answer = Callable[..., HttpResponse]


def speak_json(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """An address of the API whose answers to a wrong method are like its other ones."""
    if isinstance(pattern, URLPattern):
        pattern.callback = _told_in_json(pattern.callback)
    return pattern


def _told_in_json(view: Any) -> Answer:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, request.method = request.method, _method_of(request)
        response: HttpResponse = view(request, *args, **kwargs)
        # Whoever sends the answer leaves the body out by what was asked.
        request.method = asked
        return _refuse(request, response) if response.status_code == 405 else response

    return answer


def _method_of(request: HttpRequest) -> str | None:
    return "GET" if request.method == "HEAD" else request.method


def _refuse(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    allowed = sorted({each.strip() for each in response["Allow"].split(",")})
    known = ", ".join([*allowed, "HEAD"] if "GET" in allowed else allowed)
    detail = f"{request.method} is not known here; use {known}"
    return JsonResponse({"detail": detail}, status=405, headers={"Allow": known})
