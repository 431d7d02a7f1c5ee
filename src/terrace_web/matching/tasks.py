"""What the worker does for matching."""

from typing import Any

from django.utils import timezone
from django_tasks import task

from terrace_web.matching.bulk import match_everything
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.training import run_training


@task()
def follow() -> int:
    """Apply what waits in the outbox; how many changes there were."""
    return follow_outbox(timezone.now())


@task()
def match_all() -> int:
    """Match the whole market anew, after a new ranker for instance; how many pairs."""
    return match_everything()


@task()
def train(run_id: int) -> None:
    """Train a ranker on the decisions."""
    run_training(run_id, now=timezone.now)


def enqueue_follow(**_signal: Any) -> None:
    """Let the worker follow; a second task that finds nothing to do costs a query."""
    follow.enqueue()
