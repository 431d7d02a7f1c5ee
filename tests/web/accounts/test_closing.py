"""An account is not closed where nobody could administer any more."""

from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from terrace_web.accounts.closing import close_account
from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.organisations import MembershipRefused, change_role, left_alone_by
from terrace_web.api.models import Token
from terrace_web.audit.models import Entry
from terrace_web.notices.actions import notify
from terrace_web.testing.cast import NOW, PASSWORD, Cast

SignIn = Callable[[User | None], Client]
CLOSE = "/profile/close/"
PEOPLE = "/administration/people/"


@pytest.mark.parametrize("who", ["administrator", "researcher"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_only_administrator_stays(cast: Cast, sign_in: SignIn, who: str, method: str) -> None:
    user = getattr(cast, who)

    page = getattr(sign_in(user), method)(CLOSE, follow=True).content.decode()

    user.refresh_from_db()
    assert user.is_active and user.memberships.exists()
    assert "Make somebody an administrator there first." in page


def test_one_of_two_may_go(cast: Cast, sign_in: SignIn) -> None:
    Membership.objects.create(user=cast.colleague, organisation=cast.lab, role="admin")

    sign_in(cast.researcher).post(CLOSE, {"password": PASSWORD})

    cast.researcher.refresh_from_db()
    assert not cast.researcher.is_active


def test_what_others_were_told_names_nobody_who_left(cast: Cast, sign_in: SignIn) -> None:
    for user in (cast.colleague, cast.newcomer):
        joined = {"organisation": cast.lab, "note": str(user), "now": NOW}
        notify([cast.researcher], "member_joined", **joined)

    close_account(cast.colleague, now=NOW)

    page = sign_in(cast.researcher).get("/notices/").content.decode()
    assert "Carl Colleague" not in page and "Noor Newcomer" in page


def test_who_is_alone_in_an_organisation_may_go(cast: Cast) -> None:
    Membership.objects.filter(organisation=cast.lab).exclude(user=cast.researcher).delete()

    assert left_alone_by(cast.researcher) == []


def test_who_cannot_sign_in_administers_nothing(cast: Cast) -> None:
    Membership.objects.create(user=cast.colleague, organisation=cast.lab, role="admin")
    User.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    held = Membership.objects.get(user=cast.researcher, role="admin")

    assert left_alone_by(cast.researcher) == [cast.lab]
    with pytest.raises(MembershipRefused, match="Somebody has to remain"):
        change_role(
            held.pk,
            "member",
            by=cast.researcher,
            audience=cast.audience(cast.researcher),
            now=NOW,
        )


def test_it_works(cast: Cast, sign_in: SignIn) -> None:
    user = cast.colleague
    Token.objects.create(user=user, name="script", digest="d", created_at=NOW)
    TOTP.activate(user, "A" * 32)

    sign_in(user).post(CLOSE, {"password": PASSWORD})

    user.refresh_from_db()
    assert not user.is_active and not user.has_usable_password() and user.is_closed
    for gone in ("memberships", "emailaddress_set", "authenticator_set", "api_tokens"):
        assert not getattr(user, gone).exists(), gone
    assert not UserSession.objects.filter(user=user).exists()
    assert "Carl Colleague" in Entry.objects.get(action="account:close").who


@pytest.mark.parametrize("given", [{}, {"password": "something else"}])
def test_one_click_closes_nothing(cast: Cast, sign_in: SignIn, given: dict[str, str]) -> None:
    page = sign_in(cast.colleague).post(CLOSE, given)

    cast.colleague.refresh_from_db()
    assert page.status_code == 200 and cast.colleague.is_active


def test_passwords_are_not_guessed_there(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.colleague)
    for _turn in range(5):
        client.post(CLOSE, {"password": "something else"})

    client.post(CLOSE, {"password": PASSWORD})

    cast.colleague.refresh_from_db()
    assert cast.colleague.is_active


@pytest.mark.parametrize(("typed", "stays"), [("no@zone.example", True), ("COLLEAGUE@", False)])
def test_who_has_no_password_types_the_address(
    cast: Cast, sign_in: SignIn, typed: str, stays: bool
) -> None:
    cast.colleague.set_unusable_password()
    cast.colleague.save()
    address = typed.replace("COLLEAGUE@", cast.colleague.email.upper())

    sign_in(cast.colleague).post(CLOSE, {"address": address})

    cast.colleague.refresh_from_db()
    assert cast.colleague.is_active == stays


def test_the_page_says_what_stays(cast: Cast, sign_in: SignIn) -> None:
    assert "the audit trail keeps" in sign_in(cast.colleague).get(CLOSE).content.decode()


class TestOnTheListOfPeople:
    @pytest.fixture
    def closed(self, cast: Cast) -> User:
        close_account(cast.colleague, now=NOW)
        return cast.colleague

    @pytest.mark.parametrize(
        ("language", "name"), [("en", "Closed account"), ("zh-hans", "已注销的账户")]
    )
    def test_it_is_called_so_and_offers_nothing(
        self, cast: Cast, closed: User, sign_in: SignIn, language: str, name: str
    ) -> None:
        client = sign_in(cast.administrator)

        page = client.get(PEOPLE + "?q=closed", headers={"accept-language": language})

        text = page.content.decode()
        assert name in text and f'value="{closed.pk}"' not in text

    @pytest.mark.parametrize("given", [{}, {"factors": "drop"}])
    def test_it_is_never_opened_again(
        self, cast: Cast, closed: User, sign_in: SignIn, given: dict[str, str]
    ) -> None:
        answer = sign_in(cast.administrator).post(PEOPLE, {"user": closed.pk, **given})

        closed.refresh_from_db()
        assert answer.status_code == 404 and not closed.is_active


@pytest.mark.parametrize(("language", "said"), [("en", "was closed on"), ("zh-hans", "已于")])
def test_the_address_is_told_once_more(
    cast: Cast, sign_in: SignIn, language: str, said: str
) -> None:
    address, name = cast.colleague.email, cast.colleague.name

    headers = {"accept-language": language}
    sign_in(cast.colleague).post(CLOSE, {"password": PASSWORD}, headers=headers)

    (told,) = mail.outbox
    assert told.to == [address]
    assert name in told.body and said in told.body
