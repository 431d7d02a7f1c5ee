"""The worker's mails of what is new: one task for all that one transaction tells."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

UNDO_TIME = timedelta(minutes=2)
"""How long the mail of what may be undone waits."""
_A_LITTLE_LATER = UNDO_TIME + timedelta(seconds=1)


@task()
def mail_new() -> int:
    """Mail what is new to those who want it at once; how many mails."""
    from terrace_web.notices.mails import send_new

    return send_new(timezone.now())


def mail_soon(*, may_be_undone: bool = False) -> None:
    """Let the worker mail what is new after this transaction, however often it is asked."""
    enqueue: Callable[[], None] = _enqueue_later if may_be_undone else _enqueue
    if not any(enqueue in entry for entry in transaction.get_connection().run_on_commit):
        transaction.on_commit(enqueue)


def _enqueue() -> None:
    mail_new.enqueue()


def _enqueue_later() -> None:
    """Where tasks cannot wait, the hourly run mails it."""
    if mail_new.get_backend().supports_defer:
        mail_new.using(run_after=timezone.now() + _A_LITTLE_LATER).enqueue()
