"""The pages of organisations: their order, their names, the ways back, and inviting from there."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import Invitation, Membership, Organisation, User
from terrace_web.testing.cast import Cast

SignIn = Callable[[User | None], Client]
CHINESE = {"headers": {"accept-language": "zh-hans"}}


def test_names_are_in_order_however_they_are_written(cast: Cast, sign_in: SignIn) -> None:
    Organisation.objects.create(code="caps", name="ZETA LTD", kind=Organisation.Kind.COMPANY)
    Organisation.objects.create(code="small", name="alpha ltd", kind=Organisation.Kind.COMPANY)

    page = sign_in(cast.researcher).get("/organisations/?q=ltd").content.decode()

    assert page.index("alpha ltd") < page.index("ZETA LTD")


def test_editing_is_titled_in_the_readers_language_and_leads_back(
    cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.officer).get("/organisations/company/edit/", **CHINESE).content.decode()

    assert "<title>林德格伦泵业" in page
    assert '<a class="btn" href="/organisations/company/">取消</a>' in page


def test_a_new_one_leads_back_to_all(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.officer).get("/organisations/new/").content.decode()

    assert '<a class="btn" href="/organisations/">Cancel</a>' in page


@pytest.mark.parametrize(
    ("sent", "where"), [({"stay": "1"}, "/organisations/lab/"), ({}, "/profile/")]
)
def test_giving_up_a_role_leads_back_to_where_one_was(
    cast: Cast, sign_in: SignIn, sent: dict, where: str
) -> None:
    held = Membership.objects.create(user=cast.researcher, organisation=cast.lab, role="member")

    answer = sign_in(cast.researcher).post(f"/members/{held.pk}/", sent)

    assert answer["Location"] == where


def test_who_left_is_led_to_the_profile(cast: Cast, sign_in: SignIn) -> None:
    held = Membership.objects.get(user=cast.colleague)

    answer = sign_in(cast.colleague).post(f"/members/{held.pk}/", {"all": "1", "stay": "1"})

    assert answer["Location"] == "/profile/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_invitation_is_in_the_language_of_who_invites(
    cast: Cast, sign_in: SignIn, language: str
) -> None:
    given = {"headers": {"accept-language": language}}

    page = sign_in(cast.researcher).get("/organisations/lab/", **given).content.decode()

    assert f'<option value="{language}" selected>' in page


def test_no_member_is_invited_to_be_one(cast: Cast, sign_in: SignIn) -> None:
    cast.researcher.emailaddress_set.create(email="ruth@home.example", verified=True)
    given = {"email": "Ruth@home.example", "role": "member", "language": "en"}

    page = sign_in(cast.researcher).post("/organisations/lab/invite/", given, follow=True)

    assert "ruth@home.example is a member there already." in page.content.decode()
    assert not Invitation.objects.exists()


def test_a_member_may_be_invited_to_more(cast: Cast, sign_in: SignIn) -> None:
    given = {"email": cast.colleague.email, "role": "editor", "language": "en"}

    sign_in(cast.researcher).post("/organisations/lab/invite/", given)

    assert Invitation.objects.get().role == "editor"
