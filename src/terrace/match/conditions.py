"""Conditions over the attributes of records, as a person writes them: readiness >= 5."""

from collections.abc import Mapping, Sequence

import polars as pl

from terrace.criteria.expressions import Expression, parse_condition
from terrace.criteria.tokens import FactType
from terrace.records import SCHEMAS, Kind

# Days are compared as texts, 2026-05-01, whose order is that of time.
_TYPES: Mapping[pl.DataType, FactType] = {
    pl.String(): "text",
    pl.Int64(): "number",
    pl.Float64(): "number",
    pl.Boolean(): "truth",
    pl.Date(): "text",
}
_UNSEARCHED = frozenset({"id", "extra"})


def list_attributes(kind: Kind) -> dict[str, FactType]:
    """What conditions over records of a kind may name, with its type; days are texts, 2026-05-01.

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
    condition = parse_condition(text, list_attributes(kind), where=f"condition on {kind}s")
    days = [name for name in condition.facts if SCHEMAS[kind].get(name) == pl.Date()]
    return _spell_days(condition, days) if days else condition.polars


def _spell_days(condition: Expression, days: Sequence[str]) -> pl.Expr:
    """The condition over the same columns, with days as texts."""

    def evaluate(facts: pl.Series) -> pl.Series:
        spelled = facts.struct.unnest().with_columns(pl.col(days).cast(pl.String))
        return spelled.select(condition.polars.alias("met")).to_series()

    return pl.struct(condition.facts).map_batches(evaluate, return_dtype=pl.Boolean())
