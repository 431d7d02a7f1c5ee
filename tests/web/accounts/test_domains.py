"""Domains as people type them."""

import pytest
from django.core.exceptions import ValidationError

from terrace_web.accounts.domains import check_domain, confirmed_domains, read_domain
from terrace_web.accounts.organisations import join_by_domain
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("lab.example", "lab.example"),
        ("  @Lab.Example ", "lab.example"),
        ("https://www.lab.example/about?x=1", "lab.example"),
        ("http://lab.example:8080", "lab.example"),
        ("ruth@lab.example", "lab.example"),
        ("lab.example.", "lab.example"),
        ("实验室.中国", "实验室.中国"),
        ("", ""),
    ],
)
def test_the_domain_in_what_was_typed(typed: str, domain: str) -> None:
    assert read_domain(typed) == domain
    assert check_domain(typed) == domain


@pytest.mark.parametrize(
    "typed", ["lab", "-lab.example", "lab..example", "1.2.3.4", "a b", "qq.com"]
)
def test_what_is_no_domain_of_an_organisation(typed: str) -> None:
    with pytest.raises(ValidationError):
        check_domain(typed)


def test_only_confirmed_addresses_of_ones_own_domain_count(cast: Cast) -> None:
    addresses = cast.newcomer.emailaddress_set
    addresses.create(email="noor@qq.com", verified=True)
    addresses.create(email="noor@lab.example", verified=False)

    assert confirmed_domains(cast.newcomer) == {"zone.example"}


def test_administrators_are_told_who_joined_by_their_domain(cast: Cast, sign_in) -> None:
    cast.lab.email_domain = "zone.example"
    cast.lab.save()

    join_by_domain(cast.lab.pk, by=cast.newcomer, now=NOW)

    told = Notice.objects.get(kind="member_joined")
    assert (told.user, told.note) == (cast.researcher, "Noor Newcomer")
    page = sign_in(cast.researcher).get("/notices/").content.decode()
    assert cast.lab.name in page and "Noor Newcomer" in page


class TestTheZone:
    """It has no mere members: its roles are given one by one."""

    def test_nobody_joins_it_by_an_address(self, cast: Cast, sign_in) -> None:
        type(cast.zone).objects.filter(pk=cast.zone.pk).update(email_domain="zone.example")
        client = sign_in(cast.newcomer)

        assert client.post(f"/organisations/{cast.zone.pk}/join/").status_code == 404
        assert cast.zone.name not in client.get("/profile/").content.decode()
        shown = sign_in(cast.officer).get("/organisations/zone/").content.decode()
        assert "may join without an invitation" not in shown

    def test_its_form_asks_for_no_domain(self, cast: Cast, sign_in) -> None:
        client = sign_in(cast.officer)

        assert 'name="email_domain"' not in client.get("/organisations/zone/edit/").content.decode()
        client.post("/organisations/zone/edit/", {"name": "Zone", "email_domain": "x.example"})

        cast.zone.refresh_from_db()
        assert (cast.zone.name, cast.zone.email_domain) == ("Zone", "")

    def test_there_is_no_second_one(self, cast: Cast, sign_in) -> None:
        given = {"code": "zone-2", "kind": "zone", "name": "Another zone"}

        sign_in(cast.officer).post("/organisations/new/", given)

        assert not type(cast.zone).objects.filter(code="zone-2").exists()


class TestWhoseDomain:
    """People of a domain are asked to join only where somebody of that domain says so."""

    def save(self, cast: Cast, sign_in, who: str, domain: str) -> str:
        given = {"name": cast.lab.name, "email_domain": domain}
        answer = sign_in(getattr(cast, who)).post("/organisations/lab/edit/", given)
        cast.lab.refresh_from_db()
        return str(answer.content.decode())

    def test_nobody_takes_anothers(self, cast: Cast, sign_in) -> None:
        page = self.save(cast, sign_in, "researcher", "pumps.example")

        assert "You have no confirmed address at this domain" in page
        assert cast.lab.email_domain == ""

    def test_ones_own_is_taken(self, cast: Cast, sign_in) -> None:
        self.save(cast, sign_in, "researcher", "zone.example")

        assert cast.lab.email_domain == "zone.example"

    def test_officers_enter_any_and_it_stays(self, cast: Cast, sign_in) -> None:
        self.save(cast, sign_in, "officer", "coast.example")
        self.save(cast, sign_in, "researcher", "coast.example")

        assert cast.lab.email_domain == "coast.example"
