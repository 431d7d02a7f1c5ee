"""An account is not closed where nobody could administer any more."""

from collections.abc import Callable

import pytest
from django.test import Client

from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.organisations import MembershipRefused, change_role, left_alone_by
from terrace_web.testing.cast import NOW, Cast

SignIn = Callable[[User | None], Client]
CLOSE = "/profile/close/"


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

    sign_in(cast.researcher).post(CLOSE)

    cast.researcher.refresh_from_db()
    assert not cast.researcher.is_active


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
