"""The work that waits on the start page."""

import pytest

from terrace_web.accounts.models import Membership, Organisation
from terrace_web.market.models import AccessRequest
from terrace_web.testing.cast import NOW, Cast, make_record


def test_officers_see_what_waits_for_a_review(cast: Cast, sign_in) -> None:
    make_record(cast.lab, title="Waiting seal", stage="in_review", manager=cast.manager)
    make_record(cast.lab, title="Hidden seal", stage="in_review", levels={"teaser": "private"})

    for who in (cast.officer, cast.manager):
        page = sign_in(who).get("/").content.decode()
        assert "Waiting for your review" in page and "Waiting seal" in page
        assert "Hidden seal" not in page
    assert "Waiting for your review" not in sign_in(cast.other_manager).get("/").content.decode()
    assert "Waiting for your review" not in sign_in(cast.researcher).get("/").content.decode()


def test_editors_see_who_asks_for_access(cast: Cast, sign_in) -> None:
    record = make_record(cast.lab, title="Asked for", levels={"confidential": "named"})
    AccessRequest.objects.create(
        record=record,
        organisation=cast.company,
        group="confidential",
        asked_by=cast.buyer,
        asked_at=NOW,
    )

    page = sign_in(cast.researcher).get("/").content.decode()
    assert "Requests for access</h2>" in page and cast.company.name in page
    assert "Requests for access</h2>" not in sign_in(cast.buyer).get("/").content.decode()


def test_the_first_administrator_is_told_what_to_do_first(cast: Cast, sign_in) -> None:
    Membership.objects.exclude(user=cast.administrator).delete()
    Organisation.objects.exclude(pk=cast.zone.pk).delete()
    page = sign_in(cast.administrator).get("/").content.decode()
    assert "First steps" in page
    assert f'<a href="/organisations/{cast.zone.code}/">Invite technology managers' in page

    Membership.objects.create(user=cast.manager, organisation=cast.zone, role="manager")
    page = sign_in(cast.administrator).get("/").content.decode()
    assert ">Invite technology managers" in page
    assert f'<a href="/organisations/{cast.zone.code}/">Invite technology managers' not in page
    assert "First steps" not in sign_in(cast.manager).get("/").content.decode()


def test_first_steps_end(cast: Cast, sign_in) -> None:
    assert "First steps" not in sign_in(cast.administrator).get("/").content.decode()


def test_who_is_officer_and_manager_is_led_to_both(cast: Cast, sign_in) -> None:
    cast.officer.memberships.create(organisation=cast.zone, role="manager")

    page = sign_in(cast.officer).get("/").content.decode()

    actions = page[page.index("page-actions") : page.index('id="messages"')]
    assert 'href="/desk/"' in actions and 'href="/managers/proposals/"' in actions
    assert actions.count("btn-primary") == 1


@pytest.mark.parametrize(
    ("kind", "first"),
    [("lab", "/market/new/achievement/"), ("company", "/market/interview/"),
     ("incubator", "/market/new/service/"), ("provider", "/market/new/service/")],
)  # fmt: skip
def test_what_an_organisation_rather_has_is_offered_first(
    cast: Cast, sign_in, kind: str, first: str
) -> None:
    Organisation.objects.filter(pk=cast.lab.pk).update(kind=kind)
    page = sign_in(cast.researcher).get("/").content.decode()

    primary = page[page.index("btn btn-primary") :]
    assert primary.split('href="')[1].split('"')[0] == first
