from typing import Any

import pytest

from terrace.records import Kind
from terrace.sources.targets import find_target, is_target, targets_of


@pytest.mark.parametrize(
    ("column", "kind", "target"),
    [
        ("id", "need", "id"),
        ("Title", "need", "title"),
        ("objective", "need", "summary"),
        ("Abstract", "achievement", "body"),
        ("text", "need", "body"),
        ("description", "need", "body"),
        ("name", "need", "title"),
        ("name", "company", "name"),
        ("TRL", "achievement", "readiness"),
        ("TRL", "need", "readiness_min"),
        ("budget", "need", "budget_max"),
        ("budget", "achievement", None),
        ("Closing date", "need", "deadline"),
        ("organisation", "expert", "organisation"),
        ("organisation", "need", "owner_name"),
        ("名称", "achievement", "title"),
        ("摘要", "achievement", "body"),
        ("关键词", "need", "keywords"),
        ("截止日期", "need", "deadline"),
        ("title_zh", "need", "title_zh"),
        ("Title (zh)", "need", "title_zh"),
        ("title.en", "need", "title_en"),
        ("abstract_fr", "achievement", "body_fr"),
        ("title_cn", "need", "title_zh"),
        ("Title Chinese", "need", "title_zh"),
        ("名称（英文）", "achievement", "title_en"),
        ("visibility_teaser", "need", "visibility_teaser"),
        ("internal_no", "need", None),
        ("region_zh", "need", None),
        ("", "need", None),
    ],
)
def test_columns_are_known_by_their_usual_names(column: str, kind: Kind, target: Any) -> None:
    assert find_target(column, kind=kind) == target


@pytest.mark.parametrize("kind", ["need", "achievement", "company", "expert"])
def test_every_field_is_found_under_its_own_name(kind: Kind) -> None:
    assert {find_target(name, kind=kind) for name in targets_of(kind)} == targets_of(kind)


def test_fields_of_other_kinds_are_no_targets() -> None:
    assert is_target("readiness", kind="achievement")
    assert not is_target("readiness", kind="need")
    assert is_target("body_zh", kind="expert")
