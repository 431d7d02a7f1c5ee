"""The first administrator comes from the server's command line."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.accounts.organisations import MembershipRefused
from terrace_web.testing.cast import PASSWORD, Cast

FIRST = "Ada@Zone.example"


def test_an_empty_site_gets_its_zone_and_administrator(db, client, capsys) -> None:
    call_command("add_administrator", FIRST, "--name", "Ada")

    user = User.objects.get()
    zone = Organisation.objects.get()
    assert (user.email, user.name, zone.kind) == ("ada@zone.example", "Ada", "zone")
    assert audience_of(user).has("administrator")
    assert "/accounts/password/reset/" in capsys.readouterr().out


def test_they_get_in_by_the_mail_of_a_forgotten_password(db, client) -> None:
    call_command("add_administrator", FIRST)
    client.post("/accounts/password/reset/", {"email": FIRST})
    link = next(word for word in mail.outbox[-1].body.split() if "/reset/key/" in word)
    page = client.get(link, follow=True).redirect_chain[-1][0]

    client.post(page, {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/login/", {"login": FIRST, "password": PASSWORD})

    assert client.get("/administration/people/").status_code == 200


def test_an_account_and_a_zone_that_are_there_are_kept(cast: Cast) -> None:
    for _time in range(2):
        call_command("add_administrator", cast.buyer.email)

    held = Membership.objects.get(user=cast.buyer, role="administrator")
    assert held.organisation == cast.zone
    assert User.objects.filter(email=cast.buyer.email).count() == 1


def test_what_is_no_address_is_said(db) -> None:
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("add_administrator", "ada")
    assert not Organisation.objects.exists()


def test_a_switched_off_account_is_not_let_in(cast: Cast) -> None:
    User.objects.filter(pk=cast.rival.pk).update(is_active=False)

    with pytest.raises(MembershipRefused, match="is switched off"):
        call_command("add_administrator", cast.rival.email)

    assert not Membership.objects.filter(user=cast.rival, role="administrator").exists()


def test_who_entered_a_foreign_address_does_not_administer_by_its_password(
    cast: Cast, client
) -> None:
    given = {"name": "Eve", "email": FIRST, "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", given)
    assert User.objects.get(email=FIRST.lower()).has_usable_password()

    call_command("add_administrator", FIRST)
    client.get("/accounts/confirm-email/")
    client.post("/accounts/login/", {"login": FIRST, "password": PASSWORD})

    assert client.get("/administration/people/").status_code == 403
    assert audience_of(User.objects.get(email=FIRST.lower())).has("administrator")


def test_a_confirmed_account_keeps_its_password(cast: Cast, client) -> None:
    call_command("add_administrator", cast.buyer.email)

    client.post("/accounts/login/", {"login": cast.buyer.email, "password": PASSWORD})

    assert client.get("/administration/people/").status_code == 200
