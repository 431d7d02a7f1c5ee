"""Who must not be in charge of what, and putting somebody else in charge."""

import pytest

from terrace_web.accounts.models import Membership
from terrace_web.managers import queries
from terrace_web.managers.actions import choose_manager, give_to_another, reassign
from terrace_web.managers.conflicts import ConflictOfInterest
from terrace_web.managers.models import Assignment, Profile
from terrace_web.managers.proposing import propose_assignments
from terrace_web.market.errors import NoReviewer
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record


def declare(cast: Cast) -> None:
    Profile.objects.create(user=cast.manager).conflicts.add(cast.lab)


def belong(cast: Cast) -> None:
    Membership.objects.create(user=cast.manager, organisation=cast.lab, role="member")


CONFLICTS = [declare, belong]


@pytest.fixture
def record(cast: Cast) -> Record:
    return make_record(cast.lab, manager=cast.other_manager)


def address(record: Record) -> str:
    return f"/managers/charge/{record.code}/"


@pytest.mark.parametrize("conflict", CONFLICTS)
@pytest.mark.parametrize("capacity", [5, 0])
def test_nobody_reviews_where_they_have_an_interest(cast: Cast, conflict, capacity: int) -> None:
    conflict(cast)
    Profile.objects.create(user=cast.other_manager, capacity=capacity)
    draft = make_record(cast.lab, stage="draft")

    assert choose_manager(draft) == cast.other_manager


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_without_another_nobody_reviews(cast: Cast, conflict) -> None:
    conflict(cast)
    Membership.objects.filter(user=cast.other_manager).delete()
    draft = make_record(cast.lab, stage="draft")
    audience = cast.audience(cast.researcher)

    with pytest.raises(NoReviewer):
        move_record(draft.code, "submit", by=cast.researcher, audience=audience, now=NOW)


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_nobody_is_proposed_where_they_have_an_interest(cast: Cast, conflict) -> None:
    conflict(cast)
    make_record(cast.lab)

    assert [each.manager for each in propose_assignments(NOW)] == [cast.other_manager]


def test_the_zones_own_people_may_review_what_the_zone_publishes(cast: Cast) -> None:
    assert choose_manager(make_record(cast.zone, stage="draft")) is not None


def test_where_nobody_has_room_who_has_least_to_do_reviews(cast: Cast) -> None:
    for user in (cast.manager, cast.other_manager):
        Profile.objects.create(user=user, capacity=0)
    make_record(cast.lab, manager=cast.manager)
    draft = make_record(cast.lab, stage="draft")

    assert choose_manager(draft) == cast.other_manager

    Profile.objects.filter(user=cast.other_manager).update(is_active=False)
    assert choose_manager(draft) == cast.manager


def test_what_is_over_is_nothing_to_do(cast: Cast) -> None:
    for user in (cast.manager, cast.other_manager):
        Profile.objects.create(user=user, capacity=0)
    for number in range(2):
        make_record(cast.lab, title=f"Old {number}", stage="withdrawn", manager=cast.manager)
    make_record(cast.lab, manager=cast.other_manager)

    assert choose_manager(make_record(cast.lab, stage="draft")) == cast.manager


@pytest.mark.parametrize("stage", ["published", "in_review"])
def test_an_officer_puts_somebody_else_in_charge(cast: Cast, sign_in, stage: str) -> None:
    record = make_record(cast.lab, stage=stage, manager=cast.other_manager)
    client = sign_in(cast.officer)
    assert address(record) in client.get(f"/market/r/{record.code}/").content.decode()
    page = client.get(address(record)).content.decode()
    assert "Max Manager is in charge at present." in page
    assert f'value="{cast.manager.pk}"' in page
    assert f'value="{cast.other_manager.pk}"' not in page

    answer = client.post(address(record), {"manager": cast.manager.pk}, follow=True)

    record.refresh_from_db()
    assert record.manager == cast.manager
    assert "is in charge now, and is told" in answer.content.decode()
    told = dict(Notice.objects.filter(record=record).values_list("user__name", "kind"))
    news = "assigned" if stage == "published" else "submitted_for_review"
    assert told == {"Mei Manager": news, "Max Manager": "charge_ended"}


def test_an_open_proposal_is_settled_by_it(cast: Cast) -> None:
    record = make_record(cast.lab)
    columns = {"fit": 0.5, "reason_en": "", "reason_zh": "", "proposed_at": NOW}
    Assignment.objects.create(record=record, manager=cast.manager, **columns)
    given = {"by": cast.officer, "audience": cast.audience(cast.officer), "now": NOW}

    reassign(record.code, cast.other_manager.pk, **given)

    assert Assignment.objects.get().state == "changed"


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_whoever_has_an_interest_is_not_offered_and_refused(
    cast: Cast, sign_in, record: Record, conflict
) -> None:
    conflict(cast)
    client = sign_in(cast.officer)
    assert "There is nobody else." in client.get(address(record)).content.decode()

    client.post(address(record), {"manager": cast.manager.pk})

    record.refresh_from_db()
    assert record.manager == cast.other_manager
    given = {"by": cast.officer, "audience": cast.audience(cast.officer), "now": NOW}
    with pytest.raises(ConflictOfInterest, match="Mei Manager has a conflict of interest"):
        reassign(record.code, cast.manager.pk, **given)


def test_a_proposal_goes_to_nobody_with_an_interest(cast: Cast, sign_in) -> None:
    declare(cast)
    record = make_record(cast.lab)
    [proposed] = propose_assignments(NOW)
    given = {"by": cast.officer, "audience": cast.audience(cast.officer), "now": NOW}
    with pytest.raises(ConflictOfInterest):
        give_to_another(proposed.pk, cast.manager.pk, **given)

    chosen = {"choice": "change", "manager": cast.manager.pk}
    page = sign_in(cast.officer).post(f"/managers/proposals/{proposed.pk}", chosen, follow=True)

    assert "has a conflict of interest with" in page.content.decode()
    record.refresh_from_db()
    assert record.manager is None


@pytest.mark.parametrize("who", ["manager", "researcher", "buyer", "administrator", "newcomer"])
def test_only_officers_change_who_is_in_charge(cast: Cast, sign_in, record: Record, who) -> None:
    client = sign_in(getattr(cast, who))

    assert client.get(address(record)).status_code == 403
    assert client.post(address(record), {"manager": cast.manager.pk}).status_code == 403
    assert address(record) not in client.get(f"/market/r/{record.code}/").content.decode()


def test_what_officers_do_not_see_they_assign_to_nobody(cast: Cast, sign_in) -> None:
    hidden = make_record(cast.lab, levels={"teaser": "named"})
    draft = make_record(cast.lab, stage="draft")

    for record in (hidden, draft):
        assert sign_in(cast.officer).get(address(record)).status_code == 404


@pytest.mark.parametrize("together", [True, False])
def test_a_conflict_that_came_after_the_proposal_stops_it(
    cast: Cast, sign_in, together: bool
) -> None:
    Membership.objects.filter(user=cast.other_manager).delete()
    record = make_record(cast.lab)
    [proposed] = propose_assignments(NOW)
    belong(cast)
    client = sign_in(cast.officer)

    if together:
        client.post("/managers/proposals/accept", {"proposal": proposed.pk})
    else:
        page = client.post(f"/managers/proposals/{proposed.pk}", {"choice": "accept"}, follow=True)
        assert "has a conflict of interest with" in page.content.decode()

    record.refresh_from_db()
    proposed.refresh_from_db()
    assert (record.manager, proposed.state) == (None, "proposed")


def test_nobody_is_chosen_beforehand(cast: Cast, record: Record, sign_in) -> None:
    Profile.objects.create(user=cast.manager, capacity=0)
    client = sign_in(cast.officer)

    page = client.get(address(record)).content.decode()
    client.post(address(record), {"manager": ""})

    assert '<option value="" selected>Choose a technology manager</option>' in page
    assert "(0/0, no room at present)" in page
    record.refresh_from_db()
    assert record.manager == cast.other_manager


def test_the_owner_is_named_only_to_who_may_know_it(cast: Cast, sign_in) -> None:
    declare(cast)
    given = {"by": cast.officer, "audience": cast.audience(cast.officer), "now": NOW}
    for level, said in (("public", cast.lab.name), ("named", "the owner")):
        record = make_record(cast.lab, levels={"identity": level})
        with pytest.raises(ConflictOfInterest, match=f"interest with {said};"):
            reassign(record.code, cast.manager.pk, **given)


def test_a_conflict_that_came_while_the_page_was_open_is_said(
    cast: Cast, sign_in, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "candidates_for", lambda who, _of: queries.list_managers(who))
    declare(cast)
    chosen = {"manager": cast.manager.pk}

    page = sign_in(cast.officer).post(address(record), chosen, follow=True)

    assert "has a conflict of interest with" in page.content.decode()
    record.refresh_from_db()
    assert record.manager == cast.other_manager
