"""Query vectors in memory: what people type is asked again soon, and belongs on no disk."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from terrace.match.embed import Embedder
from terrace.match.embedders.batches import Vectors
from terrace.match.vectors.keys import Role, keys_of
from terrace.progress import Progress, silent


class RecentVectors:
    """The vectors of the texts last encoded, at most ``capacity``; safe to share by threads."""

    def __init__(self, capacity: int = 2_000) -> None:
        self._capacity = capacity
        self._known: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def encode(
        self,
        embedder: Embedder,
        texts: Sequence[str],
        role: Role,
        progress: Progress = silent,  # noqa: ARG002
    ) -> Vectors:
        """Vectors of the texts, float32 [n, d], as from ``VectorCache.encode``; nothing is told.

        Raises:
            EmbedderError: the embedder fails.
        """
        keys = keys_of(embedder.id, role, texts)
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in found}
        if missing:
            encode = embedder.encode_queries if role == "query" else embedder.encode_documents
            found |= zip(missing, encode(list(missing.values())), strict=True)
        self._keep({key: found[key] for key in keys})
        empty = np.zeros((0, embedder.dimension), np.float32)
        return np.stack([found[key] for key in keys]) if keys else empty

    def _keep(self, used: dict[bytes, Vectors]) -> None:
        with self._lock:
            for key, vector in used.items():
                self._known[key] = vector
                self._known.move_to_end(key)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)
