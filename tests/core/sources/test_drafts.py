import json
from datetime import date
from typing import Any

import pytest

from terrace.errors import Problem
from terrace.records import SCHEMAS, Kind
from terrace.sources.cells import Cells
from terrace.sources.drafts import Draft, draft_record


def draft(kind: Kind, *, formats: tuple[str, ...] = (), **values: Any) -> Draft:
    cells = Cells(by_target={name: [value] for name, value in values.items()})
    return draft_record(kind, cells, date_formats=formats)


def faults(kind: Kind, **values: Any) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in draft(kind, **values).problems]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_draft_has_every_column_of_its_kind(kind: Kind) -> None:
    values = draft(kind, id="1", title="a", name="b").values
    assert list(values) == list(SCHEMAS[kind])


def test_what_is_not_said_is_empty_or_none() -> None:
    values = draft("need", id="1", title="a").values
    assert values["keywords"] == []
    assert values["budget_max"] is None
    assert values["wants_exclusive"] is None
    assert values["currency"] == ""
    assert values["extra"] == "{}"
    assert values["visibility"] == {
        "teaser": "public",
        "identity": "public",
        "confidential": "private",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("readiness_min", "ten"),
        ("budget_min", "some"),
        ("budget_max", -1),
        ("currency", "euros"),
        ("opens", "spring"),
        ("deadline", "2026"),
        ("wants_exclusive", "maybe"),
        ("visibility", "secret"),
        ("language", "klingonese"),
        ("keywords", "a\x00"),
        ("owner", "a\x00"),
    ],
)
def test_a_bad_value_names_its_field(field: str, value: Any) -> None:
    (problem,) = draft("need", **{"id": "1", "title": "a", field: value}).problems
    assert problem.field == ("texts" if field == "language" else field)
    assert problem.message and problem.remedy


def test_all_bad_values_of_a_row_are_found_at_once() -> None:
    found = faults("achievement", id="\x00", title="a", readiness=0, price="x", published="y")
    assert {field for field, _ in found} == {"id", "readiness", "price", "published"}


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("need", {"title": "a"}, "id"),
        ("need", {"id": "1"}, "title"),
        ("achievement", {"id": "1", "keywords": "a"}, "title"),
        ("company", {"id": "1", "title": "a"}, "name"),
        ("expert", {"id": "1"}, "name"),
    ],
)
def test_what_a_record_cannot_do_without(kind: Kind, values: dict[str, str], field: str) -> None:
    assert [name for name, _ in faults(kind, **values)] == [field]


@pytest.mark.parametrize(
    "values",
    [
        {"budget_min": 5, "budget_max": 5},
        {"budget_min": 5},
        {"opens": "2026-01-01", "deadline": "2026-01-01"},
    ],
)
def test_equal_or_single_bounds_are_in_order(values: dict[str, Any]) -> None:
    assert faults("need", id="1", title="a", **values) == []


def test_formats_of_the_input_come_first() -> None:
    formats = ("%d-%m-%Y",)
    values = draft("need", id="1", title="a", deadline="03-04-2026", formats=formats).values
    assert values["deadline"] == date(2026, 4, 3)


def test_lists_of_several_columns_are_gathered_once_each() -> None:
    cells = Cells(by_target={"id": ["1"], "title": ["a"], "keywords": ["x; y", ["y", "z"]]})
    assert draft_record("need", cells).values["keywords"] == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("general", "own", "expected"),
    [
        ("private", {}, ("private", "private", "private")),
        ("zone", {"visibility_teaser": "public"}, ("public", "zone", "private")),
        ({"teaser": "named"}, {}, ("named", "public", "private")),
        ("", {"visibility_confidential": "zone"}, ("public", "public", "zone")),
    ],
)
def test_levels_of_visibility_by_group(
    general: Any, own: dict[str, str], expected: tuple[str, str, str]
) -> None:
    values = draft("need", id="1", title="a", visibility=general, **own).values
    assert tuple(values["visibility"].values()) == expected


def test_opening_a_record_never_opens_what_is_confidential() -> None:
    values = draft("need", id="1", title="a", visibility="public").values
    assert values["visibility"]["confidential"] == "private"


def test_extra_is_json_that_keeps_what_came() -> None:
    cells = Cells(by_target={"id": ["1"], "title": ["a"]}, extra={"b": [1, {"c": "值"}], "a": None})
    assert json.loads(draft_record("need", cells).values["extra"]) == cells.extra


def test_a_draft_with_problems_is_not_checked_for_sense_as_well() -> None:
    assert draft("need", id="1", budget_max="x").problems == [
        Problem("", 0, "budget_max", "'x' is no amount", "Write digits only, e.g. 1500000")
    ]
