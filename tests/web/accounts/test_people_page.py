"""The list of accounts does what was asked for, however old the page is it was asked on."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from terrace_web.audit.models import Entry
from terrace_web.testing.cast import Cast, make_user

PEOPLE = "/administration/people/"


def switch(client, user, active: str) -> str:
    given = {"user": user.pk, "active": active}
    return str(client.post(PEOPLE, given, follow=True).content.decode())


@pytest.mark.parametrize(("asked", "said"), [("0", "is switched off"), ("1", "is on again")])
def test_the_same_wish_from_two_windows_is_one(cast: Cast, sign_in, asked: str, said: str) -> None:
    client = sign_in(cast.administrator)
    type(cast.rival).objects.filter(pk=cast.rival.pk).update(is_active=asked == "0")

    pages = [switch(client, cast.rival, asked) for _window in range(2)]

    cast.rival.refresh_from_db()
    assert cast.rival.is_active == (asked == "1")
    assert all(said in page for page in pages)
    assert Entry.objects.filter(subject=f"user {cast.rival.pk}").count() == 1


def test_each_button_says_whom_it_is_about(cast: Cast, sign_in) -> None:
    page = sign_in(cast.administrator).get(PEOPLE).content.decode()

    assert f'Switch off<span class="visually-hidden"> {cast.rival.name}</span>' in page


def test_the_administrators_own_browser_is_nobody_elses_to_read(cast: Cast, sign_in) -> None:
    Authenticator.objects.create(user=cast.buyer, type=Authenticator.Type.TOTP, data={})
    browser = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/128.0.0.0 Safari/537.36"}

    given = {"user": cast.buyer.pk, "factors": "drop"}
    sign_in(cast.administrator).post(PEOPLE, given, headers=browser)

    body = str(mail.outbox[-1].body)
    assert "An administrator of the zone did it" in body
    assert "from the address" not in body and "Chrome" not in body


@pytest.mark.parametrize("page", ["²", "9" * 30, "9" * 5000, "-1", "0", "x", ""])
@pytest.mark.parametrize("path", [PEOPLE, "/administration/audit/", "/organisations/"])
def test_no_page_asked_for_is_too_odd(cast: Cast, sign_in, path: str, page: str) -> None:
    client = sign_in(cast.administrator)

    assert client.get(path, {"page": page}).status_code == 200


def test_past_the_end_is_the_last_page(cast: Cast, sign_in) -> None:
    for number in range(60):
        make_user(f"zed{number}", f"Zed {number:02}", None)

    page = sign_in(cast.administrator).get(PEOPLE, {"page": "99"}).content.decode()

    assert "Zed 59" in page and "Nobody fits" not in page


def test_a_closed_account_shows_no_address(cast: Cast, sign_in) -> None:
    closed = type(cast.rival).objects.filter(pk=cast.rival.pk)
    closed.update(email="closed-1@invalid", name="Closed account", is_active=False)

    page = sign_in(cast.administrator).get(PEOPLE).content.decode()

    assert "Closed account" in page and "@invalid" not in page
