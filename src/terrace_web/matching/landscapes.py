"""Reading the map: points and regions of what the audience may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import polars as pl
from django.urls import reverse

from terrace_web.accounts.audience import Audience
from terrace_web.market.display import field_label
from terrace_web.matching.documents import Document, write_document
from terrace_web.matching.models import Cluster
from terrace_web.matching.places import see_places

PAGE_SIZE = 50
_SOME_CODE = "SOME-CODE"


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
    rows = see_places(audience).rows
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
    named = [each for each in _regions(audience, set(rows["cluster"])) if each["label"]]
    return {"points": points, "clusters": named}


def map_document(audience: Audience) -> Document:
    """``map_data`` as JSON; kept, since it is long and seldom changes."""
    seen = see_places(audience)
    if audience.language not in seen.documents:
        seen.documents[audience.language] = write_document(map_data(audience))
    return seen.documents[audience.language]


def list_map(audience: Audience, filters: MapFilters) -> MapPage:
    """The same as a list that is read without a picture, region by region."""
    seen = see_places(audience)
    kept = _narrow(seen.listed, filters)
    pages = max(1, -(-kept.height // PAGE_SIZE))
    page = min(max(1, filters.page), pages)
    names = {each["number"]: each["label"] for each in _regions(audience, set(kept["cluster"]))}
    shown = kept.slice((page - 1) * PAGE_SIZE, PAGE_SIZE)
    regions = [
        (names.get(cluster, ""), [_describe(row) for row in part.iter_rows(named=True)])
        for (cluster,), part in shown.group_by("cluster", maintain_order=True)
    ]
    return MapPage(regions, _count_fields(seen.rows), kept.height, page, pages)


def _narrow(rows: pl.DataFrame, filters: MapFilters) -> pl.DataFrame:
    kept = rows
    if filters.kinds:
        kept = kept.filter(pl.col("kind").is_in(list(filters.kinds)))
    if filters.fields:
        wanted = list(filters.fields)
        has = pl.any_horizontal(pl.col("fields").list.contains(each) for each in wanted)
        kept = kept.filter(has)
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
            "label": each.label_zh if is_chinese else each.label_en,
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
    return _address_pattern().replace(_SOME_CODE, quote(code))


@cache
def _address_pattern() -> str:
    # Reversing ten thousand addresses one by one takes half a second.
    return reverse("market:record", args=[_SOME_CODE])
