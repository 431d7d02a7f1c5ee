"""Fitting a landscape: project, lay out, cluster, label; from public records only."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import InputError
from terrace.match.landscape.labels import label_clusters
from terrace.match.landscape.landscape import CLUSTERS, POINTS, Landscape
from terrace.match.landscape.layout import find_clusters, lay_out
from terrace.match.landscape.points import Points
from terrace.match.landscape.projection import Projection
from terrace.progress import Progress, silent

FEWEST_POINTS = 20
_STEPS = 3
_WHAT = "Drawing the map"


def fit_landscape(
    points: Sequence[Points], *, seed: int = 0, progress: Progress = silent
) -> Landscape:
    """The map of these points' public records; the same points give the same map.

    Raises:
        InputError: there are fewer than ``FEWEST_POINTS`` public records with a vector.
    """
    named, vectors = _join_public(points)
    progress(_WHAT, 0, _STEPS)
    projection = Projection.fit(vectors, named["language"].to_list())
    reduced = projection(vectors, named["language"].to_list())
    places = lay_out(reduced, seed=seed)
    progress(_WHAT, 1, _STEPS)
    found = find_clusters(places, seed=seed)
    progress(_WHAT, 2, _STEPS)
    placed = named.with_columns(x=places[:, 0], y=places[:, 1], cluster=found)
    clusters = _describe_clusters(placed)
    progress(_WHAT, 3, _STEPS)
    return Landscape(placed.select(POINTS.names()).cast(POINTS), clusters, projection, reduced)


def _join_public(points: Sequence[Points]) -> tuple[pl.DataFrame, npt.NDArray[np.float32]]:
    """record_id, kind, text and language of the public records, with their vectors ``[n, d]``."""
    given = [each.public_ones() for each in points]
    filled = [each for each in given if len(each)]
    count = sum(map(len, filled))
    if count < FEWEST_POINTS:
        raise InputError.of_file(
            "landscape",
            f"{count} public records have vectors, {FEWEST_POINTS} are the fewest for a map",
            "Publish more records, and embed them with a multilingual model",
        )
    named = pl.concat([_name(each) for each in filled]).with_row_index("at")
    # The order of loading must not matter.
    ordered = named.sort("kind", "record_id")
    vectors = np.concatenate([each.vectors for each in filled])[ordered["at"].to_numpy()]
    return ordered.drop("at"), vectors


def _name(points: Points) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "record_id": list(points.record_ids),
            "kind": [points.kind] * len(points),
            "text": list(points.texts),
            "language": points.languages(),
        }
    )


def _describe_clusters(placed: pl.DataFrame) -> pl.DataFrame:
    english, chinese = label_clusters(placed["text"].to_list(), placed["cluster"].to_list())
    middle = placed.group_by("cluster").agg(
        pl.col("x").median(), pl.col("y").median(), size=pl.len()
    )
    numbers = middle["cluster"].to_list()
    labelled = middle.with_columns(
        label_en=pl.Series([english[n] for n in numbers], dtype=pl.List(pl.String)),
        label_zh=pl.Series([chinese[n] for n in numbers], dtype=pl.List(pl.String)),
    )
    return labelled.sort("cluster").select(CLUSTERS.names()).cast(CLUSTERS)
