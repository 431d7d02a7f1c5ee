"""What the worker does for matching."""

from typing import Any

from django.utils import timezone
from django_tasks import task

from terrace_web.matching.following import follow_outbox


@task()
def follow() -> int:
    """Apply what waits in the outbox; how many changes there were."""
    return follow_outbox(timezone.now())


def enqueue_follow(**_signal: Any) -> None:
    """Let the worker follow; a second task that finds nothing to do costs a query."""
    follow.enqueue()
