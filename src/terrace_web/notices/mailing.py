"""The worker's mails of what is new: one task for all that one transaction tells."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task


@task()
def mail_new() -> int:
    """Mail what is new to those who want it at once; how many mails."""
    from terrace_web.notices.mails import send_new

    return send_new(timezone.now())


def mail_soon() -> None:
    """Let the worker mail what is new after this transaction, however often it is asked."""
    waiting: list[Any] = transaction.get_connection().run_on_commit
    if not any(_enqueue in entry for entry in waiting):
        transaction.on_commit(_enqueue)


def _enqueue() -> None:
    mail_new.enqueue()
