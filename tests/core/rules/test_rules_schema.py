import json
from pathlib import Path
from typing import Any

import pytest
from rulebook_parts import load_yaml

from terrace.rules import Rulebook, load_rulebooks
from terrace.rules.criterion_reading import KINDS
from terrace.rules.labels import STATUSES
from terrace.rules.rulebook import shipped_folder
from terrace.rules.schema import make_schema
from terrace.rules.scores import SCORE_KINDS

SCHEMA = make_schema()


def test_the_shipped_schema_is_up_to_date() -> None:
    shipped = json.loads((shipped_folder() / "rulebook.schema.json").read_text("utf-8"))
    assert shipped == json.loads(json.dumps(SCHEMA))


def test_it_knows_every_kind() -> None:
    kinds = {one["properties"]["kind"]["const"] for one in SCHEMA["$defs"]["criterion"]["oneOf"]}
    assert kinds == set(KINDS)
    kinds = {one["properties"]["kind"]["const"] for one in SCHEMA["$defs"]["score"]["oneOf"]}
    assert kinds == set(SCORE_KINDS)


def problems_of(  # noqa: PLR0911
    value: Any, schema: dict[str, Any], where: str = ""
) -> list[str]:
    """The little of JSON Schema that the schema uses, for objects, lists and choices."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if "oneOf" in schema:
        found = [problems_of(value, one, where) for one in schema["oneOf"]]
        return min(found, key=len)
    if "const" in schema:
        return [] if value == schema["const"] else [f"{where} is {value}"] * 50
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where} is {value}"]
    if schema.get("type") == "array":
        if not isinstance(value, list):
            return [f"{where} is no list"] * 9
        items = schema.get("items", {})
        return [p for n, one in enumerate(value) for p in problems_of(one, items, f"{where}.{n}")]
    if schema.get("type") == "object":
        return problems_of_mapping(value, schema, where)
    if schema.get("type") == "number" and not isinstance(value, int | float):
        return [f"{where} is no number"]
    return []


def problems_of_mapping(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{where} lacks {key}" for key in schema.get("required", []) if key not in value]
    for key, part in value.items():
        if key in known:
            found += problems_of(part, known[key], f"{where}.{key}")
        elif rest is False:
            found.append(f"{where} has {key}")
        elif isinstance(rest, dict):
            found += problems_of(part, rest, f"{where}.{key}")
    return found


@pytest.mark.parametrize("rulebook", load_rulebooks(), ids=lambda rulebook: rulebook.id)
def test_every_shipped_rulebook_keeps_to_it(rulebook: Rulebook) -> None:
    assert problems_of(load_yaml(rulebook.path.read_text("utf-8")), SCHEMA) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("kind: tier", "kind: tear"), ("threshold: 500", "limit: 500"), ("status: secondary", "x: 1")],
)
def test_a_slip_is_caught_by_it(old: str, new: str) -> None:
    text = (shipped_folder() / "tech_sme.yaml").read_text("utf-8")
    assert old in text
    assert problems_of(load_yaml(text.replace(old, new)), SCHEMA)


DOCS = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("kind", sorted({*KINDS, *SCORE_KINDS}))
def test_every_kind_is_in_the_reference(kind: str) -> None:
    assert f"`{kind}`" in (DOCS / "rulebooks.md").read_text("utf-8")


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_in_the_reference(status: str) -> None:
    assert f"`{status}`" in (DOCS / "rulebooks.md").read_text("utf-8")
