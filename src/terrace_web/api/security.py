"""Who calls the API: a token in the header, never a cookie."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer

from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.accounts.models import User
from terrace_web.api.models import Token, digest_of

_USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Caller:
    """The user a token stands for, what they may see, and what the token allows."""

    user: User
    audience: Audience
    scopes: frozenset[str]


class TokenAuth(HttpBearer):
    """``Authorization: Bearer trc_...``"""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller of a valid token; None otherwise, which answers 401."""
        now = timezone.now()
        found = Token.objects.select_related("user").filter(digest=digest_of(token)).first()
        if found is None or not found.is_valid(now):
            return None
        if found.last_used_at is None or now - found.last_used_at > _USE_NOTED_EVERY:
            Token.objects.filter(pk=found.pk).update(last_used_at=now)
        audience = audience_of(found.user, found.user.language)
        caller = Caller(found.user, audience, frozenset(found.scopes))
        request.audience = audience  # type: ignore[attr-defined]
        return caller


def caller_with(scope: str) -> Callable[[Any], Caller]:
    """A function that gives the caller of a request whose token has a scope.

    Raises:
        HttpError: 403, the token lacks it.
    """

    def read(request: Any) -> Caller:
        caller: Caller = request.auth
        if scope not in caller.scopes:
            raise HttpError(403, f"this token lacks the scope '{scope}'")
        return caller

    return read
