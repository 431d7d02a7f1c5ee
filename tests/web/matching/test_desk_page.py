"""The manager's desk: what is in charge, what is new, what waits for review, the queue."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from terrace_web.market.models import Record
from terrace_web.matching.actions import decide, note_visit
from terrace_web.matching.desk import Desk, read_desk
from terrace_web.matching.selection import Selection
from terrace_web.testing.cast import NOW, Cast, make_record


def read(cast: Cast, person: Any, **given: Any) -> Desk:
    known = {"since": None, "today": NOW.date(), **given}
    return read_desk(cast.audience(person), Selection(state="undecided"), **known)


def test_it_works(cast: Cast, sign_in, seal: Record, need: Record, pair_up) -> None:
    pair_up(need, seal)
    page = sign_in(cast.manager).get("/desk/").content.decode()

    assert seal.title in page
    assert need.title in page
    assert "1 undecided" in page
    assert "data-triage-shortlist" in page


def test_it_checks_access(cast: Cast, client, sign_in) -> None:
    assert client.get("/desk/").status_code == 302
    for person in (cast.buyer, cast.officer, cast.newcomer):
        assert sign_in(person).get("/desk/").status_code == 403


def test_a_pair_in_nobodys_charge_is_not_on_the_desk(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal)

    assert read(cast, cast.other_manager).queue.rows == []
    assert "No matches of records in your charge yet" in (
        sign_in(cast.other_manager).get("/desk/").content.decode()
    )


def test_the_best_of_a_record_in_charge_is_there_without_a_claim(
    cast: Cast, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal, confidence=0.02)

    desk = read_desk(
        cast.audience(cast.manager),
        Selection(state="undecided", promise="promising"),
        since=None,
        today=NOW.date(),
    )

    assert (desk.undecided, len(desk.queue.rows), desk.left_out) == (1, 1, 0)


def test_what_nothing_is_claimed_of_waits_apart(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal, confidence=0.02, need_rank=2, achievement_rank=2)
    desk = sign_in(cast.manager).get("/desk/")
    everything = sign_in(cast.manager).get("/desk/?promise=any")

    assert (desk.context["desk"].undecided, desk.context["desk"].charges) == (0, [])
    assert "1 more, less promising" in desk.content.decode()
    assert "in your charge yet" not in desk.content.decode()
    assert everything.context["desk"].undecided == 1
    assert need.title in everything.content.decode()


def test_what_only_records_of_others_list_is_not_on_the_desk(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    """It is not on the record's own list either."""
    pair_up(need, seal, confidence=0.02, need_rank=3, achievement_rank=None)
    desk = sign_in(cast.manager).get("/desk/?promise=any").context["desk"]
    usual = sign_in(cast.manager).get("/desk/").context["desk"]
    own = sign_in(cast.manager).get(f"/desk/{seal.code}/").context["page"]

    assert (desk.undecided, desk.queue.total, desk.charges) == (0, 0, [])
    assert (usual.left_out, own.total) == (0, 0)


def test_a_decision_counts_without_a_claim(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal, confidence=0.02, need_rank=2, achievement_rank=2)
    audience = cast.audience(cast.manager)
    decide(need.code, seal.code, "shortlist", by=cast.manager, audience=audience, now=NOW)

    page = sign_in(cast.manager).get("/desk/?state=shortlist").content.decode()

    assert need.title in page


def test_decided_pairs_leave_the_queue(cast: Cast, seal: Record, need: Record, pair_up) -> None:
    pair_up(need, seal)
    audience = cast.audience(cast.manager)
    decide(need.code, seal.code, "later", by=cast.manager, audience=audience, now=NOW)
    desk = read(cast, cast.manager)

    assert (desk.undecided, desk.queue.rows, desk.charges) == (0, [], [])
    assert desk.queue.counts == {"all": 1, "later": 1}


def test_the_queue_is_ordered_by_confidence(
    cast: Cast, seal: Record, need: Record, pair_up
) -> None:
    better = make_record(cast.other_company, "need", title="Better")
    pair_up(need, seal, confidence=0.3)
    pair_up(better, seal, confidence=0.7, need_rank=5)

    titles = [row.need.title for row in read(cast, cast.manager).queue.rows]
    assert titles == ["Better", need.title]


def test_what_a_gate_closes_for_good_comes_last_and_is_said_once(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    said = "nothing known would open"
    ice, snow = (make_record(cast.other_company, "need", title=t) for t in ("Ice", "Snow"))
    pair_up(need, seal, confidence=0.3)
    for each in (ice, snow):
        pair_up(each, seal, confidence=0.9, gates="unmet", failed=["deadline"])
    client = sign_in(cast.manager)

    page = client.get("/desk/").content.decode()
    queue = page[page.index('class="match-list"') :]
    places = [queue.index(text) for text in (need.title, said, "Ice", "Snow")]
    assert places == sorted(places) and queue.count(said) == 1
    assert said not in client.get("/desk/?order=newest").content.decode()
    assert said not in client.get("/desk/?gates=failed").content.decode()


def test_what_is_hidden_from_the_manager_is_not_counted(
    cast: Cast, need: Record, hidden: Record, seal: Record, pair_up
) -> None:
    need.manager = cast.other_manager
    need.save()
    pair_up(need, hidden)
    pair_up(need, seal)
    desk = read(cast, cast.other_manager)

    assert [row.achievement.code for row in desk.queue.rows] == [seal.code]
    assert [(charge.view.code, charge.undecided) for charge in desk.charges] == [(need.code, 1)]


def test_new_is_what_was_found_since_the_last_visit(
    cast: Cast, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal, found_at=NOW - timedelta(days=2))
    other = make_record(cast.other_company, "need", title="Other")
    pair_up(other, seal, found_at=NOW, confidence=0.2)
    desk = read(cast, cast.manager, since=NOW - timedelta(days=1))

    assert desk.new == 1
    assert [(row.need.title, row.is_new) for row in desk.queue.rows] == [
        (need.title, False),
        ("Other", True),
    ]
    assert desk.charges[0].new == 1


def test_a_visit_ends_when_the_desk_is_left(cast: Cast) -> None:
    assert note_visit(cast.manager, NOW) is None
    assert note_visit(cast.manager, NOW + timedelta(minutes=10)) == NOW

    back = NOW + timedelta(hours=5)
    assert note_visit(cast.manager, back) == NOW + timedelta(minutes=10)
    assert note_visit(cast.manager, back + timedelta(minutes=20)) == NOW + timedelta(minutes=10)


@pytest.mark.parametrize(("due", "is_late"), [(date(2026, 5, 1), True), (date(2026, 7, 1), False)])
def test_reviews_wait_with_their_day(cast: Cast, due: date, is_late: bool) -> None:
    waiting = make_record(cast.lab, title="To review", stage="in_review", manager=cast.manager)
    waiting.run.due_on = due
    waiting.run.save()
    make_record(cast.lab, title="Not mine", stage="in_review", manager=cast.other_manager)

    found = [(each.view.title, each.is_late) for each in read(cast, cast.manager).reviews]
    assert found == [("To review", is_late)]


def test_it_asks_few_queries(
    cast: Cast, sign_in, seal: Record, pair_up, django_assert_max_num_queries
) -> None:
    for number in range(25):
        mine = make_record(cast.company, "need", title=f"Need {number}", manager=cast.manager)
        pair_up(mine, seal, found_at=timezone.now())
    client = sign_in(cast.manager)
    client.get("/desk/")
    with django_assert_max_num_queries(30):
        page = client.get("/desk/")

    assert len(page.context["page"].rows) == 10
    assert len(page.context["desk"].charges) == 12


def test_it_speaks_chinese(cast: Cast, sign_in) -> None:
    client = sign_in(cast.manager)
    client.cookies["django_language"] = "zh-hans"

    assert "由您负责的记录尚无匹配" in client.get("/desk/").content.decode()


def test_many_records_in_charge_leave_room_for_the_queue(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    for number in range(6):
        pair_up(make_record(cast.company, "need", title=f"Need {number}"), seal)
        Record.objects.filter(title=f"Need {number}").update(manager=cast.manager)
    page = sign_in(cast.manager).get("/desk/").content.decode()

    shown, rest = page.split('<details class="desk-rest">')
    assert "2 more records" in rest
    # Five of the seven records in charge are shown at once.
    charges = shown.split('id="charges"')[1]
    assert charges.count('class="desk-count"') == 5
    assert rest.split("</details>")[0].count('class="desk-count"') == 2


def test_what_is_left_out_is_offered_only_where_it_fits(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal, confidence=0.02, need_rank=None, achievement_rank=3)
    client = sign_in(cast.manager)

    assert "1 more, less promising" in client.get("/desk/").content.decode()
    assert "less promising" not in client.get("/desk/?readiness=9").content.decode()


def test_its_lines_are_in_the_readers_language(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    seal.content["title_other"] = "渣浆泵密封"
    seal.save()
    pair_up(need, seal)
    client = sign_in(cast.manager)
    client.cookies["django_language"] = "zh-hans"
    page = client.get("/desk/").content.decode()

    lines = page[page.index('id="desk-charges"') : page.index('id="queue"')]
    assert 'lang="zh-Hans">渣浆泵密封</a>' in lines
