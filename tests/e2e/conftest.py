"""A site with the cast, and people at real browsers before it, in two looks."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser

from terrace_web.accounts.models import User
from terrace_web.index.actions import forget_all
from terrace_web.index.corpora import close_all, index_folder
from terrace_web.market.catalogue import catalogue
from terrace_web.testing.browser import Enter, Look, Visit, is_there, open_window, running_browser
from terrace_web.testing.cast import PASSWORD, Cast, make_cast

LOOKS = (Look("en", 1280, 800), Look("zh-hans", 390, 844))
_pictures = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not is_there():
        for each in items:
            if "e2e" in each.path.parts:
                each.add_marker(pytest.mark.skip("needs Debian's chromium and 'make install'"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_browser() as opened:
        yield opened


@pytest.fixture(params=LOOKS, ids=str)
def look(request: pytest.FixtureRequest) -> Look:
    return request.param


@pytest.fixture
def cast(transactional_db: None, look: Look) -> Cast:
    made = make_cast()
    User.objects.update(language=look.language)
    return made


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """What a process keeps in memory belongs to one test's database."""
    cache.clear()
    catalogue.forget()
    mail.outbox = []
    yield
    catalogue.forget()
    if index_folder().exists():
        forget_all()
    close_all()


def keep_pictures(opened: list[Visit]) -> None:
    """With TERRACE_KEEP_PICTURES=folder, how each window looked at the end of each test."""
    if folder := os.environ.get("TERRACE_KEEP_PICTURES"):
        for visit in opened:
            visit.page.screenshot(path=Path(folder) / f"{next(_pictures):03}.png", full_page=True)


@pytest.fixture
def enter(browser: Browser, live_server, cast: Cast, look: Look) -> Iterator[Enter]:
    """Opens a window for somebody of the cast, or for a visitor; nobody's browser may complain."""
    opened: list[Visit] = []

    def do(user: User | None = None, **options: object) -> Visit:
        visit = open_window(browser, live_server.url, look, **options)
        visit.page.set_default_timeout(15_000)
        opened.append(visit)
        if user is not None:
            visit.sign_in(user.email, PASSWORD)
        return visit

    yield do
    keep_pictures(opened)
    complaints = [said for visit in opened for said in visit.complaints]
    for visit in opened:
        visit.page.context.close()
    assert complaints == []
