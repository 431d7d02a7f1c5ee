"""Changes are told after the commit: one signal each, or one for all of a transaction."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import transaction

from terrace_web.market.models import Change
from terrace_web.market.outbox import changed_together, note_change, note_many
from terrace_web.market.signals import records_changed
from terrace_web.testing.cast import NOW

pytestmark = pytest.mark.django_db(transaction=True)


class Broken(Exception):
    """What goes wrong in the middle."""


@pytest.fixture
def told() -> Iterator[list[list[int]]]:
    """The ids of every signal."""
    heard: list[list[int]] = []

    def listen(*, ids: list[int], **_signal: object) -> None:
        heard.append(ids)

    before, records_changed.receivers = records_changed.receivers, []
    records_changed.sender_receivers_cache.clear()
    records_changed.connect(listen)
    yield heard
    records_changed.receivers = before
    records_changed.sender_receivers_cache.clear()


def test_one_change_is_told_after_its_commit(told) -> None:
    with transaction.atomic():
        note_change(1, NOW)
        assert told == []
    assert told == [[1]]


def test_many_are_told_at_once(told) -> None:
    with changed_together():
        for pk in (3, 1, 3):
            with transaction.atomic():
                note_change(pk, NOW)
        note_many([7, 8], NOW)
        assert told == []

    assert told == [[3, 1, 7, 8]]
    assert Change.objects.count() == 5


def test_one_inside_another_is_told_with_it(told) -> None:
    with changed_together():
        note_change(1, NOW)
        with changed_together():
            note_change(2, NOW)
        assert told == []

    assert told == [[1, 2]]


def test_what_was_rolled_back_is_not_told(told) -> None:
    with suppress(Broken), changed_together():
        note_change(1, NOW)
        raise Broken

    assert (told, Change.objects.count()) == ([], 0)


def test_a_failure_does_not_silence_the_next_change(told) -> None:
    with suppress(Broken), changed_together():
        raise Broken
    note_change(2, NOW)

    assert told == [[2]]


def test_nothing_changed_is_nothing_told(told) -> None:
    with changed_together():
        pass

    assert told == []
