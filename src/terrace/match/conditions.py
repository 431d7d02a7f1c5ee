"""Conditions over the attributes of records, as a person writes them: readiness >= 5."""

from collections.abc import Mapping

import polars as pl

from terrace.criteria.expressions import parse_condition
from terrace.criteria.tokens import FactType
from terrace.records import SCHEMAS, Kind

_TYPES: Mapping[pl.DataType, FactType] = {
    pl.String(): "text",
    pl.Int64(): "number",
    pl.Float64(): "number",
    pl.Boolean(): "truth",
    pl.Date(): "date",
}
_UNSEARCHED = frozenset({"id", "extra"})


def list_attributes(kind: Kind) -> dict[str, FactType]:
    """What conditions over records of a kind may name, with its type.

    ``language`` is that of the text, as stated or detected.
    """
    named = {
        name: _TYPES[dtype]
        for name, dtype in SCHEMAS[kind].items()
        if dtype in _TYPES and name not in _UNSEARCHED
    }
    return {"language": "text", **named}


def parse_where(kind: Kind, text: str) -> pl.Expr:
    """The condition over records of a kind as a filter; what is missing does not pass.

    Raises:
        CriteriaError: what is wrong with it, and what may be written.
    """
    return parse_condition(text, list_attributes(kind), where=f"--where on {kind}s").polars
