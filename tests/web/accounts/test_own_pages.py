"""The pages of one's own account: a way back, a way out, and only what can be done."""

import html
import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail

from terrace_web.accounts.models import User
from terrace_web.accounts.own_pages import PAGES, trail_to
from terrace_web.testing.cast import PASSWORD, Cast

SIMPLE = ("email/", "password/change/", "logout/", "2fa/", "sessions/", "3rdparty/")
GUARDED = ("2fa/totp/activate/", "reauthenticate/")
WITH_FACTOR = (
    "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
    "2fa/reauthenticate/",
)  # fmt: skip


@pytest.fixture
def owner(cast: Cast, client):
    """Bo's browser, signed in by password a moment ago."""
    client.post("/accounts/login/", {"login": cast.buyer.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    # Each test says which language the browser asks for.
    del client.cookies["django_language"]
    return client


@pytest.fixture
def guarded(cast: Cast, owner):
    """The same with a second factor and its recovery codes."""
    TOTP.activate(cast.buyer, generate_totp_secret())
    RecoveryCodes.activate(cast.buyer)
    return owner


def read(client, path: str, language: str = "en") -> str:
    answer = client.get(f"/accounts/{path}", headers={"accept-language": language}, follow=True)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode())


def crumbs(page: str) -> list[str]:
    """The addresses on the way back."""
    _before, _crumbs, rest = page.partition('class="crumbs"')
    return re.findall('href="([^"]+)"', rest.partition("</nav>")[0])


@pytest.mark.parametrize("path", SIMPLE + GUARDED)
def test_each_leads_back_to_the_profile(owner, path: str) -> None:
    assert crumbs(read(owner, path))[0] == "/profile/"


@pytest.mark.parametrize("path", WITH_FACTOR)
def test_those_of_the_second_factor_do_too(guarded, path: str) -> None:
    assert crumbs(read(guarded, path))[0] == "/profile/"


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_who_is_signed_out_has_no_profile_to_go_back_to(db, client, path: str) -> None:
    assert 'class="crumbs"' not in read(client, path)


def test_the_way_back_names_each_page_above() -> None:
    assert trail_to("mfa_generate_recovery_codes") == [
        "Profile", "/profile/", "Two-factor authentication", "/accounts/2fa/",
        "Recovery codes", "/accounts/2fa/recovery-codes/", "New recovery codes",
    ]  # fmt: skip
    assert trail_to("account_login") == []
    assert all(above == "profile" or above in PAGES for _label, above in PAGES.values())


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("logout/", "/"), ("password/change/", "/profile/"), ("reauthenticate/", "/profile/"),
        ("2fa/totp/deactivate/", "/accounts/2fa/"),
        ("2fa/recovery-codes/generate/", "/accounts/2fa/"),
    ],
)  # fmt: skip
def test_what_asks_can_be_cancelled(guarded, path: str, back: str) -> None:
    assert f'<a class="btn" href="{back}">Cancel</a>' in read(guarded, path)


class TestAddressButtons:
    def test_the_only_address_has_none_and_says_why(self, owner) -> None:
        page = read(owner, "email/")

        assert not re.search("action_(primary|send|remove)", page)
        assert "Your only address stays." in page and "action_add" in page

    def test_each_other_has_what_it_can_do(self, cast: Cast, owner) -> None:
        cast.buyer.emailaddress_set.create(email="second@zone.example", verified=True)
        cast.buyer.emailaddress_set.create(email="third@zone.example", verified=False)

        rows = read(owner, "email/").split("list-group-item")[1:]

        found = {
            email: set(re.findall('name="action_(primary|send|remove)"', row))
            for row in rows
            if (email := re.search('name="email" value="([^"]+)"', row)[1])  # type: ignore[index]
        }
        assert found == {
            cast.buyer.email: set(),
            "second@zone.example": {"primary", "remove"},
            "third@zone.example": {"send", "remove"},
        }

    @pytest.mark.parametrize("action", ["primary", "send", "remove"])
    def test_they_do_it(self, cast: Cast, owner, action: str) -> None:
        held = cast.buyer.emailaddress_set
        held.create(email="second@zone.example", verified=action == "primary")

        owner.post("/accounts/email/", {"email": "second@zone.example", f"action_{action}": ""})

        assert held.filter(email="second@zone.example").exists() == (action != "remove")
        assert held.get(primary=True).email.startswith("second") == (action == "primary")
        assert ("second@zone.example" in str([each.to for each in mail.outbox])) == (
            action == "send"
        )

    def test_with_a_second_factor_none_can_be_added_and_it_says_so(self, guarded) -> None:
        page = read(guarded, "email/")

        assert "action_add" not in page and "no address can be added" in page


class TestSecondFactor:
    def test_what_is_off_can_be_set_up(self, owner) -> None:
        page = read(owner, "2fa/")

        assert "not set up" in page and 'href="/accounts/2fa/totp/activate/"' in page
        assert "recovery-codes" not in page

    def test_an_unconfirmed_address_stands_against_it(self, cast: Cast, owner) -> None:
        cast.buyer.emailaddress_set.create(email="second@zone.example", verified=False)

        assert "Confirm each of your e-mail addresses first" in read(owner, "2fa/totp/activate/")

    def test_setting_up_shows_picture_and_secret(self, owner) -> None:
        page = read(owner, "2fa/totp/activate/")

        assert re.search(r"<code[^>]*>[A-Z2-7]{32}</code>", page) and "data:image/svg+xml" in page

    @pytest.mark.parametrize(("language", "said"), [("en", "of 10 are left"), ("zh-hans", "剩余")])
    def test_codes_are_counted_and_listed(self, cast: Cast, guarded, language, said) -> None:
        codes = RecoveryCodes(cast.buyer.authenticator_set.get(type="recovery_codes"))
        unused = codes.get_unused_codes()
        codes.validate_code(unused[0])

        page = read(guarded, "2fa/recovery-codes/", language)

        assert said in page and said in read(guarded, "2fa/", language)
        assert unused[0] not in page and all(code in page for code in unused[1:])


class TestAName:
    """What nobody sees in a name is not kept."""

    @pytest.mark.parametrize("path", ["/profile/", "/accounts/signup/"])
    def test_nothing_turns_the_direction_of_a_page(self, cast: Cast, sign_in, path: str) -> None:
        given = {
            "name": " \u202eBo\u200b ", "language": "en", "mails": "daily",
            "email": "bo2@zone.example", "password1": "Other-pass-99", "password2": "Other-pass-99",
        }  # fmt: skip

        sign_in(cast.buyer if path == "/profile/" else None).post(path, given)

        assert User.objects.filter(name="Bo").count() == 1

    def test_what_is_left_of_nothing_is_asked_for(self, cast: Cast, sign_in) -> None:
        given = {"name": "\u202e", "language": "en", "mails": "daily"}

        page = sign_in(cast.buyer).post("/profile/", given).content.decode()

        assert "This field is required." in page


def test_after_a_new_password_one_is_back_at_the_profile(cast: Cast, sign_in) -> None:
    new = {"oldpassword": PASSWORD, "password1": "Other-pass-99", "password2": "Other-pass-99"}

    answer = sign_in(cast.buyer).post("/accounts/password/change/", new)

    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
