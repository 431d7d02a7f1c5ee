"""A company posts a blind need; its name is seen only by whom it consents to."""

import re

from terrace_web.market.models import Record
from terrace_web.testing.browser import Enter, Visit
from terrace_web.testing.cast import Cast

TITLE, WANTED = "Quiet brake for trams", "A brake that stays below 60 dB at 50 km/h."
REASON = "We have a damped brake disc and should like to talk."


def post_need(company: Visit) -> None:
    """Describe a need whose identity is open to named organisations only, and submit it."""
    page = company.open("/market/new/need/")
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_summary").fill(WANTED)
    page.locator("input[name=fields][value=materials]").check()
    page.locator("#id_identity_level").select_option("named")
    page.locator("#id_contact").fill("Bo Buyer, 029 8888")
    page.locator("button[name=close]").click()
    page.wait_for_url(re.compile(r"/market/r/[^/]+/$"))
    page.locator("a[href$='/move/submit/']").click()
    company.send("#content form")


def ask(lab: Visit, code: str) -> None:
    """Ask to be introduced."""
    page = lab.open(f"/market/r/{code}/")
    assert "Lindgren" not in page.content() and "林德格伦" not in page.content()
    page.locator("#content a[href$='/ask/identity/']").click()
    page.locator("#content textarea").fill(REASON)
    lab.send("#content form")


def test_the_name_is_shown_after_consent(cast: Cast, enter: Enter) -> None:
    company, lab, stranger = enter(cast.buyer), enter(cast.researcher), enter()
    post_need(company)
    record = Record.objects.get(title=TITLE)
    reviewer = enter(record.manager)
    reviewer.open(f"/market/r/{record.code}/move/publish/")
    reviewer.send("#content form")

    listed = lab.open("/market/needs/").locator("#results").inner_text()
    assert TITLE in listed and cast.company.name not in listed
    ask(lab, record.code)

    asked = company.open("/market/access/")
    assert REASON in asked.locator("#content").inner_text()
    asked.locator("#content a[href^='/market/access/']").first.click()
    asked.locator("button[value=grant]").click()
    asked.wait_for_url("**/market/access/")

    shown = lab.open(f"/market/r/{record.code}/").locator("#content").inner_text()
    assert "Bo Buyer" in shown
    assert cast.company.name in shown or cast.company.name_zh in shown
    assert TITLE in lab.open("/notices/").locator("#content").inner_text()
    hidden = stranger.open(f"/market/r/{record.code}/").content()
    assert TITLE in hidden and "Bo Buyer" not in hidden
    assert cast.company.name not in hidden and cast.company.name_zh not in hidden
