"""Who could use an achievement: needs by field and companies, as far as they may be seen."""

from terrace_web.market.models import Record
from terrace_web.matching.actions import decide
from terrace_web.matching.bulk import rebuild_index
from terrace_web.matching.scenarios import list_scenarios
from terrace_web.testing.cast import NOW, Cast, make_record

WORKS = [
    {"id": "W-1", "language": "en", "title": "Slurry pumps", "body": "Pumps for abrasive slurry."}
]


def address(record: Record) -> str:
    return f"/desk/{record.code}/scenarios/"


def make_company(cast: Cast, owner, **given) -> Record:
    content = {"summary": "Makes pumps.", "body": "", "works": WORKS}
    return make_record(owner, "company", content=content, **given)


def test_it_works(cast: Cast, sign_in, seal: Record, need: Record) -> None:
    make_company(cast, cast.other_company, title="Delta Pumps")
    rebuild_index()
    page = sign_in(cast.researcher).get(address(seal)).content.decode()

    assert need.title in page
    assert "New materials" in page
    assert "Delta Pumps" in page


def test_it_checks_access(cast: Cast, sign_in, seal: Record, hidden: Record, need: Record) -> None:
    assert sign_in(None).get(address(seal)).status_code == 302
    assert sign_in(cast.buyer).get(address(seal)).status_code == 403
    assert sign_in(cast.buyer).get(address(hidden)).status_code == 404
    assert sign_in(cast.buyer).get(address(need)).status_code == 404


def test_companies_of_which_nothing_is_claimed_stand_apart(
    cast: Cast, sign_in, seal: Record, monkeypatch
) -> None:
    for number in range(8):
        make_company(cast, cast.other_company, title=f"Pumps {number}")
    rebuild_index()
    monkeypatch.setattr("terrace_web.matching.scenarios.ABSTAIN_BELOW", 1.1)
    found = list_scenarios(cast.audience(cast.researcher), seal.code)
    page = sign_in(cast.researcher).get(address(seal)).content.decode()

    assert (len(found.claimed), len(found.unclaimed)) == (0, 5)
    assert "5 companies with works nearby, nothing claimed" in page
    assert "does the matcher claim" in page


def test_own_and_hidden_companies_are_left_out(cast: Cast, seal: Record) -> None:
    make_company(cast, cast.lab, title="The lab's own")
    make_company(cast, cast.company, title="Draft", stage="draft")
    make_company(
        cast, cast.company, title="Hidden", levels={"teaser": "named", "identity": "named"}
    )
    rebuild_index()
    found = list_scenarios(cast.audience(cast.researcher), seal.code)

    assert found.companies == []


def test_a_company_that_made_it_is_left_out(cast: Cast, seal: Record) -> None:
    own = [{"id": seal.code, "language": "en", "title": "Slurry seal", "body": "Seals slurry."}]
    make_record(cast.company, "company", title="Maker", content={"summary": "S.", "works": own})
    make_company(cast, cast.other_company, title="User")
    rebuild_index()
    found = list_scenarios(cast.audience(cast.researcher), seal.code)

    assert [fit.view.title for fit in found.companies] == ["User"]


def test_rejected_needs_are_left_out(cast: Cast, seal: Record, need: Record, pair_up) -> None:
    pair_up(need, seal)
    audience = cast.audience(cast.researcher)
    assert list_scenarios(audience, seal.code).fields
    decide(
        need.code,
        seal.code,
        "reject",
        cause="topic",
        by=cast.researcher,
        audience=audience,
        now=NOW,
    )

    assert list_scenarios(audience, seal.code).fields == []


def test_it_asks_few_queries(
    cast: Cast, sign_in, seal: Record, pair_up, django_assert_max_num_queries
) -> None:
    for number in range(15):
        make_company(cast, cast.other_company, title=f"Company {number}")
        pair_up(make_record(cast.company, "need", title=f"Need {number}"), seal)
    rebuild_index()
    client = sign_in(cast.researcher)
    with django_assert_max_num_queries(30):
        client.get(address(seal))
