"""The number on the bell."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from terrace_web.notices.queries import count_unread


def unread(request: HttpRequest) -> dict[str, Any]:
    """``unread_notices``, counted only where a template shows it."""
    audience = getattr(request, "audience", None)
    if audience is None or audience.user_id is None:
        return {}
    return {"unread_notices": SimpleLazyObject(lambda: count_unread(audience))}
