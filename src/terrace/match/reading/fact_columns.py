"""The columns of a frame of facts: what gates may compare, and the words it stands in."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from terrace.criteria.expressions import DTYPES
from terrace.criteria.tokens import FactType

FactKind = Literal["need", "achievement"]
Facts = dict[str, Any]
"""Some columns of one row of facts."""

_SHARED: Mapping[str, FactType] = {
    "languages": "text",
    "languages_stated": "truth",
    "country": "text",
    "region": "text",
    "export_regime": "text",
    "export_country": "text",
    "export_owners_only": "truth",
    "export_certain": "truth",
    "terms": "text",
    "currency": "text",
}
FACT_TYPES: Mapping[FactKind, Mapping[str, FactType]] = {
    "need": {
        **_SHARED,
        "readiness_min": "number",
        "readiness_certain": "truth",
        "readiness_target": "number",
        "budget_max": "number",
        "budget_certain": "truth",
        "deadline": "date",
        "exclusive_only": "truth",
        "wants_exclusive": "truth",
        "regions": "text",
        "regions_certain": "truth",
        "places_known": "truth",
    },
    "achievement": {
        **_SHARED,
        "readiness": "number",
        "readiness_certain": "truth",
        "price": "number",
        "offers_licence": "truth",
        "licensed_exclusively": "truth",
        "licence_certain": "truth",
        "owner": "text",
        "owner_known": "truth",
        "shared_rights": "truth",
        "funder": "text",
        "obligations": "text",
        "obligations_known": "truth",
        "open_source": "truth",
        "restrictive": "truth",
    },
}
"""The facts that gates may name, by kind of record; amounts are in ``currency``."""

TOPICS: Mapping[FactKind, Sequence[str]] = {
    "need": (
        "readiness",
        "budget",
        "deadline",
        "terms",
        "languages",
        "region",
        "export",
        "exclusive",
    ),
    "achievement": (
        "readiness",
        "price",
        "terms",
        "languages",
        "region",
        "export",
        "licence",
        "owner",
        "obligations",
    ),
}
"""What each kind has a ``<topic>_quote`` and a ``<topic>_source`` for."""

LISTS: Mapping[FactKind, Sequence[str]] = {
    "need": ("language_list", "term_list", "place_list", "partial_list"),
    "achievement": ("language_list", "term_list", "place_list"),
}
"""List columns that pairs are compared by."""

_ALWAYS = ("id", "texts", "languages", "region", "export_control", "terms", "currency")
COLUMNS: Mapping[FactKind, Sequence[str]] = {
    "need": (*_ALWAYS, "readiness_min", "budget_max", "deadline", "wants_exclusive", "regions"),
    "achievement": (
        *(*_ALWAYS, "readiness", "price", "licensed_exclusively", "owner", "owner_name"),
        *("funder", "obligations"),
    ),
}
"""The columns of a record that facts are read from."""


def schema_of(kind: FactKind) -> pl.Schema:
    """The schema of a frame of facts."""
    quotes = {
        f"{topic}_{part}": pl.String() for topic in TOPICS[kind] for part in ("quote", "source")
    }
    lists = {name: pl.List(pl.String()) for name in LISTS[kind]}
    facts = {name: DTYPES[fact_type] for name, fact_type in FACT_TYPES[kind].items()}
    return pl.Schema({"id": pl.String(), **facts, **quotes, **lists})
