"""The landscape of the market: where needs and achievements lie by what they are about."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction

from terrace.errors import InputError, NotFound
from terrace.match.landscape import Landscape, Points, fit_landscape, glosses_of, read_points
from terrace.progress import Progress, silent
from terrace_web.index.corpora import matcher_of
from terrace_web.market.models import Record
from terrace_web.matching.models import Cluster, Place
from terrace_web.predicates import PUBLISHED

MAPPED = ("achievement", "need")
_LONGEST_LABEL = 200


def build_landscape(progress: Progress = silent) -> int:
    """Lay out all indexed records anew; how many are on the map.

    Public records alone decide where things lie and what regions are called; the others are
    placed beside their like. Without vectors, or with a handful of records, there is no map.
    """
    points = [_read(kind) for kind in MAPPED]
    try:
        glosses = glosses_of(matcher_of("achievement").corpus)
        landscape = fit_landscape(points, glosses=glosses, progress=progress)
    except InputError:
        _clear()
        return 0
    shutil.rmtree(landscape_folder(), ignore_errors=True)
    landscape.save(landscape_folder())
    located = pl.concat([landscape.locate(each) for each in points if len(each)])
    with transaction.atomic():
        _store_clusters(landscape.clusters)
        Place.objects.all().delete()
        return _store_places(located)


def place_in_landscape(records: Sequence[Record]) -> int:
    """Place published records on the map that is there, moving nobody else; how many."""
    shown = [record for record in records if record.run.stage == PUBLISHED]
    landscape = _read_landscape() if shown else None
    if landscape is None:
        return 0
    codes = [record.code for record in shown]
    found = [_read(kind, codes) for kind in MAPPED if any(record.kind == kind for record in shown)]
    located = [landscape.locate(points) for points in found if len(points)]
    with transaction.atomic():
        Place.objects.filter(record__in=shown).delete()
        return _store_places(pl.concat(located)) if located else 0


def landscape_folder() -> Path:
    """Where the fitted landscape is kept; it can be thrown away and built anew."""
    return Path(settings.DATA_DIR) / "landscape"


def _read(kind: str, codes: Sequence[str] | None = None) -> Points:
    """The points of a kind; the index does not know which source a record comes from."""
    points = read_points(kind, matcher_of(kind).corpus, codes)
    records = Record.objects.filter(kind=kind)
    asked = records if codes is None else records.filter(code__in=codes)
    sources = dict(asked.values_list("code", "source"))
    return replace(points, sources=[sources.get(each, "") for each in points.record_ids])


def _read_landscape() -> Landscape | None:
    try:
        return Landscape.load(landscape_folder())
    except (NotFound, InputError):
        return None


def _clear() -> None:
    shutil.rmtree(landscape_folder(), ignore_errors=True)
    Place.objects.all().delete()
    Cluster.objects.all().delete()


def _store_clusters(clusters: pl.DataFrame) -> None:
    Cluster.objects.all().delete()
    Cluster.objects.bulk_create(
        Cluster(
            number=row["cluster"],
            x=row["x"],
            y=row["y"],
            label_en=row["label_en"][:_LONGEST_LABEL],
            label_zh=row["label_zh"][:_LONGEST_LABEL],
        )
        for row in clusters.iter_rows(named=True)
    )


def _store_places(located: pl.DataFrame) -> int:
    ids = dict(Record.objects.filter(kind__in=MAPPED).values_list("code", "pk"))
    places = [
        Place(record_id=ids[row["record_id"]], x=row["x"], y=row["y"], cluster=row["cluster"])
        for row in located.iter_rows(named=True)
        if row["record_id"] in ids
    ]
    Place.objects.bulk_create(places, batch_size=1_000)
    return len(places)
