"""The landscape: a map of what a zone's needs and achievements are about.

    points = [read_points("need", needs), read_points("achievement", achievements)]
    landscape = fit_landscape(points)
    landscape.points      # record_id, kind, x, y, cluster
    landscape.clusters    # cluster, x, y, size, label_en, label_zh
    landscape.locate(points[0])

Public records alone make the map: where things lie, its clusters, their labels. Every
other record, and every later one, is placed beside its nearest public neighbours and
moves nobody.
"""

from terrace.match.landscape.fitting import fit_landscape
from terrace.match.landscape.glossing import glosses_of
from terrace.match.landscape.landscape import Landscape
from terrace.match.landscape.points import Points, read_points

__all__ = ["Landscape", "Points", "fit_landscape", "glosses_of", "read_points"]
