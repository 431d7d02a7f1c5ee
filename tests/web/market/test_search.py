"""Lists, counts and suggestions show what is visible, and nothing else, at once."""

from datetime import date, timedelta

import pytest

from terrace_web.market.everywhere import search_kinds
from terrace_web.market.facets import Filters
from terrace_web.market.models import Record
from terrace_web.market.search import search_ids, search_market
from terrace_web.matching.following import follow_outbox
from terrace_web.testing.cast import NOW, Cast, make_record

TODAY = date(2026, 6, 1)


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    make_record(cast.lab, title="Laser diode module", fields=["optics"], readiness=4)
    make_record(cast.lab, title="Laser welding head", fields=["optics", "machines"], readiness=7)
    make_record(cast.other_lab, title="Fibre laser pump", fields=["optics"], terms=["licence"])
    make_record(
        cast.company,
        title="Hidden laser trick",
        levels={"teaser": "zone", "identity": "named"},
        fields=["optics"],
        readiness=4,
    )
    make_record(cast.lab, title="Laser draft", stage="draft", fields=["optics"])
    make_record(cast.lab, "need", title="Seeking a laser", fields=["optics"])
    return cast


def titles(cast: Cast, user, **filters) -> list[str]:
    page = search_market(cast.audience(user), Filters("achievement", **filters), today=TODAY)
    return [view.title for view in page.views]


@pytest.mark.parametrize("is_indexed", [False, True], ids=["pending", "indexed"])
def test_it_works(shelf: Cast, is_indexed: bool) -> None:
    if is_indexed:
        follow_outbox(NOW)

    found = set(titles(shelf, None, query="laser"))

    assert found == {"Laser diode module", "Laser welding head", "Fibre laser pump"}
    assert titles(shelf, None, query="welding") == ["Laser welding head"]
    assert titles(shelf, None, query="zzz") == []


@pytest.mark.parametrize("is_indexed", [False, True], ids=["pending", "indexed"])
def test_counts_and_facets_are_those_of_the_visible(shelf: Cast, is_indexed: bool) -> None:
    if is_indexed:
        follow_outbox(NOW)
    filters = Filters("achievement", query="laser")

    visitor = search_market(shelf.audience(None), filters, today=TODAY)
    member = search_market(shelf.audience(shelf.rival), filters, today=TODAY)

    assert (visitor.total, member.total) == (3, 4)
    assert dict(visitor.facets["fields"]) == {"optics": 3, "machines": 1}
    assert dict(member.facets["fields"]) == {"optics": 4, "machines": 1}
    # Its owner is hidden from the member: not counted, and no way to filter by it.
    assert str(shelf.company.pk) not in dict(member.facets["owner"])
    by_owner = Filters("achievement", chosen={"owner": [str(shelf.company.pk)]})
    assert search_market(shelf.audience(shelf.rival), by_owner, today=TODAY).total == 0
    assert search_market(shelf.audience(shelf.buyer), by_owner, today=TODAY).total == 1


def test_a_facet_is_counted_under_the_other_choices(shelf: Cast) -> None:
    filters = Filters("achievement", chosen={"fields": ["machines"]})

    page = search_market(shelf.audience(None), filters, today=TODAY)

    assert [view.title for view in page.views] == ["Laser welding head"]
    assert dict(page.facets["fields"]) == {"optics": 3, "machines": 1}
    assert dict(page.facets["readiness"]) == {"7": 1}


def test_a_country_holds_its_provinces(cast: Cast) -> None:
    for region in ("CN-SN", "CN-SN", "CN-ZJ", "CN", "DE", ""):
        make_record(cast.lab, title=f"Laser {region}", region=region)

    page = search_market(cast.audience(None), Filters("achievement"), today=TODAY)

    assert dict(page.facets["region"]) == {"CN": 4, "CN-SN": 2, "CN-ZJ": 1, "DE": 1}
    assert len(titles(cast, None, chosen={"region": ["CN"]})) == 4
    assert len(titles(cast, None, chosen={"region": ["CN-ZJ", "DE"]})) == 2


def test_deadlines_are_told_by_how_near_they_are(cast: Cast) -> None:
    for day in (date(2026, 5, 1), date(2026, 6, 10), date(2026, 8, 1), date(2027, 1, 1), None):
        make_record(cast.company, "need", title=str(day), deadline=day)

    page = search_market(cast.audience(None), Filters("need"), today=TODAY)
    soon = Filters("need", chosen={"deadline": ["month"]})

    assert dict(page.facets["deadline"]) == {"past": 1, "month": 1, "quarter": 1, "open": 1}
    assert search_market(cast.audience(None), soon, today=TODAY).views[0].title == "2026-06-10"


def test_mine_shows_every_stage_of_my_organisations(shelf: Cast) -> None:
    assert "Laser draft" in titles(shelf, shelf.colleague, mine=True)
    assert titles(shelf, None, mine=True) == []
    assert titles(shelf, shelf.manager, mine=True) == []


def test_pages_are_whole_and_apart(cast: Cast) -> None:
    for place in range(45):
        make_record(cast.lab, title=f"No. {place:02}")

    pages = [titles(cast, None, order="title", page=page) for page in (1, 2, 3, 9)]

    assert [len(page) for page in pages] == [20, 20, 5, 5]
    assert pages[0] + pages[1] + pages[2] == [f"No. {place:02}" for place in range(45)]


def test_what_was_saved_is_found_at_once_and_only_once(shelf: Cast) -> None:
    follow_outbox(NOW)
    make_record(shelf.lab, title="Laser novelty")

    assert titles(shelf, None, query="laser novelty")[0] == "Laser novelty"
    follow_outbox(NOW)
    assert titles(shelf, None, query="laser novelty").count("Laser novelty") == 1


def test_suggestions_respect_visibility(shelf: Cast) -> None:
    follow_outbox(NOW)

    def offered(user) -> set[str]:
        found = search_kinds(shelf.audience(user), "laser", today=TODAY, most=9)
        return {view.title for each in found for view in each.views}

    assert "Hidden laser trick" not in offered(None)
    assert "Hidden laser trick" in offered(shelf.manager)
    assert "Laser draft" not in offered(shelf.researcher)


def test_exports_have_all_ids_in_order(shelf: Cast) -> None:
    ids = search_ids(shelf.audience(None), Filters("achievement", order="title"), today=TODAY)

    assert len(ids) == 3


def test_few_queries_whatever_the_size(shelf: Cast, django_assert_max_num_queries) -> None:
    audience = shelf.audience(shelf.manager)
    search_market(audience, Filters("achievement"), today=TODAY)

    with django_assert_max_num_queries(6):
        search_market(audience, Filters("achievement", query="laser"), today=TODAY)


def test_a_code_finds_its_record_and_no_hidden_one(shelf: Cast) -> None:
    shown = Record.objects.get(title="Laser welding head")
    hidden = Record.objects.get(title="Laser draft")
    follow_outbox(NOW)

    assert titles(shelf, None, query=f" {shown.code.lower()} ")[0] == shown.title
    assert titles(shelf, None, query=hidden.code) == []


def test_the_next_deadline_comes_first_and_the_past_ones_last(cast: Cast) -> None:
    for title, day in (("past", 1), ("next", 20), ("none", 0), ("later", 30), ("long past", -30)):
        deadline = TODAY.replace(day=1) + timedelta(days=day - 2) if day else None
        make_record(cast.company, "need", title=title, deadline=deadline)

    page = search_market(cast.audience(None), Filters("need", order="deadline"), today=TODAY)

    assert [view.title for view in page.views] == ["next", "later", "long past", "past", "none"]
    assert page.facets["deadline"] == [("month", 2), ("past", 2)]
