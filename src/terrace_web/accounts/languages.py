"""The language somebody reads in: chosen by the switch, kept in the profile, set at sign-in."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from terrace_web.accounts.models import User

_CHOSEN = "language"


def set_language_cookie(response: HttpResponseBase, language: str) -> None:
    """Let the next pages in this browser be in that language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=31_536_000,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )


def language_at_sign_in(request: HttpRequest, user: User) -> str:
    """What a visitor has just chosen by the switch, else what the profile says."""
    return str(request.session.get(_CHOSEN) or user.language)


def keep_choice(request: HttpRequest, response: HttpResponseBase) -> None:
    """Remember what the switch has just set: in the profile, or until a visitor signs in."""
    cookie = response.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    match = request.resolver_match
    if cookie is None or match is None or match.url_name != "set_language":
        return
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=cookie.value)
    else:
        request.session[_CHOSEN] = cookie.value
