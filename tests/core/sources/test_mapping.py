from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from terrace.errors import InputError
from terrace.sources.mapping import (
    ColumnMapping,
    read_mapping,
    require_known_targets,
    target_of,
)

WriteFile = Callable[[str, bytes | str], Path]

DECLARED = """
fields:
  id: 项目编号
  title: {en: Name, zh: 名称}
  body: [Background, Result]
constants:
  region: CN
date_formats: ["%d.%m.%Y"]
"""


def test_a_mapping_is_read(write_file: WriteFile) -> None:
    mapping = read_mapping(write_file("m.yaml", DECLARED))
    assert mapping.columns == {
        "id": ("项目编号",),
        "title_en": ("Name",),
        "title_zh": ("名称",),
        "body": ("Background", "Result"),
    }
    assert mapping.constants == {"region": "CN"}
    assert mapping.date_formats == ("%d.%m.%Y",)


def test_column_names_are_always_text(write_file: WriteFile) -> None:
    mapping = read_mapping(write_file("m.yaml", "fields: {id: no, title: 2024, body: [yes, 1.0]}"))
    assert mapping.columns == {"id": ("no",), "title": ("2024",), "body": ("yes", "1.0")}


def test_an_empty_file_maps_nothing(write_file: WriteFile) -> None:
    assert read_mapping(write_file("m.yaml", "")) == ColumnMapping()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fields: {id: [", "is no readable YAML"),
        ("- id\n- title\n", "is no column mapping"),
        ("columns: {id: x}", "constants, date_formats, fields"),
        ("fields: [id, title]", "'fields' is no mapping"),
        ("constants: zh", "'constants' is no mapping"),
        (b"fields: {id: \xff}", "is no readable YAML"),
    ],
)
def test_a_wrong_mapping_is_refused(write_file: WriteFile, text: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_mapping(write_file("m.yaml", text))


def test_a_missing_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"m\.yaml"):
        read_mapping(tmp_path / "m.yaml")


def test_declared_columns_come_before_names() -> None:
    mapping = ColumnMapping(columns={"title": ("description",)})
    assert target_of("description", mapping, kind="need") == "title"
    assert target_of("abstract", mapping, kind="need") == "body"


def test_a_declared_field_is_not_filled_by_name_as_well() -> None:
    mapping = ColumnMapping(columns={"title": ("Headline",)})
    assert target_of("Headline", mapping, kind="need") == "title"
    assert target_of("title", mapping, kind="need") is None


def test_names_can_be_switched_off() -> None:
    mapping = ColumnMapping(columns={"id": ("no",)}, uses_aliases=False)
    assert target_of("no", mapping, kind="need") == "id"
    assert target_of("title", mapping, kind="need") is None


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (ColumnMapping(columns={"titel": ("x",)}), "kind need. Did you mean 'title'"),
        (ColumnMapping(constants={"readiness": 3}), "Did you mean 'readiness_min'"),
        (ColumnMapping(columns={"qqq": ("x",)}), "Known: body, budget_max"),
    ],
)
def test_fields_that_do_not_exist_are_refused(mapping: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        require_known_targets(mapping, kind="need", file="m.yaml")
    assert message in str(caught.value)


def test_fields_that_exist_are_accepted() -> None:
    mapping = ColumnMapping(columns={"title_zh": ("x",), "budget_max": ("y",)})
    require_known_targets(mapping, kind="need", file="m.yaml")
    with pytest.raises(InputError):
        require_known_targets(mapping, kind="company", file="m.yaml")
