"""In a real browser: paper, forced colours, and pages that are heard or tabbed through."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from terrace_web.testing.browser import is_there, running_browser

pytestmark = [
    pytest.mark.skipif(not is_there(), reason="needs Debian's chromium and 'make install'"),
    pytest.mark.django_db(transaction=True),
]
THEME = "document.documentElement.dataset.bsTheme || null"
TWO_COLOURS = """async () => {
  const { colour } = await import("/static/terrace/theme.js");
  return [colour("--t-text"), colour("--t-surface")];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as opened:
        yield opened


@pytest.fixture
def opened(browser: Browser, live_server) -> Iterator:
    pages: list[Page] = []

    def do(**options: object) -> Page:
        page = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        pages.append(page.new_page())
        pages[-1].goto(f"{live_server.url}/ui/components", wait_until="networkidle")
        return pages[-1]

    yield do
    for page in pages:
        page.context.close()


@pytest.mark.parametrize("chosen", [None, "dark"])
def test_what_is_printed_is_drawn_light(opened, chosen: str | None) -> None:
    page = opened(color_scheme="dark")
    if chosen:
        page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    drawn = "document.querySelector('.chart canvas').toDataURL()"
    dark = page.evaluate(drawn)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(THEME) == "light"
    assert page.evaluate(drawn) != dark
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(THEME) == chosen


def test_paper_shows_what_is_folded(opened) -> None:
    page = opened()
    table = page.locator("details.chart-table:not([open]) .table-frame").first
    assert not table.evaluate("each => each.checkVisibility({ contentVisibilityAuto: true })")
    page.emulate_media(media="print")
    assert table.evaluate("each => each.checkVisibility({ contentVisibilityAuto: true })")


def test_forced_colours_leave_a_canvas_its_own(opened) -> None:
    text, surface = opened(forced_colors="active").evaluate(TWO_COLOURS)
    assert text != surface


def test_toasts_lie_beside_the_page(opened) -> None:
    page = opened()
    toasts, content = (page.locator(each).bounding_box() for each in ("#toasts", "#content"))
    assert toasts and content
    assert toasts["x"] + toasts["width"] <= content["x"]


def test_suggestions_are_counted_aloud(opened) -> None:
    page = opened()
    page.locator("#global-search").fill("nothing of the kind")
    said = page.locator(".global-search [role=status]")
    expect(said).to_have_text("No suggestions")
    page.locator("#global-search").fill("")
    expect(said).to_have_text("")


def test_a_menu_closes_when_the_focus_leaves_it(opened) -> None:
    page = opened()
    page.evaluate("""() => { const menu = document.createElement("details");
        menu.className = "menu"; menu.innerHTML = "<summary>A</summary><a href='#'>B</a>";
        document.getElementById("content").prepend(menu); menu.open = true; }""")
    menu = page.locator("#content > details.menu")
    menu.locator("a").focus()
    assert menu.evaluate("each => each.open")
    page.locator("#global-search").focus()
    assert not menu.evaluate("each => each.open")


def test_the_side_menu_of_a_phone_closes_when_the_focus_leaves_it(opened) -> None:
    page = opened(viewport={"width": 390, "height": 800})
    page.locator(".topbar [popovertarget=sidebar]").click()
    page.locator("#sidebar a").last.focus()
    assert page.locator("#sidebar").is_visible()
    page.locator("#global-search").focus()
    assert not page.locator("#sidebar").is_visible()


def test_the_button_that_opened_a_panel_closes_it_again(opened) -> None:
    """The focus comes back to it before the click does."""
    page = opened(viewport={"width": 390, "height": 1600})
    button, panel = page.locator("[popovertarget=filters]").first, page.locator("#filters")
    button.click()
    panel.locator("input").first.focus()
    assert panel.is_visible()
    button.click()
    assert not panel.is_visible()


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (409, "That is decided.", "That is decided."),
        (404, "<html></html>", "Something has changed here"),
        (429, "<html></html>", "That was too often"),
        (500, "<html></html>", "on our side"),
    ],
)
def test_what_was_refused_is_said_in_a_sentence(opened, status: int, text: str, said: str) -> None:
    """A page in answer to a part of one is not shown; nor is the connection blamed for it."""
    page = opened()
    page.evaluate(
        """([status, responseText]) => document.dispatchEvent(new CustomEvent(
             "htmx:responseError", { detail: { xhr: { status, responseText } } }))""",
        [status, text],
    )
    expect(page.locator("#toasts .alert-danger")).to_contain_text(said)
