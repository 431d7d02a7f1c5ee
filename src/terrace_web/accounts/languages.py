"""The language somebody reads in: chosen by the switch, kept in the profile, set at sign-in."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from terrace_web.accounts.models import User

# A cookie until the browser is closed: visitors need no session for it.
_CHOSEN = "language_chosen"


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
    chosen = request.COOKIES.get(_CHOSEN, "")
    return chosen if chosen in dict(settings.LANGUAGES) else user.language


def begin_reading(response: HttpResponseBase, language: str) -> None:
    """From the sign-in on; what was chosen before it is used up."""
    set_language_cookie(response, language)
    response.delete_cookie(_CHOSEN, samesite="Lax")


def keep_choice(request: HttpRequest, response: HttpResponseBase) -> None:
    """Remember what the switch has just set: in the profile, or until a visitor signs in."""
    cookie = response.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    match = request.resolver_match
    if cookie is None or match is None or match.url_name != "set_language":
        return
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=cookie.value)
    else:
        secure = settings.LANGUAGE_COOKIE_SECURE
        response.set_cookie(_CHOSEN, cookie.value, samesite="Lax", secure=secure)
