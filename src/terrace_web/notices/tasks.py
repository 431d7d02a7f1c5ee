"""Notices by the worker."""

from typing import Any

from django.utils import timezone
from django_tasks import task

from terrace_web.notices.telling import tell_move


@task()
def tell_about_move(record_id: int, event_id: int) -> int:
    """Tell the people concerned; how many."""
    return tell_move(record_id, event_id, timezone.now())


def on_record_moved(*, record_id: int, event_id: int, **_signal: Any) -> None:
    """A record was moved."""
    tell_about_move.enqueue(record_id, event_id)
