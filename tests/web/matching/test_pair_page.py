"""The page of one pair: evidence from what is visible, gates, history without names."""

import pytest

from terrace_web.market.models import Record
from terrace_web.matching.actions import decide
from terrace_web.matching.bulk import rebuild_index
from terrace_web.matching.models import Pair
from terrace_web.testing.cast import NOW, Cast, make_record


def address(need: Record, achievement: Record) -> str:
    return f"/desk/{need.code}/{achievement.code}/"


@pytest.fixture
def pair(seal: Record, need: Record) -> Pair:
    rebuild_index()
    return Pair.objects.get(need=need, achievement=seal)


def test_it_works(cast: Cast, sign_in, pair: Pair) -> None:
    page = sign_in(cast.buyer).get(address(pair.need, pair.achievement)).content.decode()

    assert "The pump seal shall survive abrasive slurry." in page
    assert "3000 hours" in page
    assert "4000 hours" in page
    assert "Readiness level" in page
    assert "Level 6 reaches the level 6 the need starts from." in page
    assert "What the score is made of" in page


def test_it_checks_access(cast: Cast, sign_in, pair: Pair, hidden: Record, need: Record) -> None:
    assert sign_in(None).get(address(pair.need, pair.achievement)).status_code == 302
    assert sign_in(cast.rival).get(address(pair.need, pair.achievement)).status_code == 403
    assert sign_in(cast.buyer).get(address(need, hidden)).status_code == 404
    assert sign_in(cast.buyer).get(address(pair.achievement, pair.need)).status_code == 404
    assert sign_in(cast.manager).get(address(pair.need, pair.achievement)).status_code == 200


def test_confidential_words_are_never_quoted(cast: Cast, sign_in, pair: Pair) -> None:
    """Not even to the owner: what is matched is the public part."""
    page = sign_in(cast.researcher).get(address(pair.need, pair.achievement)).content.decode()

    assert "secret temperature" not in page


def test_the_badges_say_what_the_table_says(cast: Cast, sign_in, pair: Pair) -> None:
    """Stored gates know the teasers alone; the owner may be known to who reads."""
    Pair.objects.filter(pk=pair.pk).update(open=["ownership"], failed=["budget"], gates="unmet")

    answer = sign_in(cast.manager).get(address(pair.need, pair.achievement))

    shown = answer.context["evidence"]
    results = {line.name: line.result for line in shown.gates}
    assert results["Ownership"] == "met"
    assert shown.row.failed == []
    assert set(shown.row.open) == {name for name, result in results.items() if result == "unknown"}


def test_a_pair_nobody_proposed_is_explained(cast: Cast, sign_in, need: Record) -> None:
    other = make_record(
        cast.lab, title="Optical fibre", content={"summary": "A fibre.", "body": ""}
    )
    page = sign_in(cast.buyer).get(address(need, other)).content.decode()

    assert "These two are in no list at present" in page
    assert "no evidence" in page


def test_names_and_reasons_stay_on_their_side(cast: Cast, sign_in, pair: Pair) -> None:
    decide(
        pair.need.code,
        pair.achievement.code,
        "reject",
        cause="money",
        reason="We are nearly broke.",
        by=cast.buyer,
        audience=cast.audience(cast.buyer),
        now=NOW,
    )
    own = sign_in(cast.buyer).get(address(pair.need, pair.achievement)).content.decode()
    theirs = sign_in(cast.researcher).get(address(pair.need, pair.achievement)).content.decode()
    in_charge = sign_in(cast.manager).get(address(pair.need, pair.achievement)).content.decode()
    elsewhere = sign_in(cast.other_manager).get(address(pair.need, pair.achievement))

    assert "We are nearly broke." in own
    assert "We are nearly broke." in in_charge
    for page in (theirs, elsewhere.content.decode()):
        assert "Rejected" in page
        assert "nearly broke" not in page
        assert cast.buyer.name not in page


def test_it_asks_few_queries(
    cast: Cast, sign_in, pair: Pair, django_assert_max_num_queries
) -> None:
    client = sign_in(cast.buyer)
    with django_assert_max_num_queries(30):
        client.get(address(pair.need, pair.achievement))


def test_it_speaks_chinese(cast: Cast, sign_in, pair: Pair) -> None:
    client = sign_in(cast.buyer)
    client.cookies["django_language"] = "zh-hans"
    page = client.get(address(pair.need, pair.achievement)).content.decode()

    assert "成熟度6级，达到需求起点6级。" in page
    assert "门槛" in page
    assert "Requirement by requirement" not in page


def test_candidates_side_by_side(cast: Cast, sign_in, pair: Pair) -> None:
    other = make_record(
        cast.other_lab, title="Rubber ring", content={"summary": "A ring.", "body": ""}, readiness=3
    )
    with_both = f"?with={pair.achievement.code},{other.code}"
    page = sign_in(cast.buyer).get(f"/desk/{pair.need.code}/compare/{with_both}").content.decode()

    assert pair.achievement.title in page
    assert other.title in page
    assert "The pump seal shall survive abrasive slurry." in page
    assert page.count("Title of the need: </span>") == 1
    assert f'</span><span lang="en">{pair.need.title}</span></th>' in page
    assert "Level 3 is below the level 6 the need starts from." in page


def test_needs_side_by_side(cast: Cast, sign_in, pair: Pair, blind: Record) -> None:
    query = f"?with={pair.need.code}&with={blind.code}"
    page = sign_in(cast.researcher).get(f"/desk/{pair.achievement.code}/compare/{query}")

    assert page.context["comparison"].matrix == []
    assert [view.code for view in page.context["comparison"].others] == [
        pair.need.code,
        blind.code,
    ]
    assert cast.other_company.name not in page.content.decode()


def test_comparing_leaves_out_what_is_hidden(
    cast: Cast, sign_in, pair: Pair, hidden: Record
) -> None:
    client, start = sign_in(cast.buyer), f"/desk/{pair.need.code}/compare/"
    page = client.get(f"{start}?with={pair.achievement.code}&with={hidden.code}")

    assert hidden.title not in page.content.decode()
    assert client.get(f"{start}?with={hidden.code}&with=T-NOTHING").status_code == 404
    assert sign_in(cast.rival).get(f"{start}?with=a&with=b").status_code == 403


def test_one_is_not_compared(cast: Cast, sign_in, pair: Pair) -> None:
    answer = sign_in(cast.buyer).get(
        f"/desk/{pair.need.code}/compare/?with={pair.achievement.code}"
    )

    assert answer.status_code == 302
    assert answer.url == f"/desk/{pair.need.code}/"


def test_comparing_asks_few_queries(
    cast: Cast, sign_in, pair: Pair, django_assert_max_num_queries
) -> None:
    codes = [make_record(cast.lab, title=f"Ring {n}").code for n in range(6)]
    client = sign_in(cast.buyer)
    with django_assert_max_num_queries(30):
        page = client.get(f"/desk/{pair.need.code}/compare/?with={','.join(codes)}")

    assert len(page.context["comparison"].candidates) == 4


def test_on_paper_it_says_when_and_where_it_was_read(cast: Cast, sign_in, pair: Pair) -> None:
    client, url = sign_in(cast.buyer), address(pair.need, pair.achievement)
    foot = client.get(url).content.decode().split('class="print-foot">')[1].split("</p>")[0]
    assert foot.startswith("As it stood on 20")
    assert foot.endswith(url)
    assert "://" in foot


def test_a_narrow_comparison_says_that_there_is_more(cast: Cast, sign_in, pair: Pair) -> None:
    other = make_record(cast.lab, title="Another ring")
    query = f"?with={pair.achievement.code}&with={other.code}"
    page = sign_in(cast.buyer).get(f"/desk/{pair.need.code}/compare/{query}").content.decode()
    assert "Scroll sideways for the other columns." in page
    assert 'class="print-foot"' in page


def test_a_gate_that_does_not_apply_quotes_nothing(cast: Cast, sign_in, pair: Pair) -> None:
    answer = sign_in(cast.buyer).get(address(pair.need, pair.achievement))
    table = answer.content.decode().split('id="gates"')[1].split("</table>")[0]
    quiet = [row for row in table.split("<tr") if "gate-quiet" in row]

    assert quiet
    assert not any("blockquote" in row for row in quiet)


def test_the_way_back_leads_over_the_desk_for_managers(cast: Cast, sign_in, pair: Pair) -> None:
    url = address(pair.need, pair.achievement)
    crumbs = [
        sign_in(user).get(url).content.decode().split("<main")[1].split("<h1")[0]
        for user in (cast.manager, cast.buyer)
    ]
    assert ['href="/desk/"' in each for each in crumbs] == [True, False]


def test_the_needs_title_is_shown_and_not_counted(cast: Cast, sign_in, pair: Pair) -> None:
    answer = sign_in(cast.buyer).get(address(pair.need, pair.achievement))
    shown, page = answer.context["evidence"], answer.content.decode()

    assert [line.is_title for line in shown.requirements] == [True, False, False]
    assert shown.total == 2
    assert "of 2 requirements covered, " in page and "Title of the need" in page


def test_what_a_gate_says_is_not_quoted_again(cast: Cast, sign_in, pair: Pair) -> None:
    shown = sign_in(cast.manager).get(address(pair.need, pair.achievement)).context["evidence"]
    [ownership] = [line for line in shown.gates if line.id == "ownership"]

    assert ownership.reason == f"{cast.lab.name} is the owner."
    assert [quote.text for quote in ownership.quotes] == []
