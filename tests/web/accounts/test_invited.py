"""Who follows an invitation's link signs up with the address it was sent to, and joins."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from terrace_web.accounts.invitations import invite
from terrace_web.accounts.models import Invitation, User
from terrace_web.testing.cast import PASSWORD, Cast

GUEST = "noor@lab.example"


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    return invite(
        GUEST,
        cast.lab,
        "editor",
        language="en",
        by=cast.researcher,
        audience=cast.audience(cast.researcher),
        now=timezone.now(),
    )


def link(invitation: Invitation) -> str:
    return f"/invitations/{invitation.key}/"


def sign_up(client: Client, email: str, **more: Any) -> Any:
    given = {"email": email, "name": "Noor", "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/accounts/signup/", {**given, **more}, follow=True)


def is_confirmed(email: str) -> bool:
    return User.objects.get(email=email).emailaddress_set.get(email=email).verified


def test_it_works(invitation: Invitation, client: Client) -> None:
    client.get(link(invitation))
    assert f'value="{GUEST}"' in client.get("/accounts/signup/").content.decode()

    page = sign_up(client, GUEST.upper())

    assert page.redirect_chain[-1][0] == link(invitation)
    assert is_confirmed(GUEST) and not mail.outbox
    client.post(link(invitation))
    assert User.objects.get(email=GUEST).memberships.get().role == "editor"


def test_another_address_is_confirmed_as_ever(invitation: Invitation, client: Client) -> None:
    client.get(link(invitation))

    sign_up(client, "else@lab.example")

    assert not is_confirmed("else@lab.example") and len(mail.outbox) == 1
    user = User.objects.get(email="else@lab.example")
    assert not user.emailaddress_set.filter(email=GUEST).exists()


@pytest.mark.parametrize("ended", ["accepted_at", "withdrawn_at"])
def test_what_has_ended_proves_nothing(invitation: Invitation, client: Client, ended: str) -> None:
    client.get(link(invitation))
    Invitation.objects.update(**{ended: timezone.now()})

    sign_up(client, GUEST)

    assert not is_confirmed(GUEST)


def test_what_is_too_old_proves_nothing(invitation: Invitation, client: Client) -> None:
    client.get(link(invitation))
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=15))

    sign_up(client, GUEST)

    assert not is_confirmed(GUEST)


def test_without_the_link_nothing_is_proved(invitation: Invitation, client: Client) -> None:
    sign_up(client, GUEST)

    assert not is_confirmed(GUEST)


def test_who_signs_in_is_led_back(invitation: Invitation, cast: Cast, client: Client) -> None:
    client.get(link(invitation))

    given = {"login": cast.newcomer.email, "password": PASSWORD}
    page = client.post("/accounts/login/", given, follow=True)

    assert page.redirect_chain[-1][0] == link(invitation)
    assert "Sign out and use the other account" in page.content.decode()
    left = client.post("/accounts/logout/", {"next": link(invitation)})
    assert left.headers["Location"] == link(invitation)
