"""A transformer as an ONNX file, run by onnxruntime with its own tokenizer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from terrace.errors import EmbedderError
from terrace.match.embedders.batches import Vectors, encode_in_batches
from terrace.match.embedders.extras import has_module, import_extra

Pooling = Literal["mean", "cls", "max"]
REMEDY = "install it with: pip install 'terrace-zone[minilm]'"
_CHARACTERS_PER_TOKEN = 32


@dataclass(frozen=True)
class OnnxEmbedder:
    """Token vectors pooled into one per text; reads a text's first ``max_tokens`` tokens.

    A graph with an output ``sentence_embedding`` has pooled already. The model
    is loaded at the first text.
    """

    id: str
    model_file: Path
    tokenizer_file: Path
    dimension: int
    languages: frozenset[str]
    max_tokens: int = 256
    pooling: Pooling = "mean"
    query_prefix: str = ""
    document_prefix: str = ""
    pad_token: str = "[PAD]"
    batch_size: int = 16
    threads: int = 2

    @property
    def is_symmetric(self) -> bool:
        """Whether queries and documents get the same vectors."""
        return self.query_prefix == self.document_prefix

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, d], zero for a blank text."""
        return self._encode_all(texts, self.query_prefix)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, d], zero for a blank text."""
        return self._encode_all(texts, self.document_prefix)

    def _encode_all(self, texts: Sequence[str], prefix: str) -> Vectors:
        return encode_in_batches(
            texts,
            lambda batch: self._encode([prefix + text for text in batch]),
            dimension=self.dimension,
            batch_size=self.batch_size,
            max_characters=self.max_tokens * _CHARACTERS_PER_TOKEN,
        )

    def _encode(self, batch: list[str]) -> npt.NDArray[np.floating]:
        encodings = self._tokenizer.encode_batch(batch)
        mask = np.array([e.attention_mask for e in encodings], dtype=np.int64)
        inputs = {
            "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        return self._pool(self._run(inputs), mask)

    def _run(self, inputs: Mapping[str, npt.NDArray[np.int64]]) -> npt.NDArray[np.float32]:
        wanted = {node.name for node in self._session.get_inputs()}
        if unknown := wanted - inputs.keys():
            raise EmbedderError(
                f"{self.model_file} asks for the inputs {sorted(unknown)}, which a text encoder"
                " does not need; export the model for feature extraction"
            )
        given = {name: value for name, value in inputs.items() if name in wanted}
        found: npt.NDArray[np.float32] = self._session.run([self._output_name], given)[0]
        return found

    def _pool(
        self, tokens: npt.NDArray[np.float32], mask: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.floating]:
        if tokens.ndim == 2:
            return tokens
        return pool_tokens(tokens, mask, self.pooling)

    @cached_property
    def _output_name(self) -> str:
        names: list[str] = [node.name for node in self._session.get_outputs()]
        return "sentence_embedding" if "sentence_embedding" in names else names[0]

    @cached_property
    def _session(self) -> Any:
        runtime = import_extra("onnxruntime", remedy=REMEDY)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = self.threads
        # Threads that spin while they wait double the time of a query on busy cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            return runtime.InferenceSession(
                str(self.model_file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises classes of its own, without a base
            raise EmbedderError(
                f"{self.model_file} is not a usable ONNX model: {error}; export it again"
            ) from error

    @cached_property
    def _tokenizer(self) -> Any:
        library = import_extra("tokenizers", remedy=REMEDY)
        try:
            tokenizer = library.Tokenizer.from_file(str(self.tokenizer_file))
        except Exception as error:  # tokenizers raises bare Exception
            raise EmbedderError(
                f"{self.tokenizer_file} is not a usable tokenizer: {error}; copy it again"
            ) from error
        tokenizer.enable_truncation(self.max_tokens)
        pad_id = tokenizer.token_to_id(self.pad_token) or 0
        tokenizer.enable_padding(pad_id=pad_id, pad_token=self.pad_token)
        return tokenizer


def pool_tokens(
    tokens: npt.NDArray[np.float32], mask: npt.NDArray[np.int64], pooling: Pooling
) -> npt.NDArray[np.floating]:
    """Token vectors [n, t, d] into one per text [n, d]; padding (mask 0) does not count."""
    counted = mask[..., None].astype(np.float32)
    if pooling == "cls":
        return np.asarray(tokens[:, 0])
    if pooling == "max":
        return np.asarray(np.where(counted > 0, tokens, -np.inf).max(axis=1))
    return np.asarray((tokens * counted).sum(axis=1) / np.maximum(counted.sum(axis=1), 1))


def missing_for_onnx() -> str:
    """What has to be done before ONNX models run, '' where they do."""
    return "" if has_module("onnxruntime") and has_module("tokenizers") else REMEDY
