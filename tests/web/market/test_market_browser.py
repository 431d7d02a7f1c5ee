"""What the pages of records do in a real browser."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from terrace_web.accounts.models import User
from terrace_web.managers.models import Assignment
from terrace_web.market.models import Record
from terrace_web.testing.browser import is_there, running_browser
from terrace_web.testing.cast import NOW, Cast, make_record

pytestmark = [
    pytest.mark.skipif(not is_there(), reason="needs Debian's chromium and 'make install'"),
    pytest.mark.django_db(transaction=True),
]
# Holds the request back, and tells how long it would have been waited for.
HOLD_BACK = """() => document.addEventListener('htmx:beforeSend', (event) => {
  window.waitsMs = event.detail.xhr.timeout;
  event.detail.xhr.send = () => {};
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as opened:
        yield opened


def open_as(browser: Browser, base: str, user: User, path: str) -> Page:
    client = Client()
    client.force_login(user)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    page = context.new_page()
    page.goto(base + path, wait_until="networkidle")
    return page


def test_a_file_may_take_its_time_and_shows_how_far_it_is(
    browser: Browser, live_server, cast: Cast
) -> None:
    draft = make_record(cast.lab, stage="draft")
    page = open_as(browser, live_server.url, cast.researcher, f"/market/r/{draft.code}/")
    page.evaluate(HOLD_BACK)
    page.locator(".add-file summary").click()
    sheet = {"name": "sheet.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 body"}
    page.locator(".add-file input[type=file]").set_input_files([sheet])
    page.locator(".add-file button.btn-primary").click()

    bar = page.get_by_role("progressbar", name="sheet.pdf")
    expect(bar).to_be_visible()
    assert page.evaluate("window.waitsMs") == 0
    page.evaluate(
        "htmx.trigger('.add-file form', 'htmx:xhr:progress',"
        " {lengthComputable: true, loaded: 1, total: 4})"
    )
    expect(page.locator(".progress-count")).to_have_text("25%")
    assert bar.evaluate("bar => bar.value") == 0.25
    page.context.close()


def test_publishing_many_asks_with_their_number(browser: Browser, live_server, cast: Cast) -> None:
    for title in ("First", "Second"):
        make_record(cast.lab, title=title, stage="in_review", manager=cast.manager)
    page = open_as(browser, live_server.url, cast.manager, "/market/review/")
    button = page.get_by_role("button", name="Publish the chosen")
    expect(button).to_be_disabled()
    for title in ("First", "Second"):
        page.get_by_role("checkbox", name=f"Choose {title}").check()
    button.click()

    expect(page.locator("#confirm-title")).to_have_text("Publish the 2 chosen records?")
    expect(page.locator("[data-confirm-go]")).to_have_text("Publish")
    page.context.close()


def test_proposals_are_accepted_only_where_some_are_ticked(
    browser: Browser, live_server, cast: Cast
) -> None:
    record = make_record(cast.lab, title="Ceramic seal")
    Assignment.objects.create(record=record, manager=cast.manager, fit=0.5, proposed_at=NOW)
    page = open_as(browser, live_server.url, cast.officer, "/managers/proposals/")
    button = page.get_by_role("button", name="Accept the ticked ones")

    expect(button).to_be_disabled()
    page.locator("input[name=proposal]").check()
    expect(button).to_be_enabled()
    page.context.close()


def test_what_back_brings_never_goes_over_what_somebody_saved(
    browser: Browser, live_server, cast: Cast
) -> None:
    draft = make_record(cast.lab, stage="draft", content={"summary": "A seal."})
    path = f"/market/r/{draft.code}/edit/"
    page = open_as(browser, live_server.url, cast.researcher, path)
    other = page.context.new_page()
    other.goto(live_server.url + path)
    other.locator("[name=title]").fill("Theirs")
    other.get_by_role("button", name="Save the draft").click()
    expect(other.locator("[name=title]")).to_have_value("Theirs")
    page.locator("[name=title]").fill("Mine")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You saved it elsewhere")

    page.go_back(wait_until="load")
    expect(page.locator("[name=title]")).to_have_value("Mine")
    page.get_by_role("button", name="Save the draft").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("You saved it elsewhere")
    draft.refresh_from_db()
    assert draft.title == "Theirs"
    page.context.close()


def test_back_to_what_one_saved_oneself_is_no_clash(
    browser: Browser, live_server, cast: Cast
) -> None:
    draft = make_record(cast.lab, stage="draft", content={"summary": "A seal."})
    path = f"/market/r/{draft.code}/edit/"
    page = open_as(browser, live_server.url, cast.researcher, path)
    page.locator("[name=title]").fill("First")
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("First")
    page.go_back(wait_until="load")
    page.locator("[name=title]").fill("Second")
    page.get_by_role("button", name="Save and close").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Second")
    page.context.close()


def test_a_yes_opens_the_place_for_its_evidence(browser: Browser, live_server, cast: Cast) -> None:
    draft = make_record(cast.lab, stage="draft")
    path = f"/market/r/{draft.code}/readiness/"
    page = open_as(browser, live_server.url, cast.researcher, path)
    evidence = page.locator("[name='technology.1.evidence']")
    expect(evidence).to_be_hidden()
    page.locator("[name='technology.1.answer'][value=yes]").check()

    expect(evidence).to_be_visible()
    page.context.close()


def edit_draft(browser: Browser, base: str, cast: Cast) -> tuple[Record, Page]:
    draft = make_record(cast.lab, stage="draft", fields=["materials"])
    return draft, open_as(browser, base, cast.researcher, f"/market/r/{draft.code}/edit/")


def test_a_link_of_the_form_takes_along_what_was_typed(
    browser: Browser, live_server, cast: Cast
) -> None:
    draft, page = edit_draft(browser, live_server.url, cast)
    page.locator("#id_summary").fill("Runs dry for nine hours.")
    page.get_by_role("link", name="Submit for review").click()

    page.wait_for_url("**/move/submit/")
    draft.refresh_from_db()
    assert draft.content["summary"] == "Runs dry for nine hours."
    page.context.close()


def test_what_cannot_be_saved_is_shown_before_a_link_is_followed(
    browser: Browser, live_server, cast: Cast
) -> None:
    _draft, page = edit_draft(browser, live_server.url, cast)
    page.locator("#id_currency").fill("shells")
    page.get_by_role("link", name="Preview").click()

    expect(page.locator("#draft-state")).to_contain_text("Not saved yet")
    assert page.url.endswith("/edit/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Preview").click()
    page.wait_for_url("**/preview/**")
    assert asked == ["beforeunload"]
    page.context.close()
