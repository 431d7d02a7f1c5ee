"""What becomes of accounts is in the trail: who signed in, who failed, what guards them."""

from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.contrib.auth import authenticate
from django.core import mail

from terrace_web.audit.actions import record_audit
from terrace_web.audit.models import Entry
from terrace_web.testing.cast import NOW, PASSWORD, Cast

URL = "/administration/audit/"


def actions() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def sign_in_by_form(client, email: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_signing_in_and_out_is_recorded(cast: Cast, client) -> None:
    sign_in_by_form(client, cast.buyer.email)
    client.post("/accounts/logout/")

    found = Entry.objects.order_by("pk")
    assert [each.action for each in found] == ["account:sign_in", "account:sign_out"]
    assert {each.user for each in found} == {cast.buyer}
    assert cast.buyer.email in found[0].who


@pytest.mark.parametrize("tried", ["buyer@zone.example", "BUYER@zone.example"])
def test_a_failed_sign_in_names_the_address_and_never_the_password(
    cast: Cast, client, tried: str
) -> None:
    sign_in_by_form(client, tried, "mistyped-Secret-77")

    entry = Entry.objects.get(action="account:refuse")
    assert entry.details["tried"].lower() == cast.buyer.email
    assert entry.subject == f"user {cast.buyer.pk}"
    assert entry.user is None
    assert "mistyped-Secret-77" not in str(list(Entry.objects.values()))


def test_an_unknown_address_is_recorded_without_a_person(cast: Cast, client) -> None:
    sign_in_by_form(client, "nobody@else.example", "x")

    entry = Entry.objects.get(action="account:refuse")
    assert (entry.subject, entry.details) == ("", {"tried": "nobody@else.example"})


def test_a_very_long_address_is_cut(cast: Cast, client) -> None:
    authenticate(None, email="x" * 5_000, password="y")

    assert len(Entry.objects.get(action="account:refuse").details["tried"]) == 150


def test_the_trail_finds_the_address_of_failed_sign_ins(cast: Cast, sign_in, client) -> None:
    sign_in_by_form(client, "nobody@else.example", "x")
    sign_in_by_form(client, cast.rival.email, "x")

    page = sign_in(cast.administrator).get(f"{URL}?who=nobody@else").content.decode()

    assert "nobody@else.example" in page and cast.rival.email not in page
    assert "sign-in failed" in page


def test_a_changed_password_is_recorded_and_its_owner_gets_a_mail(cast: Cast, sign_in) -> None:
    cast.buyer.mails = "none"
    cast.buyer.save()
    given = {"oldpassword": PASSWORD, "password1": "Other-pass-99", "password2": "Other-pass-99"}

    sign_in(cast.buyer).post("/accounts/password/change/", given)

    assert "password:change" in actions()
    assert "Other-pass-99" not in str(list(Entry.objects.values()))
    assert [message.to for message in mail.outbox] == [[cast.buyer.email]]


def test_a_reset_password_is_recorded(cast: Cast, client) -> None:
    client.post("/accounts/password/reset/", {"email": cast.buyer.email})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    form = client.get("/" + link.split("/", 3)[3], follow=True)
    given = {"password1": "Other-pass-99", "password2": "Other-pass-99"}

    client.post(form.redirect_chain[-1][0], given)

    assert Entry.objects.get(action="password:reset").user == cast.buyer


@pytest.mark.django_db(transaction=True)
def test_second_factors_are_recorded_with_their_kind(cast: Cast, client) -> None:
    sign_in_by_form(client, cast.buyer.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = hotp_value(secret, next(iter(yield_hotp_counters_from_time())))

    client.post("/accounts/2fa/totp/activate/", {"code": f"{code:06}"})
    client.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(user=cast.buyer, type="totp").exists()
    assert Entry.objects.filter(action="mfa:add", details={"kind": "totp"}).exists()
    assert Entry.objects.filter(action="mfa:remove", details={"kind": "totp"}).exists()
    assert secret not in str(list(Entry.objects.values()))


def test_a_wrong_second_factor_is_recorded_and_does_not_sign_in(cast: Cast, client) -> None:
    TOTP.activate(cast.buyer, generate_totp_secret())
    sign_in_by_form(client, cast.buyer.email)

    client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert "_auth_user_id" not in client.session
    assert actions() == ["mfa:fail"]


def test_addresses_are_recorded(cast: Cast, client) -> None:
    sign_in_by_form(client, cast.buyer.email)

    client.post("/accounts/email/", {"action_add": "", "email": "second@zone.example"})
    client.post("/accounts/email/", {"action_remove": "", "email": "second@zone.example"})

    entry = Entry.objects.get(action="email:add")
    assert (entry.user, entry.details) == (cast.buyer, {"address": "second@zone.example"})
    assert "email:remove" in actions()


def test_a_tied_single_sign_on_is_recorded(cast: Cast, rf) -> None:
    account = SimpleNamespace(user=cast.buyer, provider="oidc")
    login = SimpleNamespace(user=cast.buyer, account=account)
    social_account_added.send(sender=None, request=rf.get("/"), sociallogin=login)
    social_account_removed.send(sender=None, request=rf.get("/"), socialaccount=account)

    assert actions() == ["connection:add", "connection:remove"]
    assert Entry.objects.first().details == {"provider": "oidc"}


def test_the_end_of_nobodys_session_records_nothing(db, client) -> None:
    client.post("/accounts/logout/")

    assert not Entry.objects.exists()


def test_people_are_named_where_an_entry_is_about_them(cast: Cast, sign_in) -> None:
    record_audit(
        "account:deactivate", by=cast.administrator, now=NOW, subject=f"user {cast.rival.pk}"
    )
    record_audit("account:deactivate", by=cast.administrator, now=NOW, subject="user 999999")

    page = sign_in(cast.administrator).get(f"{URL}?action=account:deactivate").content.decode()

    assert "Rita Rival" in page and "Account 999999" in page
