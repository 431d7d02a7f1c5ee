"""What the texts of a corpus are compared by outside its index: rarity of words, and vectors."""

from collections.abc import Sequence
from typing import Literal

from terrace.match.corpus import Corpus
from terrace.match.embed import Embedder
from terrace.match.embedders.batches import Vectors
from terrace.match.evidence import Encode, Idf
from terrace.match.spaces import is_multilingual


def measure_rarity(corpus: Corpus) -> Idf:
    """The inverse document frequency of a term in the corpus as it is now."""
    return corpus.rarity()


def find_encode(corpus: Corpus) -> Encode | None:
    """The vectors that sentences are compared by: of the multilingual model, where there is one."""
    chosen = next((e for e in corpus.embedders if is_multilingual(e)), None)
    return _make_encode(corpus, chosen) if chosen else None


def _make_encode(corpus: Corpus, embedder: Embedder) -> Encode:
    def encode(texts: Sequence[str], role: Literal["query", "document"]) -> Vectors:
        return corpus.cache.encode(embedder, texts, role)

    return encode
