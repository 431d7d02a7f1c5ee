"""Many proposals accepted at once, what is taken back, and what a dismissal leaves behind."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from terrace_web.audit.models import Entry
from terrace_web.flows.models import Run
from terrace_web.managers import actions
from terrace_web.managers.actions import ProposalClosed
from terrace_web.managers.models import Assignment, Profile
from terrace_web.market.models import Record
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record

PROPOSALS, TOGETHER = "/managers/proposals/", "/managers/proposals/accept"
TAKE_BACK = "/managers/proposals/undo"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def proposed(cast: Cast) -> list[Assignment]:
    """Three records, proposed to one manager."""
    Profile.objects.create(user=cast.manager, languages=["en"], about="Ceramic seals", capacity=9)
    Profile.objects.create(user=cast.other_manager, languages=["zh"], capacity=0)
    for number in range(3):
        make_record(cast.lab, title=f"Ceramic seal {number}")
    actions.propose(by=cast.officer, audience=cast.audience(cast.officer), now=NOW)
    return list(Assignment.objects.order_by("pk"))


def in_charge(cast: Cast) -> int:
    return Record.objects.filter(manager=cast.manager).count()


def test_it_works(cast: Cast, proposed: list[Assignment], sign_in) -> None:
    client = sign_in(cast.officer)
    shown = [each.pk for each in proposed]

    answer = client.post(TOGETHER, {"choice": "all", "shown": shown}, headers=HTMX)

    page = answer.content.decode()
    assert in_charge(cast) == 3
    assert "3 records have a manager in charge now" in answer["HX-Trigger"]
    assert "0 proposals wait" in page
    assert "3 / 9" in page
    assert Notice.objects.filter(user=cast.manager, kind="assigned").count() == 3


def test_what_was_decided_is_named(cast: Cast, proposed: list[Assignment], sign_in) -> None:
    Record.objects.filter(pk=proposed[0].record_id).update(teaser_level="private")
    Assignment.objects.update(
        state="accepted", decided_by=cast.officer, decided_at=timezone.now() - timedelta(minutes=1)
    )
    page = sign_in(cast.officer).get(PROPOSALS).content.decode()

    assert page.count(f" · {cast.manager}</div>") == 2
    assert proposed[0].record.title not in page
    assert "and 1 more" in page


def test_who_has_no_room_is_marked(cast: Cast, proposed: list[Assignment], sign_in) -> None:
    page = sign_in(cast.officer).get(PROPOSALS).content.decode()

    assert "(0/0, no room at present)</option>" in page


def test_only_the_ticked_ones(cast: Cast, proposed: list[Assignment], sign_in) -> None:
    shown = [each.pk for each in proposed]
    given = {"choice": "ticked", "proposal": [shown[0]], "shown": shown}

    assert sign_in(cast.officer).post(TOGETHER, given).status_code == 302

    assert in_charge(cast) == 1
    assert proposed[0].record.pk == Record.objects.get(manager=cast.manager).pk


def test_nothing_ticked(cast: Cast, proposed: list[Assignment], sign_in) -> None:
    answer = sign_in(cast.officer).post(TOGETHER, {"choice": "ticked"}, follow=True)
    assert "Tick the proposals" in answer.content.decode()
    assert in_charge(cast) == 0


@pytest.mark.parametrize("who", ["manager", "researcher", "administrator", "newcomer", None])
def test_it_checks_access(cast: Cast, proposed: list[Assignment], sign_in, who: str | None) -> None:
    client = sign_in(getattr(cast, who) if who else None)
    given = {"choice": "all", "shown": [each.pk for each in proposed]}
    assert client.post(TOGETHER, given).status_code == 403
    assert client.post(f"{TAKE_BACK}?at={NOW:%Y-%m-%dT%H:%M:%SZ}").status_code == 403
    assert in_charge(cast) == 0


def test_what_is_not_visible_is_passed_over(
    cast: Cast, proposed: list[Assignment], sign_in
) -> None:
    Record.objects.filter(pk=proposed[0].record_id).update(teaser_level="private")
    shown = [each.pk for each in proposed]
    sign_in(cast.officer).post(TOGETHER, {"choice": "all", "shown": [*shown, 999_999]})
    assert in_charge(cast) == 2


def test_it_can_be_taken_back(cast: Cast, proposed: list[Assignment], sign_in) -> None:
    client = sign_in(cast.officer)
    client.post(TOGETHER, {"choice": "all", "shown": [each.pk for each in proposed]})
    at = Assignment.objects.first().decided_at.isoformat()
    assert "Take back" in client.get(PROPOSALS).content.decode()

    answer = client.post(f"{TAKE_BACK}?{urlencode({'at': at})}", headers=HTMX)

    assert answer["HX-Refresh"] == "true"
    assert in_charge(cast) == 0
    assert not Notice.objects.filter(kind="assigned").exists()
    page = client.get(PROPOSALS).content.decode()
    assert "3 proposals are open again" in page
    assert "3 proposals wait" in page


@pytest.mark.parametrize("choice", ["accept", "change", "dismiss"])
def test_one_decision_is_taken_back(
    cast: Cast, proposed: list[Assignment], sign_in, choice: str
) -> None:
    client, first = sign_in(cast.officer), proposed[0]
    given = {"choice": choice, "manager": cast.other_manager.pk}
    answer = client.post(f"{PROPOSALS}{first.pk}", given, headers=HTMX)
    first.refresh_from_db()
    assert urlencode({"at": first.decided_at.isoformat()}) in answer["HX-Trigger"]

    client.post(TAKE_BACK, {"at": first.decided_at.isoformat()})

    first.refresh_from_db()
    assert (first.state, first.decided_by, first.record.manager) == ("proposed", None, None)


def take_back(cast: Cast, assignment: Assignment, *, later: timedelta = timedelta()) -> int:
    return actions.take_back(
        assignment.decided_at,
        by=cast.officer,
        audience=cast.audience(cast.officer),
        now=NOW + later,
    )


def decide(cast: Cast, assignment: Assignment, choice: str = "accept") -> Assignment:
    given = {"by": cast.officer, "audience": cast.audience(cast.officer), "now": NOW}
    return getattr(actions, choice)(assignment.pk, **given)


def test_what_is_old_or_was_changed_since_stays(cast: Cast, proposed: list[Assignment]) -> None:
    decided = decide(cast, proposed[0])
    assert take_back(cast, decided, later=timedelta(hours=2)) == 0
    Record.objects.filter(pk=decided.record_id).update(manager=cast.other_manager)
    assert take_back(cast, decided) == 0
    assert Record.objects.get(pk=decided.record_id).manager == cast.other_manager


@pytest.mark.parametrize("wrong", ["", "yesterday", "2026-06-01"])
def test_no_time_to_take_back(cast: Cast, sign_in, wrong: str) -> None:
    assert sign_in(cast.officer).post(TAKE_BACK, {"at": wrong}).status_code == 404


def test_whoever_was_dismissed_is_not_proposed_again(
    cast: Cast, proposed: list[Assignment]
) -> None:
    decide(cast, proposed[0], "dismiss")
    again = {"by": cast.officer, "audience": cast.audience(cast.officer), "now": NOW}
    assert actions.propose(**again) == 0
    Profile.objects.filter(user=cast.other_manager).update(capacity=5, languages=["en"])
    assert actions.propose(**again) == 1
    assert Assignment.objects.get(state="proposed", record=proposed[0].record).manager == (
        cast.other_manager
    )


def test_a_decision_renews_the_page_and_goes_on_below(
    cast: Cast, proposed: list[Assignment], sign_in
) -> None:
    client = sign_in(cast.officer)
    page = client.get(PROPOSALS).content.decode()
    assert "3 proposals wait" in page
    order = [int(part.split('"')[0]) for part in page.split('id="proposal-')[1:]]

    answer = client.post(f"{PROPOSALS}{order[0]}", {"choice": "dismiss"}, headers=HTMX)

    page = answer.content.decode()
    assert "2 proposals wait" in page
    assert "1 record has nobody in charge and no proposal" in page
    assert f'id="proposal-{order[1]}" tabindex="-1" autofocus' in page
    assert "not proposed for this record again" in answer["HX-Trigger"].encode().decode(
        "unicode_escape"
    )


def test_it_asks_few_queries(
    cast: Cast, proposed: list[Assignment], sign_in, django_assert_max_num_queries
) -> None:
    client = sign_in(cast.officer)
    with django_assert_max_num_queries(30):
        client.get(PROPOSALS)


def test_who_knew_of_a_charge_is_told_that_it_is_over(
    cast: Cast, proposed: list[Assignment]
) -> None:
    by, audience = cast.officer, cast.audience(cast.officer)
    for hour, each in enumerate(proposed[:2]):
        actions.accept(each.pk, by=by, audience=audience, now=NOW + timedelta(minutes=hour))
    Notice.objects.filter(record=proposed[0].record).update(mailed_at=NOW)

    for hour in range(2):
        at = NOW + timedelta(minutes=hour)
        actions.take_back(at, by=by, audience=audience, now=at)

    known = proposed[0].record_id
    told = Notice.objects.values_list("record_id", "kind")
    assert set(told) == {(known, "assigned"), (known, "charge_ended")}
    assert Entry.objects.filter(action="assignment:undo").count() == 2


def test_who_was_in_charge_before_is_told(cast: Cast, proposed: list[Assignment]) -> None:
    by, audience = cast.officer, cast.audience(cast.officer)
    actions.accept(proposed[0].pk, by=by, audience=audience, now=NOW)
    code = proposed[0].record.code

    for manager in (cast.other_manager, cast.other_manager):
        actions.reassign(code, manager.pk, by=by, audience=audience, now=NOW)

    assert Notice.objects.get(kind="charge_ended").user == cast.manager


@pytest.mark.parametrize("choice", ["accept", "change", "dismiss"])
def test_what_was_decided_meanwhile_is_said(
    cast: Cast, proposed: list[Assignment], sign_in, choice: str
) -> None:
    client = sign_in(cast.officer)
    url = f"{PROPOSALS}{proposed[0].pk}"
    client.post(url, {"choice": "accept"})

    given = {"choice": choice, "manager": cast.other_manager.pk}
    answer = client.post(url, given, headers=HTMX)

    assert (answer.status_code, answer.get("HX-Refresh")) == (200, "true")
    assert "That was decided meanwhile" in client.get(PROPOSALS).content.decode()
    assert in_charge(cast) == 1


def test_who_may_not_decide_is_not_told_whether_it_was(
    cast: Cast, proposed: list[Assignment], sign_in
) -> None:
    client = sign_in(cast.manager)

    for number in (proposed[0].pk, 999_999):
        assert client.post(f"{PROPOSALS}{number}", {"choice": "accept"}).status_code == 403


def test_what_is_reviewed_by_now_keeps_its_reviewer(cast: Cast, proposed: list[Assignment]) -> None:
    decided = decide(cast, proposed[0])
    Run.objects.filter(pk=decided.record.run_id).update(stage="in_review")

    assert take_back(cast, decided) == 0

    assert Record.objects.get(pk=decided.record_id).manager == cast.manager


def test_a_record_that_got_a_reviewer_meanwhile_waits_for_nobody(
    cast: Cast, proposed: list[Assignment], sign_in
) -> None:
    """It was taken back and submitted again, which put somebody in charge."""
    Record.objects.filter(pk=proposed[0].record_id).update(manager=cast.other_manager)
    Run.objects.filter(pk=proposed[0].record.run_id).update(stage="in_review")
    client = sign_in(cast.officer)
    assert "2 proposals wait" in client.get(PROPOSALS).content.decode()

    client.post(TOGETHER, {"choice": "all", "shown": [each.pk for each in proposed]})
    with pytest.raises(ProposalClosed):
        decide(cast, proposed[0])

    assert Record.objects.get(pk=proposed[0].record_id).manager == cast.other_manager
    assert in_charge(cast) == 2


@pytest.mark.parametrize("odd", ["9" * 30, "x", "²", ""])
def test_a_number_of_no_proposal_is_none(cast: Cast, sign_in, odd: str) -> None:
    page = sign_in(cast.officer).post(TOGETHER, {"proposal": odd}, follow=True)

    assert "Tick the proposals to accept first." in page.content.decode()
