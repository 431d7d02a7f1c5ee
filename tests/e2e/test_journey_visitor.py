"""A visitor searches, signs in, follows a record, saves a search, and takes both back."""

import re

import pytest

from terrace_web.exchange.models import Follow, SavedSearch
from terrace_web.market.models import Record
from terrace_web.matching.following import follow_outbox
from terrace_web.testing.browser import Enter, Visit
from terrace_web.testing.cast import NOW, PASSWORD, Cast, make_record

SEAL, BEARING = "Ceramic seal for slurry pumps", "Magnetic bearing without oil"


@pytest.fixture
def seal(cast: Cast) -> Record:
    make_record(cast.other_lab, title=BEARING, fields=["materials"])
    made = make_record(cast.lab, title=SEAL, fields=["materials"], readiness=6)
    follow_outbox(NOW)
    return made


def type_in_list(visitor: Visit, words: str) -> None:
    page = visitor.open("/market/achievements/")
    assert page.locator("#results .record-card").count() == 2
    with page.expect_response(re.compile(r"/market/achievements/\?.*q=slurry")):
        page.locator("#list-search").press_sequentially(words)
    page.wait_for_url("**q=slurry**")


def test_search_as_one_types(cast: Cast, enter: Enter, seal: Record) -> None:
    visitor = enter()
    type_in_list(visitor, "slurry")
    page = visitor.page
    page.locator("#results mark").first.wait_for()
    assert page.locator("#results .record-title").all_inner_texts() == [SEAL]

    page.locator("#global-search").press_sequentially("bearing")
    page.locator("[role=option]", has_text=BEARING).click()
    page.locator("h1", has_text=BEARING).wait_for()


def test_follow_and_take_back(cast: Cast, enter: Enter, seal: Record) -> None:
    visitor = enter()
    page = visitor.open(f"/market/r/{seal.code}/")
    page.locator("#content a[href^='/accounts/login/']").first.click()
    page.locator("#id_login").fill(cast.newcomer.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(f"**/market/r/{seal.code}/")

    page.locator(".follow button[aria-pressed=false]").click()
    page.locator(".follow button[aria-pressed=true]").wait_for()
    assert Follow.objects.get().record == seal
    assert SEAL in visitor.open("/market/following/").locator("#content").inner_text()
    visitor.press("Stop following", within=".followed-list")
    page.locator(".followed-list").wait_for(state="detached")
    assert not Follow.objects.exists()


def test_save_a_search_and_delete_it(cast: Cast, enter: Enter, seal: Record) -> None:
    visitor = enter(cast.newcomer)
    type_in_list(visitor, "slurry")
    page = visitor.page
    page.locator("#list-tools a[href*='q=slurry']").first.click()
    page.locator("#id_name").fill("Slurry")
    visitor.send("#content form")
    assert "slurry" in SavedSearch.objects.get().query
    row = visitor.open("/market/following/").locator(".search-table tbody tr")
    assert "Slurry" in row.inner_text()
    row.locator("a[href$='/delete/']").click()
    visitor.send("#content form")
    assert not SavedSearch.objects.exists()
