"""The places on the map of what an audience may see, kept while none of it changes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
from django.db.models import Count, Max
from django.utils import timezone

from terrace_web.accounts.audience import Audience
from terrace_web.market.catalogue import catalogue
from terrace_web.market.facets import Filters
from terrace_web.market.visible import Visible, kept
from terrace_web.matching.documents import Document
from terrace_web.matching.mapping import MAPPED
from terrace_web.matching.models import Place

_KEPT = 16
_COLUMNS = ("id", "code", "kind", "title", "fields", "readiness")
_PLACES = pl.Schema({"id": pl.Int64(), "x": pl.Float64(), "y": pl.Float64(), "cluster": pl.Int64()})
Version = tuple[int | None, int]
_lock = threading.Lock()
_seen: OrderedDict[Hashable, "SeenPlaces"] = OrderedDict()


@dataclass(frozen=True, eq=False)
class SeenPlaces:
    """``rows`` of published, visible records with teaser's columns, x, y and cluster.

    ``documents`` has what was written of them, by language.
    """

    version: Version
    visible: tuple[Visible, ...]
    rows: pl.DataFrame
    documents: dict[str, Document] = field(default_factory=dict)

    @cached_property
    def listed(self) -> pl.DataFrame:
        """The rows region by region, then by title."""
        return self.rows.sort("cluster", pl.col("title").str.to_lowercase(), "code")


def see_places(audience: Audience) -> SeenPlaces:
    """What this audience sees on the map, as of now."""
    version, visible = _version(), _visible(audience)
    with _lock:
        found = _seen.get(audience.sight)
    if found is not None and found.version == version and _is_same(found.visible, visible):
        return found
    made = SeenPlaces(version, visible, _join(visible))
    with _lock:
        _seen[audience.sight] = made
        _seen.move_to_end(audience.sight)
        while len(_seen) > _KEPT:
            _seen.popitem(last=False)
    return made


def _version() -> Version:
    """Places are never changed, only replaced: by rows with higher numbers."""
    counted = Place.objects.aggregate(last=Max("pk"), count=Count("pk"))
    return counted["last"], counted["count"]


def _visible(audience: Audience) -> tuple[Visible, ...]:
    known, today = catalogue.by_kind(), timezone.localdate()
    return tuple(kept.get(known[kind], audience, Filters(kind), today=today) for kind in MAPPED)


def _is_same(these: tuple[Visible, ...], those: tuple[Visible, ...]) -> bool:
    return all(one is other for one, other in zip(these, those, strict=True))


def _join(visible: tuple[Visible, ...]) -> pl.DataFrame:
    placed = list(Place.objects.values_list("record_id", "x", "y", "cluster"))
    places = pl.DataFrame(placed, schema=_PLACES, orient="row")
    rows = pl.concat([each.rows.select(_COLUMNS) for each in visible])
    return rows.join(places, on="id", how="inner", maintain_order="left")
