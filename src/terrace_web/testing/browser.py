"""Somebody at a real browser: Debian's Chromium, driven by Playwright, with axe at hand.

Needs the package playwright, ``/usr/bin/chromium`` and what ``make install`` builds.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
# Playwright allows one at a time in a process.
_running: list[Browser] = []
_RUN_AXE = """() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
  .filter(each => ['serious', 'critical'].includes(each.impact))
  .map(each => each.id + ': ' + each.nodes.map(node => node.target.join(' ')).join(', ')))"""


@dataclass(frozen=True, slots=True)
class Look:
    """In which language (a code of Django) and at which size, in CSS pixels, one looks."""

    language: str
    width: int
    height: int

    def __str__(self) -> str:
        """A name for reports and files."""
        return f"{self.language}-{self.width}"

    def says(self, text: str, **values: object) -> str:
        """What the site says for an English text in this language."""
        with translation.override(self.language):
            return gettext(text) % values if values else gettext(text)


@dataclass(slots=True)
class Visit:
    """One person's window: the page, and what the browser complained about so far."""

    page: Page
    look: Look
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to an address of the site; the page when it has come to rest."""
        self.page.goto(self.base + path, wait_until="networkidle")
        return self.page

    def says(self, text: str, **values: object) -> str:
        """What the site says for an English text in this person's language."""
        return self.look.says(text, **values)

    def press(self, text: str, within: str = "body") -> None:
        """Press the first button in there whose words begin with this text's translation."""
        name = re.compile(re.escape(self.says(text)))
        self.page.locator(within).get_by_role("button", name=name).first.click()

    def send(self, form: str) -> Page:
        """Press the first button of a form; the page that comes then, at rest."""
        with self.page.expect_navigation(wait_until="networkidle"):
            self.page.locator(f"{form} button:not([type=button])").first.click()
        return self.page

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form."""
        page = self.open("/accounts/login/")
        page.locator("#id_login").fill(email)
        page.locator("#id_password").fill(password)
        # Beside it the demonstration offers a button for each of its people.
        with page.expect_navigation(wait_until="networkidle"):
            page.locator("#id_password").press("Enter")

    def check_access(self) -> list[str]:
        """The serious and critical findings of axe on this page."""
        return run_axe(self.page)

    def spills(self) -> bool:
        """Whether the page is wider than the window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth")
        return wide > self.look.width


Enter = Callable[..., Visit]
"""Opens a window for a user, or for a visitor."""


def is_there() -> bool:
    """Whether these tests can run here; where a browser is demanded, they have to."""
    if "TERRACE_BROWSER_REQUIRED" in os.environ:
        return True
    return CHROMIUM.exists() and AXE.exists()


def run_axe(page: Page) -> list[str]:
    """The serious and critical findings of axe on a page."""
    # The policy forbids foreign scripts, so axe comes in by the debugger's door.
    session = page.context.new_cdp_session(page)
    source = AXE.read_text(encoding="utf-8")
    session.send("Runtime.evaluate", {"expression": source, "allowUnsafeEvalBlockedByCSP": True})
    session.detach()
    found: list[str] = page.evaluate(_RUN_AXE)
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A started Chromium, ended on leaving; the one that runs already, where one does."""
    if _running:
        yield _running[0]
        return
    # Playwright's loop makes Django believe that it is called from asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as started:
            opened = started.chromium.launch(executable_path=str(CHROMIUM), args=list(_FLAGS))
            _running.append(opened)
            yield opened
            opened.close()
    finally:
        _running.clear()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def open_window(browser: Browser, base: str, look: Look, **options: Any) -> Visit:
    """A window of its own: no cookies, this language and size; ``options`` are Playwright's."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        locale=LOCALES[look.language],
        reduced_motion="reduce",
        **options,
    )
    visit = Visit(context.new_page(), look, base)
    _listen(context, visit.complaints)
    return visit


def _listen(context: BrowserContext, complaints: list[str]) -> None:
    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(f"{said.text} ({said.location.get('url', '')})")

    context.on("console", note)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
