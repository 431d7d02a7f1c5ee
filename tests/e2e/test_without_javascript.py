"""Reading needs no JavaScript: lists, a record, the search and the desk."""

import pytest

from terrace_web.market.models import Record
from terrace_web.matching.following import follow_outbox
from terrace_web.testing.browser import Enter
from terrace_web.testing.cast import NOW, Cast, make_record

SEAL, BEARING = "Ceramic seal for slurry pumps", "Magnetic bearing without oil"
SUMMARY = "A ceramic seal ring for pumps that run in abrasive slurry for 4000 hours."


@pytest.fixture
def seal(cast: Cast) -> Record:
    make_record(cast.other_lab, title=BEARING, fields=["optics"])
    make_record(cast.company, "need", title="Pump seal", content={"summary": SUMMARY}, readiness=5)
    content = {"summary": SUMMARY, "body": ""}
    made = make_record(
        cast.lab, title=SEAL, content=content, fields=["materials"], manager=cast.manager
    )
    follow_outbox(NOW)
    return made


def test_the_market_reads_without(cast: Cast, enter: Enter, seal: Record) -> None:
    visitor = enter(java_script_enabled=False)
    page = visitor.open("/market/achievements/")
    assert page.locator("#results .record-card").count() == 2
    # On the phone the filters are a popover, which needs no script either.
    if not page.locator("#filters").is_visible():
        page.locator("[popovertarget=filters]").first.click()
    page.locator("#filters input[value=materials]").check()
    page.locator("#filters button[type=submit]").click()
    page.wait_for_url("**fields=materials**")
    assert page.locator("#results .record-title").all_inner_texts() == [SEAL]

    page.locator("#results .record-title a").click()
    page.wait_for_url(f"**/market/r/{seal.code}/")
    assert SUMMARY in page.locator("#content").inner_text()
    page.locator("#global-search").fill("bearing")
    page.locator("#global-search").press("Enter")
    page.wait_for_url("**/search/**")
    assert BEARING in page.locator("#content").inner_text()


def test_the_desk_reads_and_decides_without(cast: Cast, enter: Enter, seal: Record) -> None:
    manager = enter(cast.manager, java_script_enabled=False)
    page = manager.open("/desk/")
    row = page.locator("[data-triage-row]")
    assert row.count() == 1 and SEAL in row.inner_text()
    row.locator("button[value=shortlist]").click()
    page.goto(f"{manager.base}/desk/?state=shortlist")
    assert manager.says("Shortlisted") in page.locator("[data-triage-row]").inner_text()
    # The first line of this link is for readers of the screen only.
    page.locator("[data-triage-open] > span:not(.visually-hidden)").click()
    page.wait_for_url(f"**/{seal.code}/")
    assert SUMMARY[:40] in page.locator("#content").inner_text()
