"""Pages are in the language of the profile from the sign-in on; the switch changes the profile."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import User
from terrace_web.testing.cast import PASSWORD, Cast

SignIn = Callable[[User | None], Client]


def enter(client: Client, user: User) -> str:
    given = {"login": user.email, "password": PASSWORD}
    return client.post("/accounts/login/", given, follow=True).content.decode()


@pytest.fixture
def reader(cast: Cast) -> User:
    User.objects.filter(pk=cast.buyer.pk).update(language="zh-hans")
    return cast.buyer


def test_it_works(reader: User, client: Client) -> None:
    page = enter(client, reader)

    assert '<html lang="zh-Hans"' in page and "登录" in page
    assert client.cookies["django_language"].value == "zh-hans"


def test_another_person_in_the_same_browser_reads_in_theirs(
    cast: Cast, reader: User, client: Client
) -> None:
    enter(client, reader)
    client.logout()

    assert '<html lang="en"' in enter(client, cast.rival)


def test_a_visitor_keeps_what_they_have_just_chosen(reader: User, client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})

    assert '<html lang="en"' in enter(client, reader)


def test_the_switch_changes_the_profile(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.buyer).post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})

    cast.buyer.refresh_from_db()
    assert cast.buyer.language == "zh-hans"


def test_what_is_no_language_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.buyer).post("/i18n/setlang/", {"language": "xx", "next": "/"})

    cast.buyer.refresh_from_db()
    assert cast.buyer.language == "en"


def test_what_a_visitor_chose_counts_for_one_sign_in(
    cast: Cast, reader: User, client: Client
) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    enter(client, cast.rival)
    client.logout()

    client.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})

    assert client.cookies["django_language"].value == "zh-hans"
