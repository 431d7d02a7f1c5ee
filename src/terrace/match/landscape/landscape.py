"""A fitted landscape: the map, and how a record that is not on it is placed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.errors import InputError, NotFound
from terrace.files import write_atomically
from terrace.match.embedders.arrays import read_arrays, write_arrays
from terrace.match.landscape.placing import choose_clusters, find_neighbours, settle
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
        "label_en": pl.String(),
        "label_zh": pl.String(),
    }
)
_POINTS_FILE, _CLUSTERS_FILE, _SPACE_FILE = "points.parquet", "clusters.parquet", "space.npz"
_SAME = 0.9999


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
        projected = self.projection(points.vectors, points.voices())
        neighbours = find_neighbours(projected, self.reduced)
        places = settle(neighbours, self._places)
        clusters = choose_clusters(neighbours, self._clusters)
        rows = self._find_known(points, projected)
        known = rows >= 0
        places[known], clusters[known] = self._places[rows[known]], self._clusters[rows[known]]
        return _frame(points, places, clusters)

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
            "voices": np.array(list(means), dtype=np.str_).reshape(len(means), 2),
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
        means = dict(zip(map(tuple, parts["voices"].tolist()), parts["means"], strict=True))
        projection = Projection(parts["mean"], means, parts["directions"])
        if len(parts["reduced"]) != points.height:
            raise ValueError("its parts differ in length")
        return cls(points, clusters, projection, parts["reduced"])

    @cached_property
    def _places(self) -> Floats:
        return self.points.select("x", "y").to_numpy()

    @cached_property
    def _clusters(self) -> npt.NDArray[np.int64]:
        return self.points["cluster"].cast(pl.Int64).to_numpy()

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], int]:
        keys = zip(self.points["kind"], self.points["record_id"], strict=True)
        return {key: row for row, key in enumerate(keys)}

    def _find_known(self, points: Points, projected: Floats) -> npt.NDArray[np.int64]:
        """The row of each record that is on the map with the same text ``[m]``, else -1."""
        rows = np.array([self._rows.get((points.kind, r), -1) for r in points.record_ids])
        same = np.einsum("ij,ij->i", self.reduced[rows], projected) > _SAME
        return np.where((rows >= 0) & same, rows, -1)

    def _check_dimension(self, vectors: Floats) -> None:
        if vectors.shape[1] != len(self.projection.mean):
            raise InputError.of_file(
                "landscape",
                f"the records have {vectors.shape[1]} dimensions, "
                f"the map was made with {len(self.projection.mean)}",
                "Fit the map anew with the present model",
            )


def _frame(points: Points, places: Floats, clusters: npt.NDArray[np.int64]) -> pl.DataFrame:
    columns = {
        "record_id": list(points.record_ids),
        "kind": [points.kind] * len(points),
        "x": places[:, 0],
        "y": places[:, 1],
        "cluster": clusters,
    }
    return pl.DataFrame(columns).cast(POINTS)
