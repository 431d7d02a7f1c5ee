"""Word of a match reaches those who answer for a record, and nobody else."""

from datetime import timedelta

import pytest

from terrace_web.accounts.models import Membership
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.market.outbox import note_change
from terrace_web.matching import following
from terrace_web.matching.following import follow_outbox
from terrace_web.matching.models import Pair
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record

LATER = NOW + timedelta(hours=1)


def told() -> set[str]:
    return set(Notice.objects.filter(kind="match_found").values_list("user__name", flat=True))


@pytest.fixture(autouse=True)
def any_match_is_worth_telling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_WORTH_TELLING", 0.0)


def test_it_works(cast: Cast, seal: Record, need: Record) -> None:
    follow_outbox(NOW)

    assert told() == {cast.researcher.name, cast.buyer.name, cast.manager.name}


def test_an_editor_of_another_organisation_is_a_mere_member_here(
    cast: Cast, seal: Record, need: Record
) -> None:
    Membership.objects.create(user=cast.rival, organisation=cast.company, role="member")
    follow_outbox(NOW)

    assert cast.rival.name not in told()


def test_who_left_is_not_told(cast: Cast, seal: Record, need: Record) -> None:
    cast.buyer.is_active = False
    cast.buyer.save()
    follow_outbox(NOW)

    assert cast.buyer.name not in told()


def test_what_was_found_for_a_draft_is_told_once_it_is_published(cast: Cast, seal: Record) -> None:
    waiting = make_record(
        cast.company, "need", title="Seal for slurry pumps", stage="in_review", manager=cast.manager
    )
    follow_outbox(NOW)
    assert told() == set() and Pair.objects.get(need=waiting).achievement_rank is None

    move_record(
        waiting.code, "publish", by=cast.manager, audience=cast.audience(cast.manager), now=LATER
    )
    follow_outbox(LATER + timedelta(seconds=1))

    assert told() == {cast.researcher.name, cast.buyer.name, cast.manager.name}
    pair = Pair.objects.get(need=waiting)
    assert pair.found_at > LATER and pair.achievement_rank == 1
    count = Notice.objects.count()
    note_change(waiting.pk, LATER)
    follow_outbox(LATER + timedelta(seconds=9))
    assert Notice.objects.count() == count
