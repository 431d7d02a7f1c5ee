import pytest
from django.http import QueryDict

from terrace_web.ui.addresses import order_address, page_links, page_numbers, toggled, with_values


@pytest.mark.parametrize(
    ("current", "last", "numbers"),
    [
        (1, 0, []),
        (1, 1, [1]),
        (1, 4, [1, 2, 3, 4]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 7, 8, 9]),
    ],
)
def test_pages_near_the_current_one_are_offered(current, last, numbers):
    assert page_numbers(current, last) == numbers


def test_exactly_one_page_is_current():
    links = page_links(QueryDict("q=a"), 5, 9)
    assert [link.number for link in links if link.is_current] == [5]
    assert [link.query for link in links if link.number is None] == ["", ""]


def test_another_order_begins_at_the_first_page():
    query, state = order_address(QueryDict("page=7&q=a"), "budget")
    assert (query, state) == ("?q=a&order=budget", "none")


def test_values_are_set_and_removed():
    query = QueryDict("q=a&page=2&fields=x")
    assert with_values(query, page=None, fields=["y", "z"]) == "?q=a&fields=y&fields=z"
    assert query.urlencode() == "q=a&page=2&fields=x"


def test_toggling_twice_changes_nothing():
    once = toggled(QueryDict("fields=x"), "fields", "y")
    assert once == "?fields=x&fields=y"
    assert toggled(QueryDict(once[1:]), "fields", "y") == "?fields=x"


def test_special_characters_survive():
    assert QueryDict(with_values(QueryDict("q=a%26b+密"), page=2)[1:]).getlist("q") == ["a&b 密"]
