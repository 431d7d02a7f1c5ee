"""Who decides on members, and whom a change is told."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from terrace_web.accounts.models import Membership
from terrace_web.accounts.organisations import MembershipRefused, change_role, end_membership
from terrace_web.audit.models import Entry
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast


def given(cast: Cast, who: str) -> dict:
    user = getattr(cast, who)
    return {"by": user, "audience": cast.audience(user), "now": NOW}


def told() -> list[tuple[str, str, str]]:
    return list(Notice.objects.values_list("user__name", "kind", "organisation__name"))


@pytest.mark.parametrize("who", ["researcher", "administrator"])
def test_another_role_is_told(cast: Cast, who: str) -> None:
    held = Membership.objects.get(user=cast.colleague)

    change_role(held.pk, "editor", **given(cast, who))

    assert told() == [("Carl Colleague", "role_changed", cast.lab.name)]


def test_an_ended_membership_is_told(cast: Cast) -> None:
    end_membership(Membership.objects.get(user=cast.colleague).pk, **given(cast, "researcher"))

    assert told() == [("Carl Colleague", "membership_ended", cast.lab.name)]


def test_who_leaves_knows(cast: Cast) -> None:
    end_membership(Membership.objects.get(user=cast.colleague).pk, **given(cast, "colleague"))

    assert told() == []


@pytest.mark.parametrize("role", ["manager", "officer", "administrator", "king", ""])
def test_no_zone_role_outside_the_zone(cast: Cast, role: str) -> None:
    held = Membership.objects.get(user=cast.colleague)

    with pytest.raises(MembershipRefused):
        change_role(held.pk, role, **given(cast, "administrator"))


def test_the_zones_last_administrator_stays(cast: Cast) -> None:
    held = Membership.objects.get(user=cast.administrator)

    with pytest.raises(MembershipRefused, match="Somebody has to remain"):
        change_role(held.pk, "officer", **given(cast, "administrator"))


def test_who_lost_the_second_factor_is_let_in_and_told(cast: Cast, sign_in) -> None:
    Authenticator.objects.create(user=cast.buyer, type=Authenticator.Type.TOTP, data={})
    client = sign_in(cast.administrator)
    assert "Remove the second factors of" in client.get("/administration/people/").content.decode()

    client.post("/administration/people/", {"user": cast.buyer.pk, "factors": "drop"})

    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].to == [cast.buyer.email]
    assert Entry.objects.filter(action="mfa:drop", subject=f"user {cast.buyer.pk}").exists()
    assert "second factors of" not in client.get("/administration/people/").content.decode()


def test_nobody_else_removes_second_factors(cast: Cast, sign_in) -> None:
    Authenticator.objects.create(user=cast.buyer, type=Authenticator.Type.TOTP, data={})
    given = {"user": cast.buyer.pk, "factors": "drop"}

    assert sign_in(cast.officer).post("/administration/people/", given).status_code == 403
    assert Authenticator.objects.exists()


@pytest.mark.parametrize("user", ["", "x", "-1", "9999999"])
def test_switching_off_nobody_is_not_found(cast: Cast, sign_in, user: str) -> None:
    client = sign_in(cast.administrator)

    assert client.post("/administration/people/", {"user": user}).status_code == 404
    assert client.post("/administration/people/", {}).status_code == 404


def test_switched_off_accounts_are_marked_and_on_every_page_there_is(cast: Cast, sign_in) -> None:
    type(cast.rival).objects.filter(pk=cast.rival.pk).update(is_active=False)
    client = sign_in(cast.administrator)

    page = client.get("/administration/people/?q=rival").content.decode()

    assert "switched off" in page and "Switch on" in page and "1 account" in page
    assert client.get("/administration/people/?page=99").status_code == 200
    assert client.get("/administration/people/?page=x").status_code == 200


def hold(cast: Cast, *roles: str) -> list[int]:
    """Carl's memberships in the lab: the one he has, and these."""
    made = [
        Membership.objects.create(user=cast.colleague, organisation=cast.lab, role=role)
        for role in roles
    ]
    return [Membership.objects.get(user=cast.colleague, role="member").pk, *(e.pk for e in made)]


def roles_of(cast: Cast) -> set[str]:
    return set(Membership.objects.filter(user=cast.colleague).values_list("role", flat=True))


class TestSeveralRoles:
    @pytest.mark.parametrize("who", ["researcher", "colleague"])
    def test_a_person_stands_in_one_row(self, cast: Cast, sign_in, who: str) -> None:
        hold(cast, "editor")

        page = sign_in(getattr(cast, who)).get("/organisations/lab/").content.decode()

        assert page.count("<strong>Carl Colleague</strong>") == 1
        assert page.count("<strong>Ruth Researcher</strong>") == 1
        assert ("Member, Editor" in page) == (who == "colleague")

    def test_the_profile_names_an_organisation_once(self, cast: Cast, sign_in) -> None:
        first, second = hold(cast, "editor")

        page = sign_in(cast.colleague).get("/profile/").content.decode()

        assert page.count('href="/organisations/lab/"') == 1
        assert page.count("Leave Institute of Coastal Materials?") == 1
        assert "Give up the role “Editor”?" in page
        # One form leaves, and one for each role gives that up.
        assert page.count(f'action="/members/{first}/"') == 2
        assert page.count(f'action="/members/{second}/"') == 1

    def test_taking_one_away_leaves_the_other(self, cast: Cast, sign_in) -> None:
        _member, editor = hold(cast, "editor")

        sign_in(cast.researcher).post(f"/members/{editor}/")

        assert roles_of(cast) == {"member"}
        assert told() == [("Carl Colleague", "role_changed", cast.lab.name)]

    @pytest.mark.parametrize("who", ["researcher", "colleague"])
    def test_who_is_removed_or_leaves_loses_all(self, cast: Cast, sign_in, who: str) -> None:
        member, _editor = hold(cast, "editor")

        answer = sign_in(getattr(cast, who)).post(f"/members/{member}/", {"all": "1"})

        assert roles_of(cast) == set()
        ended = [("Carl Colleague", "membership_ended", cast.lab.name)]
        assert told() == (ended if who == "researcher" else [])
        assert answer["Location"] == ("/profile/" if who == "colleague" else "/organisations/lab/")
        assert Entry.objects.filter(action="membership:end").count() == 2

    def test_the_last_administrator_keeps_every_role(self, cast: Cast, sign_in) -> None:
        held = Membership.objects.filter(user=cast.researcher)
        before = set(held.values_list("role", flat=True))

        for each in list(held):
            sign_in(cast.researcher).post(f"/members/{each.pk}/", {"all": "1"})

        assert set(held.values_list("role", flat=True)) == before == {"editor", "admin"}
        assert not Entry.objects.filter(action="membership:end").exists()

    def test_nobody_has_one_role_twice(self, cast: Cast, sign_in) -> None:
        member, _editor = hold(cast, "editor")

        client = sign_in(cast.researcher)
        page = client.post(f"/members/{member}/", {"role": "editor"}, follow=True).content.decode()

        assert "They have this role already." in page
        assert roles_of(cast) == {"member", "editor"}

    @pytest.mark.parametrize("who", ["rival", "other_researcher"])
    @pytest.mark.parametrize("given", [{}, {"all": "1"}, {"role": "admin"}])
    def test_nobody_else_changes_them(self, cast: Cast, sign_in, who: str, given: dict) -> None:
        member, _editor = hold(cast, "editor")

        answer = sign_in(getattr(cast, who)).post(f"/members/{member}/", given)

        assert answer.status_code == 403
        assert roles_of(cast) == {"member", "editor"}


class TestAManagersRole:
    """Their records go to others for good, so the page asks before."""

    def test_a_change_asks(self, cast: Cast, sign_in) -> None:
        page = sign_in(cast.administrator).get("/organisations/zone/").content.decode()

        assert f"Change the role of {cast.manager.name}?" in page
        assert f"Change the role of {cast.officer.name}?" not in page

    def test_each_button_says_whom_it_is_about(self, cast: Cast, sign_in) -> None:
        page = sign_in(cast.administrator).get("/organisations/zone/").content.decode()

        for label in ("Remove", "Change"):
            assert f'{label}<span class="visually-hidden"> {cast.officer.name}</span>' in page
