"""What stays for good is spared by the garbage collector, what is dropped later is not."""

import gc
import itertools
import weakref
from collections.abc import Iterator

import pytest
from django.core.signals import request_finished
from django.test import Client

from terrace_web import settling


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(settling, "_finished", itertools.count(1))
    settling.settle()
    yield gc.get_freeze_count()
    request_finished.disconnect(dispatch_uid="settling")
    gc.unfreeze()


class Knot:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.self = self


def test_a_full_collection_has_little_to_look_through(settled: int) -> None:
    assert settled > 50_000
    assert len(gc.get_objects()) < settled / 20


def test_what_the_first_requests_load_is_spared_too(settled: int, db: None, client: Client) -> None:
    client.get("/accounts/login/")
    first = gc.get_freeze_count()
    client.get("/accounts/login/")
    second = gc.get_freeze_count()
    client.get("/accounts/login/")

    assert first <= settled < second and gc.get_freeze_count() <= second


def test_later_garbage_is_still_collected(settled: int) -> None:
    knot = weakref.ref(Knot())
    assert knot() is not None

    gc.collect()

    assert knot() is None
