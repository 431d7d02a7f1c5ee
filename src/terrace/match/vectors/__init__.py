"""Vectors that are computed once: cached on disk by model, role and content.

    cache = VectorCache(Path("vectors.sqlite3"))
    vectors = cache.encode(embedder, texts, "document")

Only digests of texts are stored, never the texts. The file is a cache: it may
be deleted at any time, at the cost of embedding again.
"""

from terrace.match.vectors.cache import VectorCache
from terrace.match.vectors.keys import Role
from terrace.match.vectors.recent import RecentVectors
from terrace.match.vectors.shipped import ShippedVectors, write_shipped

__all__ = ["RecentVectors", "Role", "ShippedVectors", "VectorCache", "write_shipped"]
