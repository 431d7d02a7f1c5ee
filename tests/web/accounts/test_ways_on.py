"""Where pages of accounts lead on, what they ask first, and the words they use."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from terrace_web.accounts.models import Organisation
from terrace_web.testing.browser import is_there, running_browser
from terrace_web.testing.cast import PASSWORD, Cast


def read(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    return answer.content.decode()


@pytest.mark.parametrize(
    ("path", "said"),
    [("password/reset/key/done/", "Your new password is saved"), ("inactive/", "switched off")],
)
def test_no_page_is_a_dead_end(db, client: Client, path: str, said: str) -> None:
    main = read(client, f"/accounts/{path}").split("<main")[1]

    assert said in main and '<a class="btn btn-primary" href="/accounts/login/"' in main


@pytest.mark.parametrize("path", ["/", "/about/"])
def test_programs_may_ask_whether_pages_are_there(db, client: Client, path: str) -> None:
    assert client.head(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/about/", "/accounts/login/?next=%2Fabout%2F"),
        ("/market/?q=a%20b&kind=need", None),
        ("/", "/accounts/login/"),
        ("/accounts/signup/", "/accounts/login/"),
    ],
)
def test_signing_in_leads_back(db, client: Client, path: str, target: str | None) -> None:
    found = re.findall(
        r'<a class="btn btn-primary" href="([^"]*/login/[^"]*)">', read(client, path)
    )

    expected = target or "/accounts/login/?next=%2Fmarket%2F%3Fq%3Da%2520b%26kind%3Dneed"
    assert expected in found


def test_too_many_attempts_are_told_when_to_come_back(cast: Cast, client: Client) -> None:
    for _turn in range(6):
        page = client.post("/accounts/login/", {"login": cast.buyer.email, "password": "wrong"})

    assert "Try again in five minutes." in page.content.decode()


class TestMails:
    def test_a_new_account_and_a_further_address_are_told_apart(
        self, cast: Cast, client: Client
    ) -> None:
        given = {"name": "Nia", "password1": PASSWORD, "password2": PASSWORD}
        client.post("/accounts/signup/", {"email": "nia@zone.example", **given})
        client.force_login(cast.buyer)
        client.post("/accounts/email/", {"email": "second@zone.example", "action_add": ""})

        opened, added = (each.body for each in mail.outbox)
        assert "has created an account at" in opened
        assert "has added this address to their account" in added
        assert all("/accounts/confirm-email/" in each for each in (opened, added))

    def test_messages_write_e_mail(self, cast: Cast, client: Client) -> None:
        EmailAddress.objects.create(user=cast.buyer, email="second@zone.example", verified=True)
        client.force_login(cast.buyer)
        given = {"email": "second@zone.example", "action_remove": ""}

        page = client.post("/accounts/email/", given, follow=True).content.decode()

        assert "The e-mail address second@zone.example was removed." in page


class TestOrganisations:
    def test_the_form_begins_each_label_alike(self, cast: Cast, sign_in) -> None:
        page = read(sign_in(cast.officer), "/organisations/new/")

        labels = re.findall(r"<label[^>]*>\s*([^<\s][^<]*)", page.split("<main")[1])
        assert labels and all(each[0].isupper() for each in labels), labels
        assert "Choose a kind" in page and "-----" not in page

    @pytest.mark.parametrize(("who", "is_told"), [("officer", True), ("buyer", False)])
    def test_the_domain_is_shown_to_who_edits_it(
        self, cast: Cast, sign_in, who: str, is_told: bool
    ) -> None:
        Organisation.objects.filter(pk=cast.lab.pk).update(email_domain="coast.example")

        page = read(sign_in(getattr(cast, who)), "/organisations/lab/")

        assert ("coast.example" in page) == is_told


@pytest.mark.skipif(not is_there(), reason="needs Debian's chromium and 'make install'")
@pytest.mark.django_db(transaction=True)
def test_switching_the_language_keeps_what_filters_put_into_the_address(live_server) -> None:
    with running_browser() as browser:
        page = browser.new_context(locale="en").new_page()
        page.goto(f"{live_server.url}/about/", wait_until="networkidle")
        page.evaluate("history.pushState({}, '', '/about/?kind=need')")

        page.click(".language-switch button")

        page.wait_for_url("**/about/?kind=need")
        assert page.evaluate("document.documentElement.lang") == "zh-Hans"
        page.context.close()
