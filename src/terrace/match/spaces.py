"""Spaces: where queries and documents lie as vectors, by the part they play.

A ranker's weights are tied to the part (the multilingual model, the monolingual
one, LSA), so that another model can take it. A monolingual model is used as it
is and whitened on the corpus; a multilingual one is never whitened: the
directions that set languages apart are the ones it needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from terrace.errors import EmbedderError
from terrace.match.embed import Embedder
from terrace.match.embedders.batches import Vectors
from terrace.match.embedders.lsa import LsaEmbedder
from terrace.match.vectors import Role
from terrace.match.whitening import Whitening
from terrace.progress import Progress, silent

LSA, MULTILINGUAL, MONOLINGUAL = "lsa", "multilingual", "monolingual"
WHITE = "_white"
_ANY = "*"


class TextCache(Protocol):
    """What encodes texts and remembers some of them: ``VectorCache`` or ``RecentVectors``."""

    def encode(
        self, embedder: Embedder, texts: Sequence[str], role: Role, progress: Progress = ...
    ) -> Vectors:
        """Vectors of the texts, float32 [n, d]."""


@dataclass(frozen=True)
class Space:
    """``name`` says which part it plays, ``id`` what the index keeps its vectors under."""

    name: str
    embedder: Embedder
    whitening: Whitening | None = None

    @property
    def id(self) -> str:
        """Names the model and, where whitened, the corpus it was whitened on."""
        return self.whitening.id if self.whitening else self.embedder.id

    def speaks(self, language: str) -> bool:
        """Whether a text of this language means something here; '' counts as any."""
        spoken = self.embedder.languages
        return not language or _ANY in spoken or language in spoken

    def encode_queries(
        self, texts: Sequence[str], cache: TextCache, progress: Progress = silent
    ) -> Vectors:
        """Query vectors [n, d]."""
        if isinstance(self.embedder, LsaEmbedder):
            return self.embedder.encode_queries(texts)
        vectors = cache.encode(self.embedder, texts, "query", progress)
        return self.whitening(vectors) if self.whitening else vectors


def assign_parts(embedders: Sequence[Embedder]) -> dict[str, Embedder]:
    """Which embedder plays which part.

    Raises:
        EmbedderError: two of them would play the same part.
    """
    parts: dict[str, Embedder] = {}
    for embedder in embedders:
        part = MULTILINGUAL if is_multilingual(embedder) else MONOLINGUAL
        if part in parts:
            raise EmbedderError(
                f"'{parts[part].id}' and '{embedder.id}' are both {part}; "
                "give at most one multilingual and one monolingual embedder"
            )
        parts[part] = embedder
    return parts


def is_multilingual(embedder: Embedder) -> bool:
    """Whether one space holds several languages."""
    return _ANY in embedder.languages or len(embedder.languages) > 1
