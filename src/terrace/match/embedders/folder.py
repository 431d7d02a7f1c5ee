"""A local model folder, as sentence-transformers or an ONNX export leaves it.

What is read, where there: ``onnx/model.onnx`` or ``model.onnx``, ``tokenizer.json``,
``1_Pooling/config.json`` (pooling, dimension), ``sentence_bert_config.json``
(most tokens), ``config_sentence_transformers.json`` (prefixes of queries and
documents), ``modules.json`` and ``config.json``. Nothing is downloaded.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from terrace.errors import EmbedderError
from terrace.match.embedders.onnx import OnnxEmbedder, Pooling
from terrace.match.embedders.transformer import TransformerEmbedder, load_transformer

_ONNX_FILES = ("onnx/model.onnx", "model.onnx")
_POOLINGS: Mapping[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
}
_QUERY_PROMPTS = ("query", "search_query", "retrieval.query", "web_search_query")
_DOCUMENT_PROMPTS = ("passage", "document", "search_document", "retrieval.passage")
_MAX_TOKENS = 512


def load_folder(folder: Path) -> OnnxEmbedder | TransformerEmbedder:
    """The embedder of a model folder; ONNX where there, else torch weights.

    Raises:
        EmbedderError: the folder is missing, incomplete, or needs what is not supported.
    """
    if not folder.is_dir():
        raise EmbedderError(f"there is no model folder {folder}; check the path")
    found = [folder / name for name in _ONNX_FILES if (folder / name).is_file()]
    if not found or _has_dense_module(folder):
        return load_transformer(folder, model_id=_id_of(folder))
    return _load_onnx(folder, found[0])


def _load_onnx(folder: Path, model_file: Path) -> OnnxEmbedder:
    tokenizer_file = folder / "tokenizer.json"
    if not tokenizer_file.is_file():
        raise EmbedderError(
            f"{folder} has an ONNX model but no tokenizer.json; save the fast tokenizer beside it"
        )
    prompts = _read(folder / "config_sentence_transformers.json").get("prompts") or {}
    return OnnxEmbedder(
        id=_id_of(folder),
        model_file=model_file,
        tokenizer_file=tokenizer_file,
        dimension=_dimension_of(folder),
        languages=frozenset({"*"}),
        max_tokens=_max_tokens_of(folder),
        pooling=_pooling_of(folder),
        query_prefix=_prompt_of(prompts, _QUERY_PROMPTS),
        document_prefix=_prompt_of(prompts, _DOCUMENT_PROMPTS),
        pad_token=_pad_token_of(folder),
    )


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EmbedderError(f"{file} is not valid JSON ({error}); copy it again") from error
    return content if isinstance(content, dict) else {"modules": content}


def _has_dense_module(folder: Path) -> bool:
    modules = _read(folder / "modules.json").get("modules", [])
    return any(str(module.get("type", "")).endswith("Dense") for module in modules)


def _pooling_of(folder: Path) -> Pooling:
    config = _read(folder / "1_Pooling" / "config.json")
    wanted = [
        mode for mode, on in config.items() if mode.startswith("pooling_mode_") and on is True
    ]
    named = [f"pooling_mode_{config['pooling_mode']}_tokens"] if "pooling_mode" in config else []
    chosen = wanted or named or ["pooling_mode_mean_tokens"]
    chosen = [mode.replace("cls_tokens", "cls_token") for mode in chosen]
    if len(chosen) != 1 or chosen[0] not in _POOLINGS:
        raise EmbedderError(
            f"{folder} pools by {' and '.join(chosen)}, which is not supported in ONNX;"
            f" supported are {', '.join(_POOLINGS)}"
        )
    return _POOLINGS[chosen[0]]


def _dimension_of(folder: Path) -> int:
    pooling, model = _read(folder / "1_Pooling" / "config.json"), _read(folder / "config.json")
    for found in (
        pooling.get("word_embedding_dimension"),
        pooling.get("embedding_dimension"),
        model.get("hidden_size"),
        model.get("dim"),
    ):
        if isinstance(found, int):
            return found
    raise EmbedderError(f"{folder} does not say its dimension; add config.json with 'hidden_size'")


def _max_tokens_of(folder: Path) -> int:
    asked = _read(folder / "sentence_bert_config.json").get("max_seq_length")
    able = _read(folder / "config.json").get("max_position_embeddings")
    limits = [n for n in (asked, able) if isinstance(n, int) and n > 0]
    return min([*limits, asked or _MAX_TOKENS])


def _prompt_of(prompts: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((prompts[name] for name in names if prompts.get(name)), "")


def _pad_token_of(folder: Path) -> str:
    token = _read(folder / "tokenizer_config.json").get("pad_token", "[PAD]")
    return str(token["content"] if isinstance(token, dict) else token)


def _id_of(folder: Path) -> str:
    """Name and digest of all files but its documentation: any of them may change the vectors."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(path for path in folder.rglob("*") if _counts(path)):
        digest.update(str(file.relative_to(folder)).encode())
        with file.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "blake2b").digest())
    return f"{folder.resolve().name}@{digest.hexdigest()}"


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix != ".md" and not path.name.startswith(".")
