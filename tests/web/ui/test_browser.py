"""The components in a real browser: accessibility, the policy, keys and dialogs."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from terrace_web.testing.browser import is_there, run_axe, running_browser

WIDE, PHONE = (1280, 860), (390, 844)

pytestmark = [
    pytest.mark.skipif(not is_there(), reason="needs Debian's chromium and 'make install'"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as opened:
        yield opened


def open_page(
    browser: Browser, address: str, size: tuple[int, int] = WIDE, **options: object
) -> tuple[Page, list[str]]:
    """The page, and what the browser complains about."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address, wait_until="networkidle")
    return page, complaints


@pytest.fixture
def components(live_server) -> str:
    return f"{live_server.url}/ui/components"


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [
        (WIDE, "light", "en"),
        (WIDE, "dark", "zh-CN"),
        (PHONE, "light", "zh-CN"),
        (PHONE, "dark", "en"),
    ],
)
def test_axe_finds_nothing_serious(browser, components, size, scheme, language):
    page, complaints = open_page(
        browser, f"{components}?errors=1", size, color_scheme=scheme, locale=language
    )
    assert run_axe(page) == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.context.close()


def test_the_sidebar_opens_without_javascript(browser, components):
    page, _complaints = open_page(browser, components, PHONE, java_script_enabled=False)
    sidebar = page.locator("#sidebar")
    assert not sidebar.is_visible()
    page.locator(".topbar [popovertarget=sidebar]").click()
    assert sidebar.is_visible()
    page.context.close()


def test_charts_are_drawn_and_follow_the_theme(browser, components):
    page, complaints = open_page(browser, components)
    expect(page.locator("#charts ~ figure canvas")).to_have_count(2)
    page.locator("[data-theme-toggle]").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload(wait_until="networkidle")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert complaints == []
    page.context.close()


def test_the_landscape_lists_what_it_shows(browser, components):
    page, _complaints = open_page(browser, components)
    expect(page.locator("[data-map-count]")).to_have_text("60")
    expect(page.locator("[data-map-list] a")).to_have_count(50)
    page.context.close()


def test_keys_search_and_explain_themselves(browser, components):
    page, _complaints = open_page(browser, components)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#shortcuts").wait_for(state="hidden")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "global-search"
    page.context.close()


@pytest.fixture
def market_page(browser, live_server) -> Iterator[Page]:
    page, _complaints = open_page(browser, f"{live_server.url}/market/achievements/")
    yield page
    page.context.close()


def test_two_keys_lead_to_an_entry_of_the_navigation(market_page):
    market_page.keyboard.press("g")
    market_page.keyboard.press("n")
    market_page.wait_for_url("**/market/needs/")
    market_page.keyboard.press("g")
    market_page.keyboard.press("h")
    market_page.wait_for_url(re.compile(r"://[^/]+/$"))


def test_the_keys_of_entries_are_listed(market_page):
    market_page.keyboard.press("?")
    said = market_page.locator("#shortcuts dl").inner_text()
    assert "Needs" in said and "Start page" in said and "Audit trail" not in said


@pytest.mark.parametrize("field", ["#global-search", "#shortcuts input"])
def test_keys_are_silent_while_one_types(market_page, field):
    before = market_page.url
    if field.startswith("#shortcuts"):
        market_page.keyboard.press("?")
    market_page.locator(field).focus()
    market_page.keyboard.press("g")
    market_page.keyboard.press("n")
    market_page.wait_for_timeout(200)
    assert market_page.url == before


def test_a_second_key_that_leads_nowhere_ends_the_sequence(market_page):
    for key in "gzgn":
        market_page.keyboard.press(key)
    market_page.wait_for_url("**/market/needs/")


def test_two_keys_decide_nothing_in_triage(browser, components):
    page, _complaints = open_page(browser, components)
    page.evaluate("""() => { window.pressed = 0; document.addEventListener("click", (event) => {
        const link = event.target.closest("[data-shortcut]");
        if (link) { event.preventDefault(); window.pressed += 1; }
        if (event.target.closest("[data-triage-shortlist]")) window.pressed += 100;
    }); }""")
    for key in "jgs":
        page.keyboard.press(key)
    assert page.evaluate("window.pressed") == 1
    page.context.close()


def test_single_keys_can_be_switched_off(browser, components):
    page, _complaints = open_page(browser, components)
    page.keyboard.press("?")
    page.locator("[data-shortcuts-switch]").uncheck()
    page.keyboard.press("Escape")
    page.locator("#shortcuts").wait_for(state="hidden")
    page.keyboard.press("j")
    assert page.locator("[data-triage-row][aria-current]").count() == 0
    page.context.close()


def test_triage_goes_by_keys(browser, components):
    page, _complaints = open_page(browser, components)
    page.evaluate("""() => { window.pressed = []; document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-triage-shortlist]");
        if (button) window.pressed.push(button.closest("[data-triage-row]").id);
    }); }""")
    for key in "jjks":
        page.keyboard.press(key)
    assert page.locator("[aria-current][data-triage-row]").get_attribute("id") == "row-1"
    page.keyboard.press("j")
    page.keyboard.press("s")
    assert page.evaluate("window.pressed") == ["row-1", "row-2"]
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "reason-2"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "row-2"
    page.context.close()


def test_all_of_the_reasons_come_into_sight(browser, components):
    page, _complaints = open_page(browser, components, (1280, 420), reduced_motion="reduce")
    for key in "jjr":
        page.keyboard.press(key)
    end = "document.querySelector('#row-2 .menu-panel').getBoundingClientRect().bottom"
    assert page.evaluate(f"{end} <= window.innerHeight + 1")
    page.context.close()


def test_a_refused_rejection_leads_back_to_the_reasons(browser, components):
    page, _complaints = open_page(browser, components)
    for key in ("j", "r", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.evaluate("""() => document.activeElement.dispatchEvent(new CustomEvent(
        "htmx:responseError", { bubbles: true, detail: { xhr: new XMLHttpRequest() } }))""")
    assert page.evaluate("document.activeElement.id") == "reason-1"
    page.context.close()


def test_undo_takes_back_what_was_decided_last(browser, components):
    page, _complaints = open_page(browser, components)
    page.evaluate("""() => { window.pressed = [];
        const undo = "<button type=button data-triage-undo>Undo</button>";
        for (const row of document.querySelectorAll("#row-1, #row-2"))
            row.insertAdjacentHTML("beforeend", undo);
        document.addEventListener("click", (event) => {
            const button = event.target.closest("[data-triage-undo]");
            if (button) window.pressed.push(button.closest("[data-triage-row]").id);
        }); }""")
    for key in "jjsju":
        page.keyboard.press(key)
    assert page.evaluate("window.pressed") == ["row-2"]
    for key in "kku":
        page.keyboard.press(key)
    assert page.evaluate("window.pressed") == ["row-2", "row-1"]
    page.context.close()


def test_a_question_comes_before_what_cannot_be_undone(browser, components):
    page, _complaints = open_page(browser, components)
    link = page.locator("a[data-confirm]")
    link.click()
    dialog = page.locator("#confirm-dialog")
    assert dialog.locator("h2").inner_text() == "Delete this draft?"
    assert page.evaluate("document.activeElement.innerText") == "Cancel"
    page.keyboard.press("Enter")
    assert not dialog.is_visible()
    link.click()
    with page.expect_request(lambda request: request.method == "POST"):
        dialog.locator("[data-confirm-go]").click()
    page.context.close()


def test_ticking_a_filter_answers_at_once(browser, components):
    page, complaints = open_page(browser, components)
    with page.expect_response(lambda answer: "fields=optics" in answer.url):
        page.locator("#facet-fields-2").check()
    page.locator(".chip").first.wait_for()
    assert "fields=optics" in page.url
    assert page.locator("#facet-fields-2").is_checked()
    assert page.locator("#sidebar").count() == 1
    assert complaints == []
    page.context.close()


def test_the_landing_place_of_errors_is_their_summary(browser, components):
    page, _complaints = open_page(browser, f"{components}?errors=1")
    assert "error-summary" in page.evaluate("document.activeElement.className")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_title"
    page.context.close()
