"""What the desk does in a real browser: on a phone, and on the way back."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from terrace_web.market.models import Record
from terrace_web.matching.models import Pair
from terrace_web.testing.browser import is_there, running_browser
from terrace_web.testing.cast import Cast

pytestmark = [
    pytest.mark.skipif(not is_there(), reason="needs Debian's chromium and 'make install'"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as opened:
        yield opened


@pytest.fixture
def desk(
    browser: Browser, live_server, cast: Cast, seal: Record, need: Record
) -> Iterator[Callable[[int], Page]]:
    # Tests of transactions match at once, as the worker does.
    Pair.objects.filter(need=need, achievement=seal).update(confidence=0.6)
    client = Client()
    client.force_login(cast.manager)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context = browser.new_context(locale="en-GB")
    context.add_cookies([{**cookie, "url": live_server.url}])

    def do(width: int) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{live_server.url}/desk/", wait_until="networkidle")
        return page

    yield do
    context.close()


def test_the_reasons_fit_a_phone(desk: Callable[[int], Page]) -> None:
    page = desk(390)
    page.locator("details.reject summary").click()

    assert page.locator(".reject-form select").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_filters_say_what_is_listed_after_the_way_back(desk: Callable[[int], Page]) -> None:
    page = desk(1280)
    page.locator("select[name=readiness]").select_option("9")
    page.wait_for_url("**readiness=9**")
    assert page.locator("[data-triage-row]").count() == 0
    page.go_back(wait_until="networkidle")

    assert page.locator("[data-triage-row]").count() == Pair.objects.count() == 1
    assert page.locator("select[name=readiness]").input_value() == ""
