"""Webhooks by the worker."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from terrace_web.api.models import Delivery
from terrace_web.api.webhooks import deliver, is_worth_trying, queue_event

_EVENT_OF_STAGE = {
    "published": "record.published",
    "withdrawn": "record.withdrawn",
    "expired": "record.withdrawn",
}


@task()
def tell(event: str, record_ids: list[int]) -> int:
    """Queue an event and send it at once; how many addresses it goes to."""
    queued = queue_event(event, record_ids, now=timezone.now())
    for delivery in queued:
        _send(delivery.pk)
    return len(queued)


@task()
def send_again(delivery_id: int) -> None:
    """One more attempt."""
    _send(delivery_id)


def on_record_moved(*, record_id: int, stage: str, **_signal: Any) -> None:
    """A record came to market, or left it."""
    if event := _EVENT_OF_STAGE.get(stage):
        tell.enqueue(event, [record_id])


def _send(delivery_id: int) -> None:
    delivery = Delivery.objects.select_related("webhook").get(pk=delivery_id)
    if deliver(delivery, now=timezone.now()) or not is_worth_trying(delivery):
        return
    later = timezone.now() + timedelta(minutes=2**delivery.attempts)
    backend = send_again.get_backend()
    if backend.supports_defer:
        transaction.on_commit(lambda: send_again.using(run_after=later).enqueue(delivery.pk))
