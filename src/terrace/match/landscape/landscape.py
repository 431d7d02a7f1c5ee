"""A fitted landscape: the map, and how a record that is not on it is placed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import InputError, NotFound
from terrace.files import write_atomically
from terrace.match.embedders.arrays import read_arrays, write_arrays
from terrace.match.landscape.points import Points
from terrace.match.landscape.projection import Projection

Floats = npt.NDArray[np.float32]

POINTS = pl.Schema(
    {
        "record_id": pl.String(),
        "kind": pl.String(),
        "x": pl.Float32(),
        "y": pl.Float32(),
        "cluster": pl.Int32(),
    }
)
CLUSTERS = pl.Schema(
    {
        "cluster": pl.Int32(),
        "x": pl.Float32(),
        "y": pl.Float32(),
        "size": pl.Int32(),
        "label_en": pl.List(pl.String()),
        "label_zh": pl.List(pl.String()),
    }
)
_POINTS_FILE, _CLUSTERS_FILE, _SPACE_FILE = "points.parquet", "clusters.parquet", "space.npz"
_NEIGHBOURS = 8
_SHARPNESS = 20.0
_SAME = 0.9999
_PLACED_AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Landscape:
    """``points`` (schema ``POINTS``) are the public records at fitting, ``clusters`` their regions.

    ``reduced [n, k]`` are the points' unit vectors in the projection, which later
    records are compared with. x and y lie in 0 .. 1.
    """

    points: pl.DataFrame
    clusters: pl.DataFrame
    projection: Projection
    reduced: Floats

    def locate(self, points: Points) -> pl.DataFrame:
        """Where these records lie (schema ``POINTS``), in order.

        A record of the map with the text it had keeps its place; any other is placed
        beside its nearest neighbours on the map.

        Raises:
            InputError: their vectors are of another model than the map's.
        """
        if not len(points):
            return POINTS.to_frame()
        self._check_dimension(points.vectors)
        projected = self.projection(points.vectors, points.groups())
        placed = self._place(projected)
        kept = self._find_known(points, projected)
        known = kept >= 0
        placed[known] = self._table[kept[known]]
        frame = pl.DataFrame(placed, schema=["x", "y", "cluster"], orient="row")
        named = frame.with_columns(
            record_id=pl.Series(list(points.record_ids), dtype=pl.String), kind=pl.lit(points.kind)
        )
        return named.select(POINTS.names()).cast(POINTS)

    def save(self, folder: Path) -> None:
        """Write the map to a folder, which is made if need be; each file whole or not at all.

        Raises:
            TerraceError: the disk is full or not writable.
        """
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / _POINTS_FILE, self.points.write_parquet)
        write_atomically(folder / _CLUSTERS_FILE, self.clusters.write_parquet)
        means = self.projection.means
        parts = {
            "mean": self.projection.mean,
            "groups": np.array(list(means), dtype=np.str_),
            "means": np.array([*means.values()], np.float32).reshape(
                len(means), len(self.projection.mean)
            ),
            "directions": self.projection.directions,
            "reduced": self.reduced,
        }
        write_arrays(folder / _SPACE_FILE, parts)

    @classmethod
    def load(cls, folder: Path) -> "Landscape":
        """What ``save`` wrote.

        Raises:
            NotFound: there is no map in the folder.
            InputError: it is damaged.
        """
        if not (folder / _SPACE_FILE).exists():
            raise NotFound(f"no landscape in {folder}; fit one and save it there")
        try:
            return cls._read(folder)
        except (OSError, KeyError, ValueError, pl.exceptions.PolarsError) as error:
            raise InputError.of_file(folder, f"is damaged ({error})", "Fit the map anew") from error

    @classmethod
    def _read(cls, folder: Path) -> "Landscape":
        points = pl.read_parquet(folder / _POINTS_FILE, schema=POINTS)
        clusters = pl.read_parquet(folder / _CLUSTERS_FILE, schema=CLUSTERS)
        parts = read_arrays(folder / _SPACE_FILE)
        means = dict(zip(parts["groups"].tolist(), parts["means"], strict=True))
        projection = Projection(parts["mean"], means, parts["directions"])
        if len(parts["reduced"]) != points.height:
            raise ValueError("its parts differ in length")
        return cls(points, clusters, projection, parts["reduced"])

    @cached_property
    def _table(self) -> npt.NDArray[np.float64]:
        return self.points.select("x", "y", "cluster").cast(pl.Float64).to_numpy()

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], int]:
        keys = zip(self.points["kind"], self.points["record_id"], strict=True)
        return {key: row for row, key in enumerate(keys)}

    def _find_known(self, points: Points, projected: Floats) -> npt.NDArray[np.int64]:
        """The row of each record that is on the map with the same text ``[m]``, else -1."""
        rows = np.array([self._rows.get((points.kind, r), -1) for r in points.record_ids])
        same = np.einsum("ij,ij->i", self.reduced[rows], projected) > _SAME
        return np.where((rows >= 0) & same, rows, -1)

    def _place(self, projected: Floats) -> npt.NDArray[np.float64]:
        """x, y and cluster ``[m, 3]`` by the neighbours on the map."""
        starts = range(0, len(projected), _PLACED_AT_ONCE)
        return np.concatenate(
            [self._place_some(projected[s : s + _PLACED_AT_ONCE]) for s in starts]
        )

    def _place_some(self, projected: Floats) -> npt.NDArray[np.float64]:
        likeness = projected @ self.reduced.T
        count = min(_NEIGHBOURS, len(self.reduced))
        near = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        weights = np.exp(_SHARPNESS * np.take_along_axis(likeness, near, axis=1).astype(np.float64))
        return np.stack([_meet(self._table[n], w) for n, w in zip(near, weights, strict=True)])

    def _check_dimension(self, vectors: Floats) -> None:
        if vectors.shape[1] != len(self.projection.mean):
            raise InputError.of_file(
                "landscape",
                f"the records have {vectors.shape[1]} dimensions, "
                f"the map was made with {len(self.projection.mean)}",
                "Fit the map anew with the present model",
            )


def _meet(neighbours: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> Any:
    """The weighted mean of the neighbours in the cluster that most of the weight is in.

    A mean over distant clusters would lie in the void between them.
    """
    clusters = neighbours[:, 2].astype(np.int64)
    cluster = np.bincount(clusters, weights).argmax()
    here = clusters == cluster
    place = np.average(neighbours[here, :2], axis=0, weights=weights[here])
    return np.append(place, float(cluster))
