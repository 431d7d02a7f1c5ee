"""The request's language and audience."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_from_request

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.languages import keep_choice

Respond = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chosen language (cookie), else the browser's; named in the answer."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language."""
        language = get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        keep_choice(request, response)
        response.headers.setdefault("Content-Language", language)
        if not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
            response.headers["Vary"] = _with_vary(response, "Accept-Language")
        return response


class AudienceMiddleware:
    """``request.audience``: who is asking, read at its first use."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the audience at hand."""
        language = getattr(request, "LANGUAGE_CODE", "en")
        request.audience = SimpleLazyObject(  # type: ignore[assignment]
            lambda: audience_of(request.user, language)
        )
        return self.get_response(request)


def _with_vary(response: HttpResponse, name: str) -> str:
    said = [each.strip() for each in response.headers.get("Vary", "").split(",") if each.strip()]
    return ", ".join(dict.fromkeys([*said, name]))
