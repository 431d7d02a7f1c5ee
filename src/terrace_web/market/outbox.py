"""Writing the outbox in the transaction of the change itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import transaction

from terrace_web.market.models import Change
from terrace_web.market.signals import records_changed

_gathered: ContextVar[list[int] | None] = ContextVar("gathered", default=None)


def note_change(record_id: int, now: datetime) -> None:
    """One record was added, changed or moved; call it inside the transaction."""
    Change.objects.create(record_id=record_id, at=now)
    _tell([record_id])


def note_many(record_ids: Sequence[int], now: datetime) -> None:
    """Many records were added or changed at once, by an import for instance."""
    Change.objects.bulk_create(Change(record_id=pk, at=now) for pk in record_ids)
    _tell(list(record_ids))


def note_everything(now: datetime) -> None:
    """So much changed that catalogues read all records anew; the indexes are rebuilt apart."""
    Change.objects.create(record_id=None, at=now, applied_at=now)


@contextmanager
def changed_together() -> Iterator[None]:
    """One transaction whose changes are told by one signal instead of one each."""
    ids: list[int] = []
    with transaction.atomic():
        outer = _gathered.set(ids)
        try:
            yield
        finally:
            _gathered.reset(outer)
        if ids:
            _tell(list(dict.fromkeys(ids)))


def _tell(ids: list[int]) -> None:
    gathered = _gathered.get()
    if gathered is None:
        transaction.on_commit(lambda: records_changed.send(sender=Change, ids=ids))
    else:
        gathered.extend(ids)
