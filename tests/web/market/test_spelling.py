"""What was probably meant: from titles the reader may see, and only where it finds something."""

from datetime import date

import pytest

from terrace_web.market.facets import Filters
from terrace_web.market.spelling import meant_anywhere, meant_query
from terrace_web.testing.cast import Cast, make_record

TODAY = date(2026, 6, 1)


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    make_record(cast.lab, title="Recycling of lithium cathodes", content={"summary": "x"})
    make_record(cast.company, "need", title="Slurry pump", content={"summary": "x"})
    make_record(
        cast.company,
        title="Zirconium secret",
        content={"summary": "x"},
        levels={"teaser": "named", "identity": "named", "confidential": "named"},
    )
    return cast


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("lithum", "lithium"),
        ("Recyclng litium", "recycling lithium"),
        ("lithium", ""),
        ("lit", ""),
        ("qqqqqq", ""),
        ("锂", ""),
    ],
)
def test_a_slip_is_set_right(shelf: Cast, query: str, meant: str) -> None:
    filters = Filters("achievement", query=query)

    assert meant_query(shelf.audience(None), filters, today=TODAY) == meant


def test_no_word_of_a_hidden_record_is_suggested(shelf: Cast) -> None:
    filters = Filters("achievement", query="zirconum")

    assert meant_query(shelf.audience(shelf.rival), filters, today=TODAY) == ""
    assert meant_query(shelf.audience(shelf.buyer), filters, today=TODAY) == "zirconium"


def test_a_filter_that_leaves_nothing_leaves_no_suggestion(shelf: Cast) -> None:
    filters = Filters("achievement", query="lithum", chosen={"language": ["zh"]})

    assert meant_query(shelf.audience(None), filters, today=TODAY) == ""


def test_all_kinds_are_looked_through(shelf: Cast) -> None:
    assert meant_anywhere(shelf.audience(None), "slury", today=TODAY) == "slurry"


def test_pages_offer_it(shelf: Cast, client) -> None:
    page = client.get("/market/achievements/?q=lithum").content.decode()
    assert 'Did you mean: <a href="?q=lithium">lithium</a>' in page
    assert 'href="?q=slurry">slurry</a>' in client.get("/market/?q=slury").content.decode()
