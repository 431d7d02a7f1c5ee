"""What the worker does for imports, digests and followers."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from terrace_web.exchange.completing import submit_imported
from terrace_web.exchange.importing import (
    read_import,
    store_import,
)
from terrace_web.exchange.models import Import

_AT_ONCE_BYTES, _AT_ONCE_ROWS = 200_000, 150


@task()
def read(import_id: int) -> None:
    """Read the file of an import for its preview."""
    read_import(_get(import_id))


@task()
def store(import_id: int) -> None:
    """Make the drafts of an import."""
    store_import(_get(import_id), now=timezone.now())


@task()
def submit(import_id: int) -> None:
    """Submit the drafts of an import for review."""
    submit_imported(_get(import_id), now=timezone.now())


@task()
def tell(record_id: int, move: str, event_id: int) -> int:
    """Tell the followers of a record that it came to market, or left it."""
    from terrace_web.exchange.telling import tell_followers

    return tell_followers(record_id, move, event_id, now=timezone.now())


@task()
def run_hourly() -> None:
    """What time alone brings about."""
    from terrace_web.exchange.hourly import do_hourly

    do_hourly(timezone.now())


@task()
def send_digests() -> int:
    """Mail what saved searches found; how many mails."""
    from terrace_web.exchange.digests import send_due_digests

    return send_due_digests(timezone.now())


def start_reading(job: Import, size: int) -> None:
    """A small file is read at once, a large one by the worker."""
    _start(read, job, at_once=size <= _AT_ONCE_BYTES)


def start_storing(job: Import) -> None:
    """Few rows are stored at once, many by the worker."""
    _start(store, job, at_once=job.total <= _AT_ONCE_ROWS)


def start_submitting(job: Import) -> None:
    """Few drafts are submitted at once, many by the worker."""
    _start(submit, job, at_once=len(job.made) + len(job.changed) <= _AT_ONCE_ROWS)


def enqueue_telling(*, record_id: int, move: str, event_id: int, **_signal: Any) -> None:
    """Let the worker tell the followers, where the move is one they wait for."""
    if move in ("publish", "withdraw", "expire", "revise"):
        tell.enqueue(record_id, move, event_id)


def _start(work: Any, job: Import, *, at_once: bool) -> None:
    if at_once:
        work.call(job.pk)
    else:
        transaction.on_commit(lambda: work.enqueue(job.pk))


def _get(import_id: int) -> Import:
    return Import.objects.select_related("owner", "user").get(pk=import_id)
