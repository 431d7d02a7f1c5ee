"""Short messages that an htmx answer shows without another page."""

from typing import Literal

from django.http import HttpResponse
from django_htmx.http import trigger_client_event

Level = Literal["success", "info", "warning", "error"]


def add_toast(
    response: HttpResponse, text: str, level: Level = "success", *, undo_url: str = ""
) -> HttpResponse:
    """The same answer, which also shows ``text``; ``undo_url`` is posted to by its Undo button."""
    event = {"text": str(text), "level": level, "undo": undo_url}
    return trigger_client_event(response, "toast", event)
