"""Reading the map: points and regions of what the audience may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.urls import reverse

from terrace_web.accounts.audience import Audience
from terrace_web.market.catalogue import catalogue
from terrace_web.market.display import field_label
from terrace_web.matching.mapping import MAPPED
from terrace_web.matching.models import Cluster, Place
from terrace_web.permissions import mask

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MapFilters:
    """What the map's list is narrowed to; empty choices keep everything."""

    kinds: Sequence[str] = ()
    fields: Sequence[str] = ()
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class MapPage:
    """The map as a list: one page of its points by region, and what can be filtered by."""

    regions: list[tuple[str, list[dict[str, Any]]]]
    fields: list[tuple[str, str, int]]
    total: int
    page: int
    pages: int


def map_data(audience: Audience) -> dict[str, list[dict[str, Any]]]:
    """Points and clusters for the picture: titles of visible records alone."""
    rows = _visible_points(audience)
    points = [
        {
            "x": round(row["x"], 4),
            "y": round(row["y"], 4),
            "kind": row["kind"],
            "title": row["title"],
            "fields": row["fields"],
            "url": _address_of(row["code"]),
        }
        for row in rows.iter_rows(named=True)
    ]
    return {"points": points, "clusters": _regions(audience, set(rows["cluster"]))}


def list_map(audience: Audience, filters: MapFilters) -> MapPage:
    """The same as a list that is read without a picture, region by region."""
    rows = _visible_points(audience)
    kept = _narrow(rows, filters).sort("cluster", pl.col("title").str.to_lowercase(), "code")
    pages = max(1, -(-kept.height // PAGE_SIZE))
    page = min(max(1, filters.page), pages)
    names = {each["number"]: each["label"] for each in _regions(audience, set(kept["cluster"]))}
    shown = kept.slice((page - 1) * PAGE_SIZE, PAGE_SIZE)
    regions = [
        (names.get(cluster, ""), [_describe(row) for row in part.iter_rows(named=True)])
        for (cluster,), part in shown.group_by("cluster", maintain_order=True)
    ]
    return MapPage(regions, _count_fields(rows), kept.height, page, pages)


def _visible_points(audience: Audience) -> pl.DataFrame:
    """The places of published records that the audience may see, with their teaser's columns."""
    places = pl.DataFrame(
        list(Place.objects.values_list("record_id", "x", "y", "cluster")),
        schema={"id": pl.Int64, "x": pl.Float64, "y": pl.Float64, "cluster": pl.Int64},
        orient="row",
    )
    visible = catalogue.frame().filter(
        pl.col("kind").is_in(list(MAPPED))
        & (pl.col("stage") == "published")
        & mask("market:record:see", audience)
    )
    return visible.select("id", "code", "kind", "title", "fields", "readiness").join(
        places, on="id", how="inner", maintain_order="left"
    )


def _narrow(rows: pl.DataFrame, filters: MapFilters) -> pl.DataFrame:
    kept = rows
    if filters.kinds:
        kept = kept.filter(pl.col("kind").is_in(list(filters.kinds)))
    if filters.fields:
        wanted = list(filters.fields)
        kept = kept.filter(pl.col("fields").list.eval(pl.element().is_in(wanted)).list.any())
    if filters.words.strip():
        words = filters.words.strip().lower()
        kept = kept.filter(pl.col("title").str.to_lowercase().str.contains(words, literal=True))
    return kept


def _regions(audience: Audience, numbers: set[int]) -> list[dict[str, Any]]:
    """The regions with something visible in them; an empty one would tell of what is hidden."""
    is_chinese = audience.language.startswith("zh")
    return [
        {
            "number": each.number,
            "x": each.x,
            "y": each.y,
            "label": (each.label_zh if is_chinese else each.label_en)
            or each.label_en
            or each.label_zh,
        }
        for each in Cluster.objects.order_by("number")
        if each.number in numbers
    ]


def _count_fields(rows: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Code, name and count, most first."""
    counted = rows["fields"].explode().drop_nulls().value_counts(sort=True, name="n")
    return [(code, field_label(code), count) for code, count in counted.head(20).iter_rows()]


def _describe(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "url": _address_of(row["code"])}


def _address_of(code: str) -> str:
    return reverse("market:record", args=[code])
