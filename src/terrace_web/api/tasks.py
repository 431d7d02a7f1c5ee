"""Webhooks by the worker."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from terrace_web.api.events import is_wanted, queue_decision, queue_event, queue_pairs
from terrace_web.api.models import Delivery
from terrace_web.api.webhooks import deliver
from terrace_web.flows.models import Event
from terrace_web.matching.models import Pair
from terrace_web.predicates import PUBLISHED


@task()
def tell(event: str, record_ids: list[int]) -> int:
    """Queue an event and send it at once; how many addresses it goes to."""
    return _send_all(queue_event(event, record_ids, now=timezone.now()))


@task()
def tell_pairs(pair_ids: list[int]) -> int:
    """Tell of new pairs; how many addresses it goes to."""
    return _send_all(queue_pairs(Pair.objects.filter(pk__in=pair_ids), now=timezone.now()))


@task()
def tell_decision(decision_id: int) -> int:
    """Tell of a decision; how many addresses it goes to."""
    return _send_all(queue_decision(decision_id, now=timezone.now()))


@task()
def send_again(delivery_id: int) -> None:
    """One more attempt."""
    _send(delivery_id)


def on_record_moved(*, record_id: int, stage: str, event_id: int, **_signal: Any) -> None:
    """A record came to market, or left it."""
    if stage == PUBLISHED:
        tell.enqueue("record.published", [record_id])
    elif Event.objects.filter(pk=event_id, from_stage=PUBLISHED).exists():
        tell.enqueue("record.withdrawn", [record_id])


def on_pairs_found(*, pair_ids: list[int], **_signal: Any) -> None:
    """Pairs came up that are new to the market."""
    if is_wanted("match.found"):
        tell_pairs.enqueue(pair_ids)


def on_pair_decided(*, decision_id: int, **_signal: Any) -> None:
    """Somebody decided on a pair."""
    if is_wanted("decision.made"):
        tell_decision.enqueue(decision_id)


def _send_all(queued: Sequence[Delivery]) -> int:
    for delivery in queued:
        _send(delivery.pk)
    return len(queued)


def _send(delivery_id: int) -> None:
    delivery = Delivery.objects.select_related("webhook").get(pk=delivery_id)
    if deliver(delivery, now=timezone.now()) or not delivery.is_worth_trying:
        return
    later = timezone.now() + timedelta(minutes=2**delivery.attempts)
    backend = send_again.get_backend()
    if backend.supports_defer:
        transaction.on_commit(lambda: send_again.using(run_after=later).enqueue(delivery.pk))
