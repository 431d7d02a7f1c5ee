"""The ranked list of a record: what it shows, to whom, and how it is narrowed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from terrace_web.market.models import Record
from terrace_web.matching.forms import read_selection
from terrace_web.matching.models import Decision, Pair
from terrace_web.matching.queries import list_matches
from terrace_web.matching.selection import Selection
from terrace_web.testing.cast import NOW, Cast, make_record


def address(record: Record) -> str:
    return f"/desk/{record.code}/"


def decide(pair: Pair, choice: str, by: Any) -> None:
    Decision.objects.create(
        need=pair.need,
        achievement=pair.achievement,
        choice=choice,
        holds=choice,
        by=by,
        at=NOW,
    )


def test_it_works(cast: Cast, sign_in, seal: Record, need: Record, pair_up) -> None:
    pair_up(need, seal, gates="unmet", failed=["budget"], open=["region"], closes_en="Pay more.")
    page = sign_in(cast.buyer).get(address(need)).content.decode()

    assert seal.title in page
    assert "60%" in page
    assert "Budget" in page
    assert "Pay more." in page
    assert "slurry" in page
    assert "1 match" in page


def test_an_achievement_lists_its_needs(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal)
    page = sign_in(cast.researcher).get(address(seal)).content.decode()

    assert need.title in page
    assert "Needs for this achievement" in page


def test_it_checks_access(cast: Cast, sign_in, need: Record, hidden: Record) -> None:
    assert sign_in(None).get(address(need)).status_code == 302
    assert sign_in(cast.rival).get(address(need)).status_code == 403
    assert sign_in(cast.rival).get(address(hidden)).status_code == 404
    assert sign_in(cast.manager).get(address(need)).status_code == 200
    assert sign_in(cast.manager).get("/desk/T-NOTHING/").status_code == 404


def test_hidden_records_are_neither_listed_nor_counted(
    cast: Cast, sign_in, need: Record, hidden: Record, pair_up
) -> None:
    pair_up(need, make_record(cast.lab, title="A seal in sight"))
    pair_up(need, hidden, need_rank=2)
    page = sign_in(cast.buyer).get(address(need)).content.decode()

    assert hidden.title not in page
    assert hidden.code not in page
    assert "1 match" in page


def test_a_blind_owner_is_not_named(
    cast: Cast, sign_in, seal: Record, blind: Record, pair_up
) -> None:
    pair_up(blind, seal)
    page = sign_in(cast.researcher).get(address(seal)).content.decode()

    assert blind.title in page
    assert cast.other_company.name not in page
    assert "Owner not shown" in page


def test_low_confidence_is_no_claim(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal, confidence=0.05)
    page = sign_in(cast.buyer).get(address(need)).content.decode()

    assert "no claim" in page
    assert "5%" not in page


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Passed", "Near", "Failed"]),
        ("?gates=passed", ["Passed"]),
        ("?gates=near", ["Near"]),
        ("?gates=failed", ["Failed"]),
        ("?state=shortlist", ["Passed"]),
        ("?state=undecided", ["Near", "Failed"]),
        ("?state=reject", []),
        ("?language=zh", ["Failed"]),
        ("?readiness=6", ["Passed"]),
        ("?order=readiness", ["Passed", "Near", "Failed"]),
        ("?order=newest", ["Passed", "Near", "Failed"]),
        ("?gates=nonsense&readiness=x&page=no", ["Passed", "Near", "Failed"]),
    ],
)
def test_filters_and_order(
    cast: Cast, need: Record, pair_up, query: str, titles: list[str]
) -> None:
    passed = make_record(cast.lab, title="Passed", readiness=7)
    near = make_record(cast.lab, title="Near", readiness=3)
    failed = make_record(cast.lab, title="Failed", language="zh")
    decide(pair_up(need, passed, need_rank=1), "shortlist", cast.buyer)
    pair_up(need, near, need_rank=2, gates="unmet", failed=["budget"], closes_en="More.")
    pair_up(need, failed, need_rank=3, gates="unmet", failed=["budget"])
    _form, selection = read_selection(QueryDict(query.lstrip("?")))
    _view, page = list_matches(cast.audience(cast.buyer), need.code, selection)

    assert [row.other.title for row in page.rows] == titles


def test_an_empty_list_says_what_to_do(cast: Cast, sign_in, need: Record) -> None:
    client = sign_in(cast.buyer)

    assert "Nothing in the market fits" in client.get(address(need)).content.decode()
    assert "No match fits these" in client.get(address(need) + "?gates=near").content.decode()


def test_a_company_has_no_matches(cast: Cast, sign_in) -> None:
    company = make_record(cast.company, "company", title="Lindgren")

    assert sign_in(cast.buyer).get(address(company)).status_code == 404


def test_it_asks_few_queries(
    cast: Cast, sign_in, need: Record, pair_up, django_assert_max_num_queries
) -> None:
    for number in range(25):
        pair_up(need, make_record(cast.lab, title=f"Ring {number}"), need_rank=number + 1)
    client = sign_in(cast.buyer)
    with django_assert_max_num_queries(30):
        page = client.get(address(need))

    assert len(page.context["page"].rows) == 10
    assert len(client.get(address(need) + "?page=2").context["page"].rows) == 10


def test_it_speaks_chinese(cast: Cast, sign_in, seal: Record, need: Record, pair_up) -> None:
    pair_up(need, seal, gates="unmet", failed=["budget"], closes_en="Pay.", closes_zh="多付些。")
    client = sign_in(cast.buyer)
    client.cookies["django_language"] = "zh-hans"
    page = client.get(address(need)).content.decode()

    assert "预算" in page
    assert "多付些。" in page
    assert "匹配" in page


def test_many_pairs_keep_their_order(
    cast: Cast, need: Record, pair_up: Callable[..., Pair]
) -> None:
    last = pair_up(need, make_record(cast.lab, title="Theirs"), need_rank=None, confidence=0.9)
    first = pair_up(need, make_record(cast.lab, title="Ours"), need_rank=1, confidence=0.2)
    _view, page = list_matches(cast.audience(cast.buyer), need.code, Selection())

    assert [row.achievement.code for row in page.rows] == [
        first.achievement.code,
        last.achievement.code,
    ]


def test_the_needs_of_an_achievement_come_by_what_they_claim(
    cast: Cast, sign_in, seal: Record, pair_up
) -> None:
    said = [("Second", 0.2, 1), ("First", 0.4, 2), ("Fourth", 0.05, 4), ("Third", 0.01, 3)]
    for title, confidence, rank in said:
        need = make_record(cast.company, "need", title=f"{title} need")
        pair_up(need, seal, confidence=confidence, achievement_rank=rank)

    page = sign_in(cast.researcher).get(f"/desk/{seal.code}/").content.decode()
    titles = [f"{title} need" for title in ("First", "Second", "Third", "Fourth")]
    assert sorted(titles, key=page.index) == titles


def test_what_is_claimed_comes_before_what_is_not(
    cast: Cast, need: Record, pair_up: Callable[..., Pair]
) -> None:
    silent = pair_up(need, make_record(cast.lab, title="Near"), need_rank=1, confidence=0.02)
    claimed = pair_up(need, make_record(cast.lab, title="Fit"), need_rank=6, confidence=0.6)
    _view, page = list_matches(cast.audience(cast.buyer), need.code, Selection())

    assert [row.achievement.code for row in page.rows] == [
        claimed.achievement.code,
        silent.achievement.code,
    ]


def test_on_the_desk_what_no_gate_closes_comes_first(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    other = make_record(cast.company, "need", title="Past its day")
    pair_up(other, seal, confidence=0.9, gates="unmet", failed=["deadline"])
    pair_up(need, seal, confidence=0.4, gates="unmet", failed=["budget"], closes_en="Pay more.")
    page = sign_in(cast.manager).get("/desk/").content.decode()
    queue = page[page.index('id="queue"') :]

    assert queue.index(need.title) < queue.index(other.title)


def test_a_row_reads_first_in_the_readers_language(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    seal.content["title_other"] = "渣浆泵密封"
    seal.save()
    pair_up(need, seal)
    client = sign_in(cast.buyer)
    client.cookies["django_language"] = "zh-hans"
    page = client.get(address(need)).content.decode()

    assert page.index(">渣浆泵密封</a>") < page.index(f'lang="en">{seal.title}</span>')


def test_the_buttons_of_a_row_say_which_pair_they_are_for(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up
) -> None:
    pair_up(need, seal)
    page = sign_in(cast.buyer).get(address(need)).content.decode()
    title = f"pair-{need.pk}-{seal.pk}-title"

    assert f'id="{title}"' in page and f'aria-labelledby="{title}"' in page
    for button in ("shortlist", "later", "compare"):
        assert f'data-triage-{button} aria-describedby="{title}"' in page


@pytest.mark.parametrize(("level", "is_told"), [("named", True), ("public", False)])
def test_who_is_told_the_owner_reads_no_open_ownership(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up, level: str, is_told: bool
) -> None:
    """The stored gates know only owners who are named to everybody."""
    Record.objects.filter(pk=seal.pk).update(identity_level=level)
    pair_up(need, seal, gates="unknown", open=["ownership"])

    for page in (address(need), "/desk/"):
        shown = sign_in(cast.manager).get(page).content.decode()
        assert ("Ownership" not in shown) is is_told

    told = sign_in(cast.buyer).get(address(need)).content.decode()
    assert "Ownership" in told


@pytest.mark.parametrize("others", [["ownership"], ["ownership", "region"]])
def test_shared_rights_stay_open_whoever_is_told_the_owner(
    cast: Cast, sign_in, seal: Record, need: Record, pair_up, others: list[str]
) -> None:
    seal.content["obligations"] = ["joint ownership with Delta Rail"]
    seal.identity_level = "named"
    seal.save()
    pair_up(need, seal, gates="needs_judgement", open=others)

    assert "Ownership" in sign_in(cast.manager).get(address(need)).content.decode()


def test_what_else_is_open_stays_open(cast: Cast, seal: Record, need: Record, pair_up) -> None:
    Record.objects.filter(pk=seal.pk).update(identity_level="named")
    pair_up(need, seal, gates="unknown", open=["ownership", "region"])
    audience = cast.audience(cast.manager)

    [row] = list_matches(audience, need.code, Selection())[1].rows
    assert row.open == ["Region"] and not row.has_passed

    Pair.objects.update(open=["ownership"])
    [row] = list_matches(audience, need.code, Selection())[1].rows
    assert row.open == [] and row.has_passed
