"""The page of the trail: its form folds, and what narrows it can be taken away while folded."""

from collections.abc import Callable

from django.test import Client

from terrace_web.accounts.models import User
from terrace_web.testing.cast import Cast

SignIn = Callable[[User | None], Client]
PAGE = "/administration/audit/"


def test_the_form_is_folded_behind_a_button(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.administrator).get(PAGE).content.decode()

    folded = page[page.index('id="audit-filters"') :]
    assert 'popovertarget="audit-filters"' in page and 'name="who"' in folded
    assert "Show all" not in page


def test_what_is_wrong_stands_outside_the_fold(cast: Cast, sign_in: SignIn) -> None:
    asked = f"{PAGE}?since=2026-03-02&until=2026-03-01"

    page = sign_in(cast.administrator).get(asked).content.decode()

    assert page.index("comes before the first") < page.index('id="audit-filters"')
    assert page.index("Show all") < page.index('id="audit-filters"')
