"""Mails about an account's safety say in words what was done, when, and with what."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from terrace_web.testing.cast import PASSWORD, Cast

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/128.0.0.0 Safari/537.36"
NEW = {"oldpassword": PASSWORD, "password1": "Other-pass-99", "password2": "Other-pass-99"}


def change_password(client, user_agent: str, language: str = "en") -> str:
    said = {"user-agent": user_agent, "accept-language": language}
    client.post("/accounts/password/change/", NEW, headers=said)
    return str(mail.outbox[-1].body)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "with Chrome on Linux"), ("zh-hans", "浏览器：Chrome（Linux）")]
)
def test_the_browser_is_named(cast: Cast, sign_in, language: str, said: str) -> None:
    body = change_password(sign_in(cast.buyer), CHROME, language)

    assert said in body and "127.0.0.1" in body
    assert "Mozilla" not in body and "AppleWebKit" not in body


@pytest.mark.parametrize("user_agent", ["curl/8.5.0", "Call 555-0100 at once", ""])
def test_what_cannot_be_read_is_left_out(cast: Cast, sign_in, user_agent: str) -> None:
    body = change_password(sign_in(cast.buyer), user_agent)

    assert "from the address 127.0.0.1" in body
    assert "- with" not in body and not (user_agent and user_agent in body)


def test_who_is_told_reads_it_in_their_language(cast: Cast, sign_in) -> None:
    type(cast.buyer).objects.filter(pk=cast.buyer.pk).update(language="zh-hans")
    Authenticator.objects.create(user=cast.buyer, type=Authenticator.Type.TOTP, data={})

    given = {"user": cast.buyer.pk, "factors": "drop"}
    sign_in(cast.administrator).post("/administration/people/", given)

    assert "您的账户有以下变更" in mail.outbox[-1].body


def test_the_mail_after_a_reset_does_not_look_like_the_one_before(cast: Cast, client) -> None:
    client.post("/accounts/password/reset/", {"email": cast.buyer.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/reset/key/" in word)
    page = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(page, {"password1": "Other-pass-99", "password2": "Other-pass-99"})

    asked, done = (message.subject for message in mail.outbox)
    assert "Your password was reset" in done and asked != done
