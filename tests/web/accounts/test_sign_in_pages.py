"""The pages of signing in, addresses, passwords and second factors: one heading, two languages."""

import re
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailConfirmationHMAC
from allauth.usersessions.models import UserSession
from babel.messages.pofile import read_po
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from terrace_web import accounts
from terrace_web.accounts.sessions import drop_ended_sessions, name_browser
from terrace_web.testing.cast import PASSWORD, Cast

OPEN = (
    "login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/",
    "confirm-email/nonsense/", "password/reset/key/1-nonsense/", "inactive/",
)  # fmt: skip
OWN = (
    "email/", "password/change/", "logout/", "2fa/", "2fa/totp/activate/", "reauthenticate/",
    "sessions/", "3rdparty/",
)  # fmt: skip
LANGUAGES = {"en": "en", "zh-Hans": "zh-hans"}


def read(client, path: str, language: str = "en") -> str:
    answer = client.get(f"/accounts/{path}", headers={"accept-language": language}, follow=True)
    assert answer.status_code == 200, path
    return answer.content.decode()


def headings(page: str) -> list[str]:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", each).strip() for each in found]


@pytest.mark.parametrize("language", LANGUAGES.values())
@pytest.mark.parametrize("path", OPEN + OWN)
def test_each_page_has_one_heading_in_the_readers_language(
    cast: Cast, client, path: str, language: str
) -> None:
    if path in OWN:
        client.post("/accounts/login/", {"login": cast.buyer.email, "password": PASSWORD})
        del client.cookies["django_language"]

    (heading,) = headings(read(client, path, language))

    assert bool(re.search("[\u4e00-\u9fff]", heading)) == (language == "zh-hans"), heading


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_one_link_leads_who_forgot_the_password_on(db, client, language: str) -> None:
    assert read(client, "login/", language).count('href="/accounts/password/reset/"') == 1


def test_own_pages_are_not_for_visitors(db, client) -> None:
    for path in OWN:
        assert headings(read(client, path)) != []
        assert client.get(f"/accounts/{path}").status_code == 302


class TestAddresses:
    def test_each_says_how_far_it_is(self, cast: Cast, sign_in) -> None:
        cast.buyer.emailaddress_set.create(email="second@zone.example", verified=False)

        page = read(sign_in(cast.buyer), "email/", "zh-hans")

        assert page.count("已验证") >= 1 and page.count("尚未验证") == 1
        assert page.count("主邮箱") >= 1 and "second@zone.example" in page

    def test_one_can_be_added_confirmed_again_and_removed(self, cast: Cast, client) -> None:
        client.post("/accounts/login/", {"login": cast.buyer.email, "password": PASSWORD})
        given = {"email": "second@zone.example", "action_add": ""}
        client.post("/accounts/email/", given)
        assert [each.to for each in mail.outbox] == [["second@zone.example"]]

        client.post("/accounts/email/", {"email": "second@zone.example", "action_remove": ""})

        assert not cast.buyer.emailaddress_set.filter(email="second@zone.example").exists()

    def test_the_link_of_the_mail_confirms_it(self, cast: Cast, client) -> None:
        address = cast.buyer.emailaddress_set.create(email="second@zone.example")
        path = f"confirm-email/{EmailConfirmationHMAC(address).key}/"

        page = read(client, path)
        assert "second@zone.example" in page and cast.buyer.name in page
        client.post(f"/accounts/{path}")

        address.refresh_from_db()
        assert address.verified

    def test_a_broken_link_says_what_to_do(self, db, client) -> None:
        page = read(client, "confirm-email/nonsense/")

        assert "This link was used already" in page and "a new link is sent to you" in page
        assert "/accounts/login/" in page


class TestPasswords:
    def test_a_forgotten_one_is_chosen_anew_by_mail(self, cast: Cast, client) -> None:
        done = client.post("/accounts/password/reset/", {"email": cast.buyer.email}, follow=True)
        assert headings(done.content.decode()) == ["Look into your mailbox"]
        link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[0].body)
        assert link is not None

        form = client.get(link[0], follow=True)
        assert headings(form.content.decode()) == ["Choose a new password"]
        chosen = {"password1": "another-long-one-26", "password2": "another-long-one-26"}
        client.post(form.redirect_chain[-1][0], chosen)

        cast.buyer.refresh_from_db()
        assert cast.buyer.check_password("another-long-one-26")

    def test_a_used_link_says_what_to_do(self, db, client) -> None:
        page = read(client, "password/reset/key/1-nonsense/", "zh-hans")

        assert headings(page) == ["此链接已失效"] and 'href="/accounts/password/reset/"' in page

    def test_whether_an_address_is_known_is_not_told(self, cast: Cast, client) -> None:
        answers = [
            client.post("/accounts/password/reset/", {"email": email}, follow=True)
            for email in (cast.buyer.email, "nobody@zone.example")
        ]

        told = [headings(each.content.decode()) for each in answers]
        assert told[0] == told[1]


class TestSessions:
    FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"

    def sign_in(self, client, cast: Cast) -> None:
        said = {"login": cast.buyer.email, "password": PASSWORD}
        client.post("/accounts/login/", said, headers={"user-agent": self.FIREFOX})

    def test_each_is_listed_and_the_others_can_be_ended(self, cast: Cast) -> None:
        here, elsewhere = Client(), Client()
        self.sign_in(here, cast)
        self.sign_in(elsewhere, cast)

        page = read(here, "sessions/")
        assert page.count("Firefox on Windows") == 2 and page.count("this one") == 1
        here.post("/accounts/sessions/")

        assert elsewhere.get("/profile/").status_code == 302
        assert here.get("/profile/").status_code == 200
        assert "signed in here alone" in read(here, "sessions/")

    def test_nobody_sees_those_of_others(self, cast: Cast) -> None:
        mine, theirs = Client(), Client()
        self.sign_in(mine, cast)
        theirs.force_login(cast.manager)

        assert "Firefox" not in read(theirs, "sessions/")

    def test_what_has_ended_is_forgotten(self, cast: Cast, client) -> None:
        self.sign_in(client, cast)
        assert UserSession.objects.count() == 1

        drop_ended_sessions(timezone.now())
        assert UserSession.objects.count() == 1
        drop_ended_sessions(timezone.now() + timedelta(days=15))

        assert not UserSession.objects.exists() and not Session.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (TestSessions.FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (Linux; Android 10; K) Chrome/128.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("Mozilla/5.0 (Macintosh; Mac OS X 10_15_7) Version/17 Safari/605.1.15", "Safari on macOS"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/128.0.0.0 Safari/537.36 Edg/128.0",
            "Edge on Windows",
        ),
        ("Firefox/128.0", "Firefox"),
        ("curl/8.5.0", ""),
        ("Call 555-0100 at once", ""),
    ],
)
def test_browsers_have_names(user_agent: str, name: str) -> None:
    assert name_browser(user_agent) == name


def test_packages_still_say_what_is_translated_for_them() -> None:
    """An update that words a message anew would bring its own Chinese back, unnoticed."""
    folder = Path(accounts.__file__).parent / "allauth_words"
    packages = Path(allauth.__file__).parent, Path(auth.__file__).parent
    theirs = set().union(*(read_words(each / "locale" / "zh_Hans") for each in packages))
    # Django marks this sentence and has it in no language.
    theirs |= {word for word in read_words(folder / "zh_Hans") if "password is too short" in word}

    for locale in ("en", "zh_Hans"):
        own = read_words(folder / locale)
        assert own and own <= theirs, locale


def read_words(folder: Path) -> set[str]:
    with (folder / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}
