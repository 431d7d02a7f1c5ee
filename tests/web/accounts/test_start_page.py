"""The work that waits on the start page."""

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
