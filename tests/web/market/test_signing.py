"""The name under the agreement, and what a reviewer learns who comes too late."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import User
from terrace_web.market.models import AccessRequest
from terrace_web.market.moves import move_record
from terrace_web.market.nda import signs_as
from terrace_web.testing.cast import NOW, Cast, make_record

SignIn = Callable[[User | None], Client]


@pytest.mark.parametrize(
    ("typed", "name", "fits"),
    [
        ("Bo Buyer", "Bo Buyer", True),
        ("  buyer,  BO ", "Bo Buyer", True),
        ("陈 立", "陈立", True),
        ("x", "Bo Buyer", False),
        ("Bo", "Bo Buyer", False),
        ("x", "", False),
        ("陈立", "", True),
        ("Bo Buyer", "", True),
    ],
)
def test_it_works(typed: str, name: str, fits: bool) -> None:
    assert signs_as(typed, name) is fits


def test_another_name_is_refused_at_its_field(cast: Cast, sign_in: SignIn) -> None:
    record = make_record(cast.lab, levels={"confidential": "named"}, content={"details": "Hot."})
    client, url = sign_in(cast.buyer), f"/market/r/{record.code}/ask/confidential/"
    said = {"organisation": cast.company.pk, "reason": "We buy.", "accepts": "on"}
    page = client.post(url, {**said, "nda_name": "x"})

    assert "Type your name as your account has it: Bo Buyer." in page.content.decode()
    assert not AccessRequest.objects.exists()
    client.post(url, {**said, "nda_name": "buyer bo"})
    assert AccessRequest.objects.get().nda_name == "buyer bo"


def test_who_publishes_too_late_is_told(cast: Cast, sign_in: SignIn) -> None:
    record = make_record(cast.lab, stage="in_review", manager=cast.manager, fields=["materials"])
    audience = cast.audience(cast.researcher)
    move_record(record.code, "revise", by=cast.researcher, audience=audience, now=NOW)
    url = f"/market/r/{record.code}/move/publish/"

    page = sign_in(cast.manager).post(url, follow=True)
    assert page.redirect_chain == [("/market/review/", 302)]
    assert "taken back or decided in the meantime" in page.content.decode()
    for stranger in (cast.other_manager, cast.rival):
        assert sign_in(stranger).post(url).status_code == 404
