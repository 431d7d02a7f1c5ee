"""Deciding from a page: by htmx the row is swapped, without it the page comes again."""

import pytest

from terrace_web.market.models import Record
from terrace_web.matching.models import Decision, Pair
from terrace_web.testing.cast import Cast

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def pair(seal: Record, need: Record, pair_up) -> Pair:
    return pair_up(need, seal)


def address(pair: Pair) -> str:
    return f"/desk/{pair.need.code}/{pair.achievement.code}/decide/"


def test_it_works(cast: Cast, sign_in, pair: Pair) -> None:
    asked = {"choice": "shortlist", "asked": "need"}
    answer = sign_in(cast.buyer).post(address(pair), asked, **HTMX)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count("data-triage-row") == 1
    assert "Shortlisted" in page
    assert "data-triage-undo" in page
    assert "Shortlisted; the people concerned are told." in answer.headers["HX-Trigger"]
    assert '"decided"' in answer.headers["HX-Trigger"]


def test_it_checks_access(cast: Cast, client, sign_in, pair: Pair) -> None:
    assert client.post(address(pair), {"choice": "later"}).status_code == 302
    assert sign_in(cast.rival).post(address(pair), {"choice": "later"}).status_code == 403
    assert sign_in(cast.buyer).get(address(pair)).status_code == 405
    assert not Decision.objects.exists()


def test_without_javascript_the_page_comes_again(cast: Cast, sign_in, pair: Pair) -> None:
    asked = {"choice": "later", "next": f"/desk/{pair.need.code}/?gates=passed"}
    answer = sign_in(cast.buyer).post(address(pair), asked)

    assert answer.status_code == 302
    assert answer.url == asked["next"]


def test_it_never_leads_elsewhere(cast: Cast, sign_in, pair: Pair) -> None:
    asked = {"choice": "later", "next": "https://elsewhere.example/"}
    answer = sign_in(cast.buyer).post(address(pair), asked)

    assert answer.url == f"/desk/{pair.need.code}/{pair.achievement.code}/"


def test_undo_by_the_row(cast: Cast, sign_in, pair: Pair) -> None:
    client = sign_in(cast.buyer)
    client.post(address(pair), {"choice": "later"}, **HTMX)
    page = client.post(address(pair), {"choice": "undo"}, **HTMX).content.decode()

    assert "data-triage-undo" not in page
    assert Decision.objects.first().holds == ""


def test_a_refusal_is_a_sentence(cast: Cast, sign_in, pair: Pair) -> None:
    client = sign_in(cast.buyer)
    answer = client.post(address(pair), {"choice": "reject"}, **HTMX)

    assert answer.status_code == 400
    assert answer.content.decode() == "Say why you reject it: choose a reason or write one."
    plain = client.post(address(pair), {"choice": "reject", "next": f"/desk/{pair.need.code}/"})
    assert plain.url == f"/desk/{pair.need.code}/"


def test_every_row_has_what_the_keys_press(cast: Cast, sign_in, pair: Pair) -> None:
    page = sign_in(cast.buyer).get(f"/desk/{pair.need.code}/").content.decode()

    for name in ("shortlist", "reject", "later", "open", "compare"):
        assert f"data-triage-{name}" in page


def test_who_may_not_decide_gets_no_buttons(cast: Cast, sign_in, pair: Pair) -> None:
    page = sign_in(cast.colleague).get(f"/desk/{pair.achievement.code}/").content.decode()

    assert pair.need.title in page
    assert "data-triage-shortlist" not in page


@pytest.mark.parametrize("url", ["/desk/", "/desk/{}/"])
def test_figures_of_the_page_follow_a_decision(cast: Cast, sign_in, pair: Pair, url: str) -> None:
    page = sign_in(cast.manager).get(url.format(pair.achievement.code)).content.decode()

    assert 'hx-trigger="decided from:body' in page
    assert 'id="match-count"' in page


def test_taking_back_what_another_decided_is_asked(cast: Cast, sign_in, pair: Pair) -> None:
    sign_in(cast.manager).post(address(pair), {"choice": "later"}, **HTMX)
    question = "Take back what somebody else decided?"
    pages = f"/desk/{pair.need.code}/", f"/desk/{pair.need.code}/{pair.achievement.code}/"

    assert all(question in sign_in(cast.buyer).get(page).content.decode() for page in pages)
    sign_in(cast.buyer).post(address(pair), {"choice": "shortlist"}, **HTMX)
    assert not any(question in sign_in(cast.buyer).get(page).content.decode() for page in pages)


def test_after_an_undo_the_decision_below_counts(cast: Cast, sign_in, pair: Pair) -> None:
    sign_in(cast.manager).post(address(pair), {"choice": "later"}, **HTMX)
    for choice in ("shortlist", "undo"):
        sign_in(cast.buyer).post(address(pair), {"choice": choice}, **HTMX)
    page = sign_in(cast.buyer).get(f"/desk/{pair.need.code}/").content.decode()

    assert "Take back what somebody else decided?" in page
