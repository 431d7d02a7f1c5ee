"""What a killed process left undone, taken up at the next start.

A change is acknowledged when its transaction has ended; its index entry, matches and mails
are the worker's, and a worker may be killed too. Its tasks are made to be repeated.
"""

from dataclasses import dataclass

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from terrace_web.backups.tasks import give_up, run_job
from terrace_web.market.models import Change
from terrace_web.matching.tasks import follow

ATTEMPTS = 3


class TaskAbandoned(Exception):  # the worker stores its name with the task
    """A task whose worker was killed each time it was tried; it may be what kills it."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """How many tasks are tried again, how many given up, and how many changes waited."""

    again: int
    given_up: int
    changes: int


def take_up_leftovers() -> TakenUp:
    """Put interrupted tasks back and follow waiting changes; call it while no worker runs."""
    interrupted = list(DBTaskResult.objects.running())
    given_up = [each for each in interrupted if len(each.worker_ids) >= ATTEMPTS]
    for each in given_up:
        each.set_failed(TaskAbandoned(f"its worker was killed {len(each.worker_ids)} times"))
        if each.task_path == run_job.module_path:
            give_up(*each.args_kwargs["args"])
    again = DBTaskResult.objects.running().update(
        status=TaskResultStatus.READY, started_at=None, run_after=timezone.now()
    )
    changes = Change.objects.filter(applied_at=None).count()
    if changes:
        follow.enqueue()
    return TakenUp(again, len(given_up), changes)
