"""The pages shown when a request cannot be answered."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _


def show_bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be read."""
    return render(request, "errors/400.html", status=400)


def show_forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: visible, but not allowed; with the reason the permission table gives."""
    reason = _as_sentence(str(exception)) if exception and str(exception) else ""
    return render(request, "errors/403.html", {"reason": reason}, status=403)


def show_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not visible; nobody can tell which."""
    return render(request, "errors/404.html", status=404)


def show_too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: more requests than one person makes."""
    return render(request, "errors/429.html", status=429)


def show_server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; without database and user, which may be what failed."""
    return HttpResponse(loader.get_template("errors/500.html").render({}), status=500)


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old or came from elsewhere."""
    return render(request, "errors/csrf.html", status=403)


class MethodMiddleware:
    """405: an address that only takes what a form sends, opened like a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; an empty one gets words."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = render(request, "errors/405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def _as_sentence(reason: str) -> str:
    """The table's reasons are clauses; on a page they stand alone."""
    return reason if reason.endswith((".", "。")) else _("%(clause)s.") % {"clause": reason}
