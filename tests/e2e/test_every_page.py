"""Every page, as each kind of person gets it: accessible, within the window, without complaints."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect

from terrace_web.accounts.models import User
from terrace_web.matching.actions import build_landscape
from terrace_web.testing.browser import Enter, Look, Visit
from terrace_web.testing.cast import Cast
from terrace_web.testing.walk import Sample, make_sample

WHO = ("visitor", "researcher", "manager", "administrator")
# Answered with data, by doing something, or walked by tests of their own.
LEFT_OUT = ("api/v1/", "i18n/", "ui/")
MAIN = re.compile(r"<main.*</main>", re.S)
TAG = re.compile(r"<\w[^>]*>")
MOVING = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
VALUE = re.compile(r'(?<! class)="[^"]*"')


@pytest.fixture
def sample(cast: Cast) -> Sample:
    made = make_sample(cast)
    build_landscape()
    return made


@dataclass
class Seen:
    """What was looked at so far: addresses, and kinds of elements on their pages."""

    addresses: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)


def find_pages(sample: Sample, user: User | None, look: Look, seen: Seen) -> list[str]:
    """Pages of this person that nobody had before, or with an element that no page had."""
    client = Client(headers={"accept-language": look.language})
    if user is not None:
        client.force_login(user)
    found = []
    for address, path in sample.addresses():
        kinds = set() if address.startswith(LEFT_OUT) else kinds_on(client, f"/{path}")
        if kinds and (address not in seen.addresses or not kinds <= seen.kinds):
            found.append(f"/{path}")
            seen.addresses.add(address)
            seen.kinds |= kinds
    return found


def kinds_on(client: Client, path: str) -> set[str]:
    """The kinds of elements on a page, whatever they say; none where there is no page."""
    answer = client.get(path, {"q": "seal"} if path == "/search/" else {})
    is_page = answer.status_code == 200 and not answer.streaming
    if not is_page or not answer.headers["content-type"].startswith("text/html"):
        return set()
    main = MAIN.search(answer.content.decode())
    return {VALUE.sub("", tag) for tag in TAG.findall(main.group())} if main else set()


def look_at(visit: Visit, path: str, name: str) -> list[str]:
    """What is wrong with a page."""
    visit.page.goto(visit.base + path, wait_until="load")
    # What htmx fetches for a page belongs to it, when it has faded in.
    expect(visit.page.locator(MOVING)).to_have_count(0, timeout=15_000)
    if folder := os.environ.get("TERRACE_KEEP_PICTURES"):
        picture = f"{visit.look}-{name}-{path.strip('/').replace('/', '_')[:60] or 'home'}.png"
        visit.page.screenshot(path=Path(folder) / picture, full_page=True)
    found = visit.check_access()
    return [*found, *(["wider than the window"] if visit.spills() else [])]


def test_every_page(cast: Cast, sample: Sample, enter: Enter, look: Look) -> None:
    seen, wrong = Seen(), list[str]()
    for name in WHO:
        user = cast.everybody()[name]
        pages = find_pages(sample, user, look, seen)
        visit = enter(user)
        assert pages
        for path in pages:
            wrong += [f"{path} as {name}: {said}" for said in look_at(visit, path, name)]
    assert not wrong, "\n".join(wrong)
