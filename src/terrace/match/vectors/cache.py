"""The cache: takes what is there, has the rest embedded batch by batch, keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from terrace.errors import EmbedderError
from terrace.match.embed import Embedder
from terrace.match.embedders.batches import Vectors
from terrace.match.vectors.keys import Role, keys_of
from terrace.match.vectors.shipped import read_shipped, write_shipped
from terrace.match.vectors.store import Halves, count_vectors, read_vectors, write_vectors
from terrace.progress import Progress, silent

_LENGTH_TOLERANCE = 1e-2


@dataclass(frozen=True, slots=True)
class VectorCache:
    """Vectors on disk, in half precision, by digest of model id, role and text.

    ``fallbacks`` are read-only files of ``export``, asked where the cache has
    nothing. Several processes and threads may use one path at once. A batch is
    stored as soon as it is embedded, so an interrupted run goes on where it was.
    """

    path: Path
    fallbacks: Sequence[Path] = ()
    batch_size: int = 128

    def encode(
        self,
        embedder: Embedder,
        texts: Sequence[str],
        role: Role,
        progress: Progress = silent,
    ) -> Vectors:
        """Vectors of the texts, float32 [n, d]: length 1 within 0.001, or 0 for a blank text.

        ``progress`` is told of each embedded batch; ``done`` counts the different
        texts that have a vector, from those found in the cache on.

        Raises:
            EmbedderError: the embedder answers wrongly.
            TerraceError: the file is damaged, or the disk full; stored batches stay.
        """
        role = stored_role(embedder, role)
        keys = keys_of(embedder.id, role, texts)
        wanted = {key: text for key, text in zip(keys, texts, strict=True) if text.strip()}
        known = self._read(embedder.id, list(wanted))
        what = f"Embedding with {embedder.id}"
        if missing := [key for key in wanted if key not in known]:
            progress(what, len(known), len(wanted))
        for batch in _batches(missing, self.batch_size):
            # Another process may have embedded the same texts in the meantime.
            known |= read_vectors(self.path, batch)
            fresh = {key: wanted[key] for key in batch if key not in known}
            known |= self._embed(embedder, fresh, role)
            progress(what, len(known), len(wanted))
        return _assemble(keys, known, embedder)

    def put(self, embedder: Embedder, texts: Sequence[str], vectors: Vectors, role: Role) -> None:
        """Store vectors that were computed elsewhere by the same model.

        Raises:
            EmbedderError: they are not this model's: other shape, not finite, not unit.
        """
        keys = keys_of(embedder.id, stored_role(embedder, role), texts)
        halves = checked_vectors(embedder, vectors, len(texts)).astype(np.float16)
        write_vectors(self.path, embedder.id, dict(zip(keys, halves, strict=True)))

    def export(
        self,
        path: Path,
        embedder: Embedder,
        texts_by_role: Mapping[Role, Sequence[str]],
        progress: Progress = silent,
    ) -> None:
        """Write these texts' vectors to one compact file for ``fallbacks``."""
        exported: dict[bytes, Halves] = {}
        for role, texts in texts_by_role.items():
            vectors = self.encode(embedder, texts, role, progress).astype(np.float16)
            keys = keys_of(embedder.id, stored_role(embedder, role), texts)
            exported |= {k: v for k, v in zip(keys, vectors, strict=True) if v.any()}
        write_shipped(path, embedder.id, exported)

    def counts(self) -> dict[str, int]:
        """How many vectors of each model the cache itself holds."""
        return count_vectors(self.path)

    def _read(self, model_id: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        found = read_vectors(self.path, keys)
        for path in self.fallbacks:
            shipped = read_shipped(path)
            if shipped.model_id == model_id:
                found = shipped.read(keys) | found
        return found

    def _embed(
        self, embedder: Embedder, texts: Mapping[bytes, str], role: Role
    ) -> dict[bytes, bytes]:
        if not texts:
            return {}
        encode = embedder.encode_queries if role == "query" else embedder.encode_documents
        vectors = checked_vectors(embedder, encode(list(texts.values())), len(texts))
        halves = dict(zip(texts, vectors.astype(np.float16), strict=True))
        write_vectors(self.path, embedder.id, halves)
        # What is returned now is what will be read later, bit for bit.
        return {key: half.tobytes() for key, half in halves.items()}


def stored_role(embedder: Embedder, role: Role) -> Role:
    """The role a text is embedded and stored under: one for both where they do not differ."""
    return "document" if getattr(embedder, "is_symmetric", False) else role


def checked_vectors(embedder: Embedder, vectors: npt.ArrayLike, count: int) -> Vectors:
    """The vectors as float32 [count, d], if they are what an embedder owes.

    Raises:
        EmbedderError: wrong shape, not finite, or neither unit nor zero.
    """
    found = np.asarray(vectors, dtype=np.float32)
    expected = (count, embedder.dimension)
    if found.shape != expected:
        raise _wrong(embedder, f"vectors of shape {found.shape} instead of {expected}")
    if not np.isfinite(found).all():
        raise _wrong(embedder, "numbers that are not finite")
    lengths = np.linalg.norm(found, axis=1)
    if (np.minimum(lengths, abs(lengths - 1)) > _LENGTH_TOLERANCE).any():
        raise _wrong(embedder, "vectors whose length is neither 1 nor 0")
    return found


def _wrong(embedder: Embedder, what: str) -> EmbedderError:
    return EmbedderError(
        f"the embedder '{embedder.id}' gave {what}; nothing of this batch was kept,"
        " repair or replace the embedder"
    )


def _batches(keys: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _assemble(keys: Sequence[bytes], known: Mapping[bytes, bytes], embedder: Embedder) -> Vectors:
    vectors = np.zeros((len(keys), embedder.dimension), np.float32)
    for row, key in enumerate(keys):
        if (half := known.get(key)) is None:
            continue
        if len(half) != 2 * embedder.dimension:
            raise _wrong(embedder, "vectors of another dimension before, under the same id")
        vectors[row] = np.frombuffer(half, dtype=np.float16)
    return vectors
