"""A lab drafts and publishes; the match comes to a manager's desk; both sides are told."""

import re
from dataclasses import dataclass

import pytest
from django.core import mail
from django.utils import timezone

from terrace_web.market.models import Record
from terrace_web.matching.models import Decision
from terrace_web.notices.mailing import UNDO_TIME
from terrace_web.notices.mails import send_new
from terrace_web.testing.browser import Enter, Look, Visit
from terrace_web.testing.cast import Cast, make_record


@dataclass(frozen=True)
class Words:
    """What is written in one language: the achievement, and the need it fits."""

    language: str
    title: str
    summary: str
    need: str
    wanted: str


WORDS = {
    "en": Words(
        language="en",
        title="Ceramic seal ring for slurry pumps",
        summary="A ceramic seal ring for pumps that run in abrasive slurry for 4000 hours.",
        need="Seal for slurry pumps",
        wanted="The pump seal shall survive abrasive slurry. It shall run for 3000 hours.",
    ),
    "zh-hans": Words(
        language="zh",
        title="渣浆泵用陶瓷密封环",
        summary="用于磨蚀性渣浆泵的陶瓷密封环，可连续运行4000小时。",
        need="渣浆泵密封",
        wanted="泵的密封环须耐受磨蚀性渣浆，连续运行3000小时。",
    ),
}


@pytest.fixture
def words(look: Look) -> Words:
    return WORDS[look.language]


@pytest.fixture
def need(cast: Cast, words: Words) -> Record:
    return make_record(
        cast.company,
        "need",
        title=words.need,
        content={"summary": words.wanted, "body": ""},
        language=words.language,
        readiness=6,
        fields=["materials"],
        manager=cast.manager,
    )


def draft(lab: Visit, words: Words) -> str:
    """Describe an achievement; the address of its page."""
    page = lab.open("/market/new/achievement/")
    page.locator("#id_title").fill(words.title)
    page.locator("#id_summary").fill(words.summary)
    page.locator("input[name=fields][value=materials]").check()
    page.locator("#id_readiness").select_option("6")
    page.locator("#id_inventors").fill("Ruth Researcher, Carl Colleague")
    page.locator("button[name=close]").click()
    page.wait_for_url(re.compile(r"/market/r/[^/]+/$"))
    return page.url.removeprefix(lab.base)


def make_move(who: Visit, address: str, move: str) -> None:
    page = who.open(f"{address}move/{move}/")
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("#content form button.btn").first.click()


def test_from_the_draft_to_the_shortlist(
    cast: Cast, enter: Enter, need: Record, words: Words
) -> None:
    lab, manager, company = enter(cast.researcher), enter(cast.manager), enter(cast.buyer)
    address = draft(lab, words)
    make_move(lab, address, "submit")
    record = Record.objects.get(title=words.title)
    assert record.run.stage == "in_review" and record.manager is not None
    reviewer = manager if record.manager == cast.manager else enter(record.manager)

    review = reviewer.open("/market/review/")
    review.get_by_role("link", name=words.title, exact=True).click()
    make_move(reviewer, address, "publish")

    assert words.title in lab.open("/notices/").locator("#content").inner_text()
    desk = manager.open("/desk/")
    assert desk.locator("[data-triage-row]").count() == 1
    assert words.title in desk.locator("[data-triage-row]").inner_text()
    desk.keyboard.press("j")
    desk.keyboard.press("s")
    desk.locator("[data-triage-row] .tag", has_text=manager.says("Shortlisted")).wait_for()
    decision = Decision.objects.get(need=need, achievement=record)
    assert decision.choice == "shortlist" and decision.by == cast.manager

    for side in (lab, company):
        told = side.open("/notices/").locator("#content").inner_text()
        assert words.title in told and need.title in told
    send_new(timezone.now() + UNDO_TIME)
    mailed = [each for each in mail.outbox if words.title in each.body]
    assert {cast.researcher.email, cast.buyer.email} <= {each.to[0] for each in mailed}
