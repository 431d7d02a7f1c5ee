"""The JSON schema of a rulebook, for editors: completion and red marks while typing."""

from collections.abc import Iterable, Mapping
from typing import Any

from terrace.rules.criteria import RELATIONS
from terrace.rules.criterion_reading import KEYS
from terrace.rules.facts import UNITS
from terrace.rules.labels import STATUSES
from terrace.rules.scores import SCORE_KINDS

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "minLength": 1}
_NUMBER: Schema = {"type": "number"}
_DAY: Schema = {"type": "string", "format": "date"}
_POINTS: Schema = {
    "oneOf": [
        {"type": "number", "minimum": 0},
        {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 2, "maxItems": 2},
    ]
}
_STATUS: Schema = {"enum": list(STATUSES)}
_CRITERIA: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/criterion"}}
_SCORES: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/score"}}
_NAMED: Schema = {"en": _TEXT, "zh": _TEXT}
_KEYS: Mapping[str, Schema] = {
    "threshold": {
        "type": ["number", "string"],
        "description": "of a date: a day, or as_of - 3 years",
    },
    "measure": _TEXT,
    "by": _TEXT,
    "score": _TEXT,
    "relation": {"enum": list(RELATIONS)},
    "values": {"type": "array", "minItems": 1},
    "need": {"type": "integer", "minimum": 1},
    "max": _NUMBER,
    "min": _NUMBER,
    "cap": _NUMBER,
    "otherwise": _POINTS,
}


def make_schema() -> Schema:
    """The schema of a rulebook, as JSON Schema of 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Terrace rulebook",
        **_mapping(
            {
                "id": _TEXT,
                "kind": {"enum": ["tier", "policy", "designation"]},
                **_NAMED,
                "country": _TEXT,
                "versions": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/version"}},
            },
            {
                "certificate_years": _NUMBER,
                "measures": {"type": "array", "items": {"$ref": "#/$defs/measure"}},
            },
        ),
        "$defs": {
            "version": _version(),
            "measure": _measure(),
            "criterion": {"oneOf": [_criterion(kind) for kind in KEYS]},
            "score": {"oneOf": [_score(kind) for kind in SCORE_KINDS]},
        },
    }


def _mapping(required: Mapping[str, Schema], optional: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _version() -> Schema:
    period = _mapping({"mode": {"enum": ["first", "renewal"]}}, {"from": _DAY, "to": _DAY})
    return _mapping(
        {
            "id": _TEXT,
            "status": _STATUS,
            "source": _mapping({"title": _TEXT}, {"title_zh": _TEXT, "address": _TEXT}),
            "periods": {"type": "array", "minItems": 1, "items": period},
            "criteria": _CRITERIA,
        },
        {
            "scores": _SCORES,
            "scope": {"$ref": "#/$defs/criterion"},
            "points": _TEXT,
            "windows": {"type": "array", "items": _mapping({"from": _DAY, "to": _DAY}, {})},
            "note": _TEXT,
            "note_zh": _TEXT,
            "benefit": _mapping(_NAMED, {}),
        },
    )


def _measure() -> Schema:
    case = _mapping({"use": _TEXT}, {"when": _TEXT})
    return _mapping(
        {"id": _TEXT, "unit": {"enum": list(UNITS)}, **_NAMED},
        {"is": _TEXT, "cases": {"type": "array", "minItems": 1, "items": case}},
    )


def _criterion(kind: str) -> Schema:
    required, optional = KEYS[kind]
    return _mapping(
        {"id": _TEXT, "kind": {"const": kind}, **_NAMED, **_keys(required, "criterion")},
        {
            "clause": _TEXT,
            "status": _STATUS,
            "note": _TEXT,
            "only_in": {"enum": ["first", "renewal"]},
            "applies_when": {"$ref": "#/$defs/criterion"},
            **_keys(optional, "criterion"),
        },
    )


def _score(kind: str) -> Schema:
    required, optional = SCORE_KINDS[kind]
    return _mapping(
        {"id": _TEXT, "kind": {"const": kind}, **_NAMED, **_keys(required, "score")},
        {"clause": _TEXT, "status": _STATUS, "note": _TEXT, **_keys(optional, "score")},
    )


def _keys(names: Iterable[str], of: str) -> Mapping[str, Schema]:
    own: Mapping[str, Schema] = {
        "of": _CRITERIA if of == "criterion" else _SCORES,
        "bands": _bands(of),
        "cases": {
            "type": "array",
            "items": _mapping({"when": {"$ref": "#/$defs/criterion"}, "points": _POINTS}, {}),
        },
        "points": {"type": "object", "additionalProperties": _POINTS},
    }
    return {name: own.get(name) or _KEYS[name] for name in names}


def _bands(of: str) -> Schema:
    if of == "criterion":
        band = _mapping({"threshold": _NUMBER}, {"up_to": _NUMBER})
    else:
        band = _mapping({"points": _POINTS}, dict.fromkeys(RELATIONS, _NUMBER))
    return {"type": "array", "minItems": 1, "items": band}
