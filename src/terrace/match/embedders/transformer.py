"""A folder with torch weights only, run by sentence-transformers where that is installed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from terrace.errors import EmbedderError
from terrace.match.embedders.batches import Vectors, encode_in_batches
from terrace.match.embedders.extras import has_module, import_extra

_REMEDY = "pip install sentence-transformers, or export the model to ONNX (model.onnx)"


@dataclass(frozen=True)
class TransformerEmbedder:
    """Pooling, prompts and most tokens are as the folder says; loaded when first needed."""

    id: str
    folder: Path
    languages: frozenset[str] = frozenset({"*"})
    batch_size: int = 16
    max_characters: int = 20_000

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._model.get_sentence_embedding_dimension())

    @property
    def is_symmetric(self) -> bool:
        """Whether the folder has no prompts that tell queries from documents."""
        return not any((getattr(self._model, "prompts", None) or {}).values())

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, d], zero for a blank text."""
        return self._encode_all(texts, "encode_query")

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, d], zero for a blank text."""
        return self._encode_all(texts, "encode_document")

    def _encode_all(self, texts: Sequence[str], method: str) -> Vectors:
        encode = getattr(self._model, method, self._model.encode)
        return encode_in_batches(
            texts,
            lambda batch: encode(batch, convert_to_numpy=True, show_progress_bar=False),
            dimension=self.dimension,
            batch_size=self.batch_size,
            max_characters=self.max_characters,
        )

    @cached_property
    def _model(self) -> Any:
        library = import_extra("sentence_transformers", remedy=_REMEDY)
        try:
            return library.SentenceTransformer(
                str(self.folder), device="cpu", local_files_only=True
            )
        except (OSError, ValueError, KeyError) as error:
            raise EmbedderError(
                f"{self.folder} is not a usable model folder ({error}); copy it again"
            ) from error


def load_transformer(folder: Path, *, model_id: str) -> TransformerEmbedder:
    """The embedder of a folder without an ONNX model.

    Raises:
        EmbedderError: sentence-transformers is not installed.
    """
    if not has_module("sentence_transformers"):
        raise EmbedderError(f"{folder} has no ONNX model that can be run as it is; {_REMEDY}")
    return TransformerEmbedder(model_id, folder)
