"""Filters from addresses, cards, previews, structured data."""

import json

import pytest
from django.http import QueryDict
from django.utils import translation

from terrace_web.market.facets import Filters
from terrace_web.market.listing import DEADLINE_LABELS, card_of, orders_of, read_filters
from terrace_web.market.previews import preview_of
from terrace_web.market.queries import get_view
from terrace_web.market.redaction import RecordView
from terrace_web.market.structured import description_of, public_view, structured_data
from terrace_web.testing.cast import Cast, make_record


def test_what_is_due_later_is_not_called_in_a_moment() -> None:
    with translation.override("zh-hans"):
        assert str(DEADLINE_LABELS["open"]) == "三个月以后"


def test_an_address_becomes_filters() -> None:
    given = QueryDict("q= seal &fields=a&fields=b&fields=a&order=title&page=3&evil=1")
    filters = read_filters("need", given)

    assert filters.query == "seal" and filters.order == "title" and filters.page == 3
    assert dict(filters.chosen) == {"fields": ("a", "b")}


@pytest.mark.parametrize("page", ["-1", "x", "", "9" * 50, "１"])
def test_a_page_that_is_none_is_the_first(page: str) -> None:
    given = QueryDict(mutable=True)
    given["page"] = page

    assert read_filters("need", given).page == 1


def test_orders_fit_the_kind() -> None:
    assert "deadline" in [name for name, _label, _chosen in orders_of(Filters("need"))]
    found = {name for name, _label, _chosen in orders_of(Filters("expert"))}
    assert not {"deadline", "readiness"} & found


@pytest.mark.parametrize(
    ("query", "order", "chosen", "label"),
    [
        ("", "best", "best", "Newest first"),
        ("", "newest", "best", "Newest first"),
        ("", "title", "title", "Title"),
        ("seal", "best", "best", "Best match"),
        ("seal", "newest", "newest", "Newest first"),
    ],
)
def test_without_words_the_best_are_the_newest(
    query: str, order: str, chosen: str, label: str
) -> None:
    orders = orders_of(Filters("need", query=query, order=order))

    assert [(n, str(said)) for n, said, is_chosen in orders if is_chosen] == [(chosen, label)]
    assert [str(said) for _name, said, _chosen in orders].count("Newest first") == 1


def view_of(cast: Cast, **said: object) -> RecordView:
    record = make_record(cast.company, "need", content=said, levels={"identity": "named"})
    return get_view(cast.audience(cast.rival), record.code)


def test_a_card_shows_the_text_that_has_the_words(cast: Cast) -> None:
    view = view_of(cast, summary="In short.", body="It speaks of sand at length.")

    assert "<mark>sand</mark>" in card_of(view, "sand")["summary"]
    assert card_of(view, "")["summary"] == "In short."
    assert card_of(view)["owner"] == "" and card_of(view)["is_blind"]


def test_a_preview_opens_what_the_levels_open(cast: Cast) -> None:
    record = make_record(
        cast.lab,
        stage="draft",
        levels={"identity": "zone", "confidential": "named"},
        content={"details": "Secret."},
    )
    visitor = preview_of(record, "visitor", "en")
    member = preview_of(record, "member", "en")

    assert visitor is not None and visitor.owner is None and visitor.groups == {"teaser"}
    assert member is not None and member.owner is not None
    assert "details" not in member.values
    assert record.run.stage == "draft"


@pytest.mark.parametrize("level", ["named", "private"])
def test_a_preview_of_what_is_closed_is_nothing(cast: Cast, level: str) -> None:
    levels = {"teaser": level, "identity": level, "confidential": level}
    record = make_record(cast.lab, stage="draft", levels=levels)

    assert preview_of(record, "member", "en") is None


@pytest.mark.parametrize(
    ("kind", "type_name"),
    [
        ("achievement", "CreativeWork"),
        ("need", "Demand"),
        ("company", "Organization"),
        ("expert", "Person"),
        ("equipment", "Product"),
        ("service", "Service"),
    ],
)
def test_every_kind_has_structured_data(cast: Cast, kind: str, type_name: str) -> None:
    record = make_record(cast.lab, kind, title="A & B <i>")
    view = public_view(record)
    assert view is not None
    said = structured_data(view, "https://zone.example/r/1/")

    assert "<" not in said and "&" not in said
    assert json.loads(said)["@type"] == type_name and json.loads(said)["name"] == "A & B <i>"


def test_what_visitors_do_not_see_has_no_public_view(cast: Cast) -> None:
    assert public_view(make_record(cast.lab, levels={"teaser": "zone"})) is None
    assert public_view(make_record(cast.lab, stage="draft")) is None


def test_a_description_is_one_short_line(cast: Cast) -> None:
    view = view_of(cast, summary="Word\n" * 100)

    assert len(description_of(view)) <= 200 and "\n" not in description_of(view)


def test_a_reader_of_the_other_language_gets_its_title_and_summary(cast: Cast) -> None:
    said = {"summary": "Sand wears.", "title_other": "密封", "summary_other": "砂磨损。"}
    view = view_of(cast, **said)

    assert card_of(view)["title_second"] == "" and card_of(view)["summary"] == "Sand wears."
    with translation.override("zh-hans"):
        card = card_of(view)
        assert (card["title"], card["title_second"]) == ("密封", view.title)
        assert card["summary"] == "砂磨损。"
        assert card["summary_language"] == "zh-hans"
        # What was looked for is shown, in whichever text it stands.
        assert card_of(view, "sand")["summary_language"] == "en"
