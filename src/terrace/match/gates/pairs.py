"""The facts of pairs: those of both records side by side, and what only a pair has."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from terrace.criteria.tokens import FactType
from terrace.errors import CriteriaError, NotFound
from terrace.match.reading.fact_columns import FACT_TYPES, FactKind

PAIR_FACT_TYPES: Mapping[str, FactType] = {
    "pair.today": "date",
    "pair.days_left": "number",
    "pair.same_currency": "truth",
    "pair.comparable_price": "number",
    "pair.shared_terms": "number",
    "pair.shared_languages": "number",
    "pair.region_allowed": "truth",
    "pair.export_regime": "text",
    "pair.export_country": "text",
    "pair.export_owners_only": "truth",
    "pair.export_eligible": "truth",
}
GATE_FACT_TYPES: Mapping[str, FactType] = {
    **{f"{kind}.{name}": t for kind, facts in FACT_TYPES.items() for name, t in facts.items()},
    **PAIR_FACT_TYPES,
}
"""Every fact a gate may name."""


def pair_facts(
    pairs: pl.DataFrame, needs: pl.DataFrame, achievements: pl.DataFrame, *, today: date
) -> pl.DataFrame:
    """The facts of both sides, and of the pair, each pair once, in the order of the pairs.

    Args:
        pairs: columns need_id and achievement_id; others are left out.
        needs: ``read_facts("need", ...)``, at least of the needs in pairs.
        achievements: ``read_facts("achievement", ...)`` likewise.
        today: the day on which the pair is looked at.

    Returns:
        need_id, achievement_id, every fact of ``GATE_FACT_TYPES``, quotes and lists.

    Raises:
        CriteriaError: pairs lacks a column.
        NotFound: a pair names a record whose facts are not there.
    """
    joined = _join_side(_join_side(_ids_of(pairs), "need", needs), "achievement", achievements)
    return joined.with_columns(
        *_money_facts(), *_list_facts(), *_export_facts(), pl.lit(today).alias("pair.today")
    ).with_columns(
        (pl.col("need.deadline") - pl.col("pair.today")).dt.total_days().alias("pair.days_left")
    )


def _ids_of(pairs: pl.DataFrame) -> pl.DataFrame:
    absent = {"need_id", "achievement_id"} - set(pairs.columns)
    if absent:
        raise CriteriaError(f"the pairs lack {', '.join(sorted(absent))}; add the column")
    ids = pairs.select(pl.col("need_id", "achievement_id").cast(pl.String))
    return ids.unique(maintain_order=True)


def _join_side(pairs: pl.DataFrame, kind: FactKind, facts: pl.DataFrame) -> pl.DataFrame:
    key = f"{kind}_id"
    lost = pairs.select(key).unique().join(facts, left_on=key, right_on="id", how="anti")
    if lost.height:
        raise NotFound(
            f"no facts of {kind} '{lost[key][0]}' ({lost.height} in all); "
            f"pass the {kind}s that the pairs name"
        )
    if facts["id"].is_duplicated().any():
        raise CriteriaError(f"an id stands twice among the {kind}s; keep one record of each id")
    prefixed = facts.rename(lambda name: key if name == "id" else f"{kind}.{name}")
    return pairs.join(prefixed, on=key, how="left", maintain_order="left")


def _money_facts() -> list[pl.Expr]:
    same = pl.col("need.currency") == pl.col("achievement.currency")
    return [
        same.alias("pair.same_currency"),
        pl.when(same).then(pl.col("achievement.price")).alias("pair.comparable_price"),
    ]


def _list_facts() -> list[pl.Expr]:
    return [
        _shared("term_list").alias("pair.shared_terms"),
        _shared("language_list").alias("pair.shared_languages"),
        _region_allowed().alias("pair.region_allowed"),
    ]


def _shared(name: str) -> pl.Expr:
    """How many entries the two lists share; missing where one of them is empty."""
    need, achievement = pl.col(f"need.{name}"), pl.col(f"achievement.{name}")
    both = (need.list.len() > 0) & (achievement.list.len() > 0)
    return pl.when(both).then(need.list.set_intersection(achievement).list.len())


def _region_allowed() -> pl.Expr:
    """Missing where a place is not known, or only a wider one than those allowed."""
    partly = pl.col("need.partial_list").list.contains(pl.col("achievement.region"))
    known = ~partly & pl.col("achievement.country").is_not_null()
    allowed = _shared("place_list") > 0
    return pl.when(allowed).then(True).when(known & pl.col("need.places_known")).then(allowed)


def _export_facts() -> list[pl.Expr]:
    eligible = _eligible("need", "achievement") & _eligible("achievement", "need")
    regimes = pl.concat_str(
        pl.col("need.export_regime", "achievement.export_regime"),
        separator=" / ",
        ignore_nulls=True,
    )
    return [
        eligible.alias("pair.export_eligible"),
        pl.when(regimes != "").then(regimes).alias("pair.export_regime"),
        pl.coalesce("need.export_country", "achievement.export_country").alias(
            "pair.export_country"
        ),
        (_owners_only("need") | _owners_only("achievement")).alias("pair.export_owners_only"),
    ]


def _eligible(restricted: FactKind, other: FactKind) -> pl.Expr:
    """Whether the other side sits in the country that the restriction lets through."""
    free = pl.col(f"{restricted}.export_regime").is_null()
    inside = pl.col(f"{other}.country") == pl.col(f"{restricted}.export_country")
    return pl.when(free).then(True).otherwise(inside)


def _owners_only(kind: FactKind) -> pl.Expr:
    only = pl.col(f"{kind}.export_owners_only") & pl.col(f"{kind}.export_certain")
    return only.fill_null(False)
