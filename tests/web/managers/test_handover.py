"""What was in the charge of somebody who is no technology manager any more."""

from collections.abc import Callable
from unittest.mock import Mock

import pytest
from django.test import Client

from terrace_web.accounts.closing import close_account
from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.organisations import begin_membership, change_role, end_membership
from terrace_web.audit.models import Entry
from terrace_web.managers import proposing
from terrace_web.managers.actions import save_profile
from terrace_web.managers.models import Assignment, Profile
from terrace_web.managers.queries import unassigned_records
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import view_for
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record, make_user

SignIn = Callable[[User | None], Client]
SECRET = {"details": "Sintered at 1650 degrees."}
CLOSED = {"teaser": "private", "identity": "private", "confidential": "private"}


def role_of(user: User) -> Membership:
    return user.memberships.get(role="manager")


def lose_role(cast: Cast) -> None:
    audience = cast.audience(cast.administrator)
    end_membership(role_of(cast.manager).pk, by=cast.administrator, audience=audience, now=NOW)


def change_to_officer(cast: Cast) -> None:
    audience = cast.audience(cast.administrator)
    held = role_of(cast.manager)
    change_role(held.pk, "officer", by=cast.administrator, audience=audience, now=NOW)


def leave(cast: Cast) -> None:
    close_account(cast.manager, now=NOW)


WAYS = [lose_role, change_to_officer, leave]


@pytest.mark.parametrize("go", WAYS)
def test_published_records_have_a_manager_proposed_anew(
    cast: Cast, go: Callable[[Cast], None]
) -> None:
    record = make_record(cast.lab, manager=cast.manager)
    kept = make_record(cast.lab, title="Another", manager=cast.other_manager)

    go(cast)

    record.refresh_from_db()
    kept.refresh_from_db()
    assert record.manager is None
    assert list(unassigned_records()) == [record]
    assert kept.manager == cast.other_manager
    assert Entry.objects.filter(action="assignment:end", subject=record.subject).exists()


@pytest.mark.parametrize("go", WAYS)
def test_what_waits_for_review_gets_another_reviewer(
    cast: Cast, go: Callable[[Cast], None]
) -> None:
    record = make_record(cast.lab, stage="in_review", manager=cast.manager)

    go(cast)

    record.refresh_from_db()
    assert record.manager == cast.other_manager
    told = Notice.objects.filter(kind="submitted_for_review", record=record)
    assert [each.user for each in told] == [cast.other_manager]


def test_many_reviews_are_planned_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    third = make_user("third", "Tom Third", cast.zone, "manager")
    for user in (cast.other_manager, third):
        Profile.objects.create(user=user, capacity=1)
    planned = Mock(wraps=proposing.plan_for)
    monkeypatch.setattr(proposing, "plan_for", planned)
    for number in range(4):
        make_record(cast.lab, title=f"Seal {number}", stage="in_review", manager=cast.manager)

    lose_role(cast)

    assert planned.call_count == 1
    held = Record.objects.values_list("manager", flat=True)
    assert sorted(held) == sorted([cast.other_manager.pk, third.pk] * 2)


def test_without_another_manager_the_officers_answer(cast: Cast, sign_in: SignIn) -> None:
    Membership.objects.filter(user=cast.other_manager).delete()
    record = make_record(cast.lab, stage="in_review", manager=cast.manager)

    lose_role(cast)

    record.refresh_from_db()
    assert record.manager is None
    assert record.title in sign_in(cast.officer).get("/market/review/").content.decode()


def test_who_is_switched_off_is_in_charge_of_nothing(cast: Cast, sign_in: SignIn) -> None:
    record = make_record(cast.lab, manager=cast.manager)
    people = "/administration/people/"
    assert (
        "get what they are in charge of" in sign_in(cast.administrator).get(people).content.decode()
    )

    sign_in(cast.administrator).post(people, {"user": cast.manager.pk})

    record.refresh_from_db()
    assert record.manager is None


def test_open_proposals_of_who_left_are_forgotten(cast: Cast) -> None:
    record = make_record(cast.lab)
    columns = {"fit": 0.5, "reason_en": "", "reason_zh": "", "proposed_at": NOW}
    Assignment.objects.create(record=record, manager=cast.manager, **columns)

    lose_role(cast)

    assert not Assignment.objects.exists()
    assert list(unassigned_records()) == [record]


def test_another_role_of_a_manager_ends_and_nothing_is_handed_over(cast: Cast) -> None:
    other = Membership.objects.create(user=cast.manager, organisation=cast.lab, role="member")
    record = make_record(cast.lab, manager=cast.manager)

    end_membership(other.pk, by=cast.manager, audience=cast.audience(cast.manager), now=NOW)

    record.refresh_from_db()
    assert record.manager == cast.manager


def test_a_former_manager_sees_no_more_than_others(cast: Cast, sign_in: SignIn) -> None:
    """Even of a record that still names them, as one of an older release may."""
    hidden = make_record(cast.lab, levels=CLOSED, content=SECRET, manager=cast.manager)
    shown = make_record(cast.lab, title="Shown", levels={"confidential": "private"}, content=SECRET)
    Record.objects.filter(pk=shown.pk).update(manager=cast.manager)
    Membership.objects.filter(user=cast.manager).update(role="member", organisation=cast.company)
    audience = cast.audience(cast.manager)

    assert list(visible_to(audience)) == [shown]
    shown.refresh_from_db()
    seen = view_for(audience, shown)
    assert not seen.in_charge and "details" not in seen.values
    assert sign_in(cast.manager).get(f"/market/r/{hidden.code}/").status_code == 404
    page = sign_in(cast.manager).get(f"/market/r/{shown.code}/").content.decode()
    assert SECRET["details"] not in page


def test_the_way_out_says_what_becomes_of_the_charge(cast: Cast, sign_in: SignIn) -> None:
    said = "Other technology managers get what you are in charge of."

    assert said in sign_in(cast.manager).get("/profile/close/").content.decode()
    assert said not in sign_in(cast.buyer).get("/profile/close/").content.decode()


def declare(cast: Cast) -> None:
    save_profile(cast.manager, {"conflicts": [cast.lab.pk]}, by=cast.manager, now=NOW)


def join(cast: Cast) -> None:
    begin_membership(cast.manager, cast.lab, "member", now=NOW)


class TestAnInterestThatComesLater:
    """Whoever gets a conflict of interest with an owner is in charge of nothing of theirs."""

    @pytest.mark.parametrize("get_one", [declare, join])
    def test_their_records_go_to_others(self, cast: Cast, get_one: Callable[[Cast], None]) -> None:
        published = make_record(cast.lab, manager=cast.manager)
        review = make_record(cast.lab, stage="in_review", manager=cast.manager)
        elsewhere = make_record(cast.other_lab, manager=cast.manager)

        get_one(cast)

        holders = Record.objects.in_bulk([published.pk, review.pk, elsewhere.pk])
        assert holders[published.pk].manager is None
        assert holders[review.pk].manager == cast.other_manager
        assert holders[elsewhere.pk].manager == cast.manager

    @pytest.mark.parametrize("get_one", [declare, join])
    def test_what_was_proposed_to_them_is_forgotten(
        self, cast: Cast, get_one: Callable[[Cast], None]
    ) -> None:
        for owner in (cast.lab, cast.other_lab):
            record = make_record(owner)
            Assignment.objects.create(record=record, manager=cast.manager, fit=1.0, proposed_at=NOW)

        get_one(cast)

        assert Assignment.objects.get().record.owner == cast.other_lab

    def test_the_zones_own_records_stay(self, cast: Cast) -> None:
        record = make_record(cast.zone, manager=cast.manager)

        begin_membership(cast.manager, cast.other_lab, "member", now=NOW)

        record.refresh_from_db()
        assert record.manager == cast.manager

    def test_who_declares_one_is_told_what_it_does(self, cast: Cast, sign_in: SignIn) -> None:
        make_record(cast.lab, manager=cast.manager)
        given = {
            "grade": "senior", "capacity": "9", "is_active": "on",
            "conflicts": f"{cast.lab.name} [{cast.lab.code}]",
        }  # fmt: skip

        url = f"/managers/{cast.manager.pk}/edit/"
        answer = sign_in(cast.manager).post(url, given, follow=True)

        said = "1 record of these organisations is in their charge no more."
        assert said in answer.content.decode()


class TestWhoIsTold:
    """Nothing waits in nobody's charge without somebody knowing it."""

    def test_officers_are_told_that_records_have_nobody(self, cast: Cast, sign_in: SignIn) -> None:
        make_record(cast.lab, manager=cast.manager)
        make_record(cast.lab, title="Another", manager=cast.manager)

        lose_role(cast)

        assert [each.user for each in Notice.objects.filter(kind="nobody_in_charge")] == [
            cast.officer
        ]
        page = sign_in(cast.officer).get("/notices/", follow=True).content.decode()
        assert "Records have nobody in charge any more" in page

    def test_of_a_review_with_a_new_reviewer_they_are_not(self, cast: Cast) -> None:
        make_record(cast.lab, stage="in_review", manager=cast.manager)
        make_record(cast.lab, stage="draft", manager=cast.manager)

        lose_role(cast)

        assert not Notice.objects.filter(user=cast.officer).exists()

    @pytest.mark.parametrize("teaser", ["public", "private"])
    def test_a_review_without_a_reviewer_waits_for_the_officers(
        self, cast: Cast, teaser: str
    ) -> None:
        Membership.objects.filter(user=cast.other_manager).delete()
        levels = {"teaser": teaser}
        record = make_record(cast.lab, stage="in_review", levels=levels, manager=cast.manager)

        lose_role(cast)

        told = Notice.objects.filter(kind="submitted_for_review", record=record)
        assert [each.user for each in told] == ([cast.officer] if teaser == "public" else [])
        # Where no officer may see it, its own editors have to know.
        owners = Notice.objects.filter(kind="no_reviewer", record=record)
        assert [each.user for each in owners] == ([cast.researcher] if teaser == "private" else [])

    @pytest.mark.parametrize("get_one", [declare, join])
    def test_a_manager_is_told_what_they_are_in_charge_of_no_more(
        self, cast: Cast, get_one: Callable[[Cast], None]
    ) -> None:
        record = make_record(cast.lab, manager=cast.manager)

        get_one(cast)

        told = Notice.objects.get(kind="charge_ended")
        assert (told.user, told.record) == (cast.manager, record)

    def test_who_lost_the_role_is_told_of_that_alone(self, cast: Cast) -> None:
        make_record(cast.lab, manager=cast.manager)

        lose_role(cast)

        kinds = Notice.objects.filter(user=cast.manager).values_list("kind", flat=True)
        assert "charge_ended" not in kinds and len(kinds) == 1
