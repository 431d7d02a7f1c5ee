from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from terrace.sources.cells import Cells, sort_cells
from terrace.sources.mapping import ColumnMapping


def sort(values: dict[str, Any], mapping: ColumnMapping | None = None) -> Cells:
    return sort_cells(values, mapping or ColumnMapping(), kind="need", targets={})


def test_known_columns_go_to_fields_and_others_to_extra() -> None:
    cells = sort({"id": "1", "Abstract": "b", "internal_no": 7})
    assert cells.by_target == {"id": ["1"], "body": ["b"]}
    assert cells.extra == {"internal_no": 7}


def test_blank_values_are_nowhere() -> None:
    cells = sort({"id": "1", "title": " ", "a": None, "b": [], "c": {}, "zero": 0, "no": False})
    assert cells.by_target == {"id": ["1"]}
    assert cells.extra == {"zero": 0, "no": False}


def test_texts_gather_their_columns_and_single_fields_take_the_first() -> None:
    cells = sort({"abstract": "a", "description": "b", "closes": "2026", "close_date": "2027"})
    assert cells.by_target == {"body": ["a", "b"], "deadline": ["2026"]}
    assert cells.extra == {"close_date": "2027"}


def test_declared_columns_keep_the_declared_order() -> None:
    mapping = ColumnMapping(columns={"body": ("result", "background")})
    cells = sort({"background": "b", "id": "1", "result": "r"}, mapping)
    assert cells.by_target["body"] == ["r", "b"]


def test_constants_fill_only_what_is_missing() -> None:
    mapping = ColumnMapping(constants={"region": "CN", "language": "zh"})
    assert sort({"region": "DE"}, mapping).by_target == {"region": ["DE"], "language": ["zh"]}
    assert sort({"region": ""}, mapping).by_target == {"region": ["CN"], "language": ["zh"]}


def test_extra_that_came_from_a_zone_is_opened_again() -> None:
    assert sort({"extra": '{"a": 1}', "b": 2}).extra == {"a": 1, "b": 2}
    assert sort({"extra": {"a": 1}}).extra == {"a": 1}
    assert sort({"extra": "a note"}).extra == {"extra": "a note"}


@given(st.dictionaries(st.text(), st.text().filter(lambda text: text.strip())))
def test_no_value_is_lost(values: Any) -> None:
    values.pop("extra", None)
    cells = sort(values)
    placed = [value for listed in cells.by_target.values() for value in listed]
    assert sorted([*placed, *cells.extra.values()]) == sorted(values.values())
