"""Filtering and counting over the catalogue's frame."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from terrace_web.accounts.audience import Audience
from terrace_web.permissions import mask

FACETS = ("fields", "terms", "readiness", "language", "owner", "region", "deadline")
_LISTS, _NUMBERS = ("fields", "terms"), ("readiness", "owner")
_MOST_DIGITS = 18
_MOST_VALUES = 40
DEADLINES = ("month", "quarter", "open", "past")
_ORDERS: Mapping[str, Callable[[str], int]] = {"readiness": int, "deadline": DEADLINES.index}
_DAYS = {"month": 31, "quarter": 92}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; ``chosen`` maps a facet to its chosen values (any of them).

    ``mine`` keeps the records of the user's own organisations, in every stage.
    """

    kind: str
    query: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mine: bool = False
    order: str = "best"
    page: int = 1


def select_visible(
    rows: pl.DataFrame, audience: Audience, filters: Filters, *, today: date
) -> pl.DataFrame:
    """Those of the rows that the audience may see, with the columns facets need."""
    visible = rows.filter(mask("market:record:see", audience) & _scope(filters, audience))
    named = mask("market:record:see_identity", audience)
    return visible.with_columns(
        # A hidden owner must not be counted, filtered by or guessed.
        owner=pl.when(named).then(pl.col("owner_id")),
        deadline_in=_deadline_expression(today).cast(pl.Enum(DEADLINES)),
        country=pl.col("region").cast(pl.String).str.head(2).cast(pl.Categorical),
    )


def apply_filters(rows: pl.DataFrame, filters: Filters, *, but: str = "") -> pl.DataFrame:
    """The rows that fit all chosen facets, or all but one (to count that one's values)."""
    conditions = [
        _condition(facet, values)
        for facet, values in filters.chosen.items()
        if facet in FACETS and facet != but and values
    ]
    return rows.filter(conditions) if conditions else rows


def count_facets(
    rows: pl.DataFrame, filters: Filters, kept: pl.DataFrame
) -> dict[str, list[tuple[str, int]]]:
    """Per facet its values with their counts under the other facets' choices, most first.

    ``kept`` are those of the rows that fit all of them (``apply_filters``).
    """
    counts = {}
    for facet in FACETS:
        is_chosen = bool(filters.chosen.get(facet))
        counts[facet] = _count(
            apply_filters(rows, filters, but=facet) if is_chosen else kept, facet
        )
    return counts


def _scope(filters: Filters, audience: Audience) -> pl.Expr:
    if filters.mine:
        return pl.col("owner_id").is_in(list(audience.member_of))
    return pl.col("stage") == "published"


def _condition(facet: str, values: Sequence[str]) -> pl.Expr:
    wanted = [str(value) for value in values]
    if facet == "region":
        # A country holds its provinces.
        within = pl.col("country").is_in([value for value in wanted if "-" not in value])
        return (pl.col("region").is_in(wanted) | within).fill_null(value=False)
    if facet in _LISTS:
        return pl.any_horizontal(pl.col(facet).list.contains(value) for value in wanted)
    if facet in _NUMBERS:
        numbers = [
            int(value) for value in wanted if value.isdecimal() and len(value) <= _MOST_DIGITS
        ]
        return pl.col(facet).is_in(numbers).fill_null(value=False)
    return pl.col(_column_of(facet)).is_in(wanted).fill_null(value=False)


def _count(rows: pl.DataFrame, facet: str) -> list[tuple[str, int]]:
    column = rows[_column_of(facet)]
    values = column.explode() if facet in _LISTS else column
    counted = values.drop_nulls().value_counts(sort=True, name="n")
    # Companies have as many owners as there are; regions have to be added up by country.
    most = counted if facet == "region" else counted.head(_MOST_VALUES + 1)
    counts = [(str(value), int(count)) for value, count in most.iter_rows() if str(value)]
    found = (_with_countries(counts) if facet == "region" else counts)[:_MOST_VALUES]
    order = _ORDERS.get(facet)
    return sorted(found, key=lambda counted: order(counted[0])) if order else found


def _with_countries(counts: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """With what lies in a country's provinces counted for the country too."""
    totals = Counter(dict(counts))
    for region, count in counts:
        if "-" in region:
            totals[region.split("-")[0]] += count
    return totals.most_common()


def _column_of(facet: str) -> str:
    return "deadline_in" if facet == "deadline" else facet


def _deadline_expression(today: date) -> pl.Expr:
    days = (pl.col("deadline") - pl.lit(today)).dt.total_days()
    return (
        pl.when(pl.col("deadline").is_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(days < 0)
        .then(pl.lit("past"))
        .when(days <= _DAYS["month"])
        .then(pl.lit("month"))
        .when(days <= _DAYS["quarter"])
        .then(pl.lit("quarter"))
        .otherwise(pl.lit("open"))
    )
