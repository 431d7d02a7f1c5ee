import re
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from terrace_web.accounts.audience import VISITOR
from terrace_web.ui import errors

INLINE = re.compile(
    r'\sstyle="|<style|\son[a-z]+="|hx-on|javascript:'
    r'|<script(?![^>]*\ssrc=)(?![^>]*type="application/json")',
    re.I,
)


@pytest.fixture
def page(client: Client) -> str:
    return client.get("/ui/components").content.decode()


@pytest.fixture(params=["en", "zh-hans"])
def each_language(request: pytest.FixtureRequest, client: Client) -> Iterator[Client]:
    client.cookies["django_language"] = request.param
    yield client


def test_it_works(page):
    assert "<h1" in page
    assert '<html lang="en">' in page


def test_the_page_is_chinese_where_that_is_chosen(client):
    page = client.get("/ui/components", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    shown = page.content.decode()
    assert '<html lang="zh-Hans">' in shown
    assert '<h1 class="page-title">界面组件</h1>' in shown
    assert "跳到正文" in shown


def test_nothing_is_inline(page):
    assert INLINE.findall(page) == []


def test_the_policy_allows_nothing_inline(client):
    policy = client.get("/ui/components").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


def test_htmx_neither_evaluates_nor_writes_styles(page):
    settings = re.search(r"name=\"htmx-config\" content='([^']+)'", page)
    assert settings
    for setting in ('"includeIndicatorStyles":false', '"allowEval":false'):
        assert setting in settings[1]


def test_landmarks_and_skip_link(page):
    for part in (
        "<main id=",
        "<nav ",
        "<header",
        "<footer",
        '<a class="skip-link" href="#content">',
    ):
        assert part in page
    assert page.count("<main") == page.count("<h1") == 1


def test_every_id_is_there_once(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_what_is_described_and_labelled_elsewhere_is_there(page):
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    named = re.findall(r'aria-(?:labelledby|describedby|controls)="([^"]+)"', page)
    wanted = {each for names in named for each in names.split()}
    wanted |= set(re.findall(r'popovertarget="([^"]+)"', page))
    assert wanted <= ids


def test_menus_open_without_javascript(page):
    assert 'popovertarget="sidebar"' in page
    assert re.search(r'<div id="sidebar"[^>]* popover', page)
    assert re.search(r'<section id="filters"[^>]* popover', page)


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [
        ("dark", '<html lang="en" data-bs-theme="dark">'),
        ("light", '<html lang="en" data-bs-theme="light">'),
        ('"><script>', '<html lang="en">'),
    ],
)
def test_a_cookie_sets_the_theme(client, cookie, shown):
    client.cookies["theme"] = cookie
    assert shown in client.get("/ui/components").content.decode()


def test_the_language_switch_leads_back_to_the_same_page(client):
    shown = client.get("/ui/components?page=2").content.decode()
    assert 'name="next" value="/ui/components?page=2"' in shown
    answer = client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/ui/components?page=2"})
    assert answer.headers["Location"] == "/ui/components?page=2"
    assert "界面组件" in client.get("/ui/components").content.decode()


def test_signed_in_users_have_their_menu(cast, sign_in):
    shown = sign_in(cast.researcher).get("/ui/components").content.decode()
    assert "Ruth Researcher" in shown
    assert "Sign out" in shown


def test_a_visitor_may_sign_in(page):
    assert "/accounts/login/" in page
    assert "Sign out" not in page


def test_points_for_the_landscape(client):
    answer = client.get("/ui/components/points").json()
    assert {point["kind"] for point in answer["points"]} == {"need", "achievement"}


def test_unknown_addresses_have_a_page(each_language):
    answer = each_language.get("/no/such/page")
    shown = answer.content.decode()
    assert answer.status_code == 404
    assert "There is no such page." in shown or "页面不存在。" in shown
    assert INLINE.findall(shown) == []


@pytest.mark.parametrize(
    ("show", "status", "said"),
    [
        (errors.show_bad_request, 400, "The request cannot be read."),
        (errors.show_forbidden, 403, "This is not open to you."),
        (errors.show_not_found, 404, "There is no such page."),
        (errors.show_too_many, 429, "That was too often in too short a time."),
        (errors.show_csrf_failure, 403, "The form was too old."),
    ],
)
def test_errors_say_what_happened_and_where_to_go(show, status, said):
    request = RequestFactory().get("/some/page")
    request.audience = VISITOR
    answer = show(request)
    shown = answer.content.decode()
    assert answer.status_code == status
    assert f'<h1 class="page-title">{said}</h1>' in shown
    assert 'href="/">To the start page' in shown


def test_a_refusal_gives_its_reason():
    request = RequestFactory().get("/desk/?page=2")
    request.audience = VISITOR
    answer = errors.show_forbidden(request, PermissionDenied("only <managers> may do this"))
    shown = answer.content.decode()
    assert "Only &lt;managers&gt; may do this" in shown
    assert "?next=/desk/%3Fpage%3D2" in shown or "?next=%2Fdesk%2F%3Fpage%3D2" in shown


def test_a_failure_needs_neither_user_nor_database():
    answer = errors.show_server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.content.decode()
    assert "sidebar" not in answer.content.decode()


def test_a_confirmation_is_a_page_of_its_own(draw):
    shown = draw(
        '{% include "components/confirm.html" %}',
        title="Delete", question="Delete this draft?", action_label="Delete", cancel_url="/back",
    )  # fmt: skip
    assert '<form method="post"' in shown
    assert '<a class="btn" href="/back">Cancel</a>' in shown


def test_a_confirming_link_leads_to_that_page(draw):
    said = {"url": "/r/1/delete", "label": "Delete", "question": 'Delete "A"?'}
    shown = draw('{% include "components/confirm_link.html" %}', **said)
    assert 'href="/r/1/delete"' in shown
    assert 'data-confirm="Delete &quot;A&quot;?"' in shown


def test_unread_notices_are_counted_and_said(draw):
    shown = draw('{% include "components/bell.html" %}', unread_notices=120)
    assert "99+" in shown
    assert "120 new notices" in shown
    assert "bell-count" not in draw('{% include "components/bell.html" %}', unread_notices=0)


def test_an_address_of_a_form_opened_as_a_page_says_so(db, client):
    answer = client.get("/administration/backups/new")

    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert "This address is no page" in answer.content.decode()


def test_who_belongs_nowhere_is_shown_where_to_begin(cast, sign_in):
    page = sign_in(cast.newcomer).get("/managers/").content.decode()

    assert "/organisations/register/" in page
