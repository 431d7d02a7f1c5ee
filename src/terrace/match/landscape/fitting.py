"""Fitting a landscape: project, lay out, cluster, label; from public records only."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import InputError
from terrace.match.landscape.glossing import Gloss
from terrace.match.landscape.landscape import CLUSTERS, POINTS, Landscape
from terrace.match.landscape.layout import find_clusters, lay_out
from terrace.match.landscape.names import name_clusters
from terrace.match.landscape.points import Points
from terrace.match.landscape.projection import Projection
from terrace.progress import Progress, silent

FEWEST_POINTS = 20
_STEPS = 3
_WHAT = "Drawing the map"


def fit_landscape(
    points: Sequence[Points],
    *,
    glosses: Mapping[str, Gloss] = MappingProxyType({}),
    seed: int = 0,
    progress: Progress = silent,
) -> Landscape:
    """The map of these points' public records; the same points give the same map.

    ``glosses`` (see ``glosses_of``) name regions in a language that few of their records speak.

    Raises:
        InputError: there are fewer than ``FEWEST_POINTS`` public records with a vector.
    """
    named, vectors = _join_public(points)
    progress(_WHAT, 0, _STEPS)
    voices = named.select("language", "source").rows()
    projection = Projection.fit(vectors, voices)
    reduced = projection(vectors, voices)
    places = lay_out(reduced, seed=seed)
    progress(_WHAT, 1, _STEPS)
    found = find_clusters(places, seed=seed)
    progress(_WHAT, 2, _STEPS)
    placed = named.with_columns(x=places[:, 0], y=places[:, 1], cluster=found)
    clusters = _describe_clusters(placed, glosses)
    progress(_WHAT, 3, _STEPS)
    return Landscape(placed.select(POINTS.names()).cast(POINTS), clusters, projection, reduced)


def _join_public(points: Sequence[Points]) -> tuple[pl.DataFrame, npt.NDArray[np.float32]]:
    """What names a region of the public records, with their vectors ``[n, d]``."""
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
            "head": list(points.heads),
            "language": points.languages(),
            "source": list(points.sources),
            "fields": pl.Series([list(each) for each in points.fields], dtype=pl.List(pl.String)),
        }
    )


def _describe_clusters(placed: pl.DataFrame, glosses: Mapping[str, Gloss]) -> pl.DataFrame:
    middle = placed.group_by("cluster").agg(
        pl.col("x").median(), pl.col("y").median(), size=pl.len()
    )
    described = middle.cast({"cluster": pl.Int32}).join(
        name_clusters(placed, glosses), on="cluster"
    )
    return described.sort("cluster").select(CLUSTERS.names()).cast(CLUSTERS)
