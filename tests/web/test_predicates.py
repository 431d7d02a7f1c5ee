"""Conditions that are settled for a reader leave the query, and mean what they say."""

import pytest

from terrace_web.accounts.audience import VISITOR
from terrace_web.market.models import Record
from terrace_web.predicates import Predicate, about_user, is_published
from terrace_web.testing.cast import Cast, make_record

always = about_user("", lambda _audience: True)
never = about_user("", lambda _audience: False)


@pytest.mark.parametrize(
    ("predicate", "titles"),
    [
        (always | is_published, {"Out", "Draft"}),
        (is_published | always, {"Out", "Draft"}),
        ((always & always) | is_published, {"Out", "Draft"}),
        (never | is_published, {"Out"}),
        (is_published & always, {"Out"}),
        (is_published & never, set()),
        (never | never, set()),
        (always & never | is_published & always, {"Out"}),
    ],
)
def test_rows_agree_with_the_test_of_one_record(
    cast: Cast, predicate: Predicate, titles: set[str]
) -> None:
    records = [
        make_record(cast.lab, title="Out"),
        make_record(cast.lab, title="Draft", stage="draft"),
    ]

    found = Record.objects.filter(predicate.rows(VISITOR))
    assert {record.title for record in found} == titles
    assert {record.title for record in records if predicate.test(VISITOR, record)} == titles


def test_what_is_settled_is_not_asked_of_the_database() -> None:
    asked = str(Record.objects.filter((never | is_published).rows(VISITOR)).query)

    assert asked.count(" IN ") == 0 and " OR " not in asked
