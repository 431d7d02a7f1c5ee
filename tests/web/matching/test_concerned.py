"""Word of a match reaches those who answer for a record, and nobody else."""

import pytest

from terrace_web.accounts.models import Membership
from terrace_web.market.models import Record
from terrace_web.matching import following
from terrace_web.matching.following import follow_outbox
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast


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
