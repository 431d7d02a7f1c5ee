import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terrace.errors import EmbedderError
from terrace.match.embedders import onnx
from terrace.match.embedders.extras import has_module, import_extra, package_folder, version_of
from terrace.match.embedders.onnx import OnnxEmbedder


class FakeTokenizer:
    """A token per word: its length; padded to the batch's longest text."""

    def __init__(self) -> None:
        self.max_tokens = 0
        self.padding: dict[str, Any] = {}

    def enable_truncation(self, max_tokens: int) -> None:
        self.max_tokens = max_tokens

    def enable_padding(self, **options: Any) -> None:
        self.padding = options

    def token_to_id(self, token: str) -> int | None:
        return {"<pad>": 7}.get(token)

    def encode_batch(self, batch: list[str]) -> list[types.SimpleNamespace]:
        cut = [[len(word) for word in text.split()][: self.max_tokens] for text in batch]
        most = max(map(len, cut))
        return [
            types.SimpleNamespace(
                ids=ids + [self.padding["pad_id"]] * (most - len(ids)),
                attention_mask=[1] * len(ids) + [0] * (most - len(ids)),
            )
            for ids in cut
        ]


class FakeSession:
    """Token vectors (id, 1); notes the inputs it was given."""

    def __init__(self, inputs: list[str], outputs: list[str]) -> None:
        self.inputs, self.outputs = inputs, outputs
        self.given: list[dict[str, Any]] = []

    def get_inputs(self) -> list[types.SimpleNamespace]:
        return [types.SimpleNamespace(name=name) for name in self.inputs]

    def get_outputs(self) -> list[types.SimpleNamespace]:
        return [types.SimpleNamespace(name=name) for name in self.outputs]

    def run(self, names: list[str], given: dict[str, Any]) -> list[np.ndarray]:
        self.given.append(given)
        ids = given["input_ids"].astype(np.float32)
        tokens = np.stack([ids, np.ones_like(ids)], axis=-1)
        return [tokens[:, -1] if names == ["sentence_embedding"] else tokens]


@pytest.fixture
def tokenizer(monkeypatch: pytest.MonkeyPatch) -> FakeTokenizer:
    made = FakeTokenizer()
    library = types.SimpleNamespace(Tokenizer=types.SimpleNamespace(from_file=lambda _: made))
    monkeypatch.setattr(onnx, "import_extra", lambda *_, **__: library)
    return made


def make_embedder(session: FakeSession, **settings: Any) -> OnnxEmbedder:
    embedder = OnnxEmbedder(
        id="fake",
        model_file=Path("model.onnx"),
        tokenizer_file=Path("tokenizer.json"),
        dimension=2,
        languages=frozenset({"en"}),
        **settings,
    )
    embedder.__dict__["_session"] = session
    return embedder


@pytest.mark.usefixtures("tokenizer")
def test_padding_does_not_change_a_vector() -> None:
    session = FakeSession(["input_ids", "attention_mask"], ["last_hidden_state"])
    vectors = make_embedder(session).encode_documents(["aaa aaa", "bbbb"])
    assert np.allclose(vectors, np.array([[3, 1], [4, 1]]) / np.sqrt([[10], [17]]))
    assert session.given[0]["attention_mask"].tolist() == [[1, 0], [1, 1]]


@pytest.mark.usefixtures("tokenizer")
def test_a_graph_gets_only_the_inputs_it_asks_for() -> None:
    few = FakeSession(["input_ids"], ["out"])
    all_three = FakeSession(["input_ids", "attention_mask", "token_type_ids"], ["out"])
    for session in (few, all_three):
        make_embedder(session).encode_documents(["word"])
        assert sorted(session.given[0]) == sorted(session.inputs)


@pytest.mark.usefixtures("tokenizer")
def test_a_graph_that_wants_more_than_a_text_is_refused() -> None:
    session = FakeSession(["input_ids", "pixel_values"], ["out"])
    with pytest.raises(EmbedderError, match=r"model\.onnx asks for .*pixel_values.*export"):
        make_embedder(session).encode_documents(["word"])


@pytest.mark.usefixtures("tokenizer")
def test_a_graph_that_pools_itself_is_believed() -> None:
    session = FakeSession(["input_ids"], ["token_embeddings", "sentence_embedding"])
    vectors = make_embedder(session).encode_documents(["a bb cccc"])
    assert np.allclose(vectors, np.array([[4, 1]]) / np.sqrt(17))


def test_texts_are_cut_and_padded_as_configured(tokenizer: FakeTokenizer) -> None:
    session = FakeSession(["input_ids"], ["out"])
    make_embedder(session, max_tokens=2, pad_token="<pad>").encode_queries(["a b c d", "a"])
    assert session.given[0]["input_ids"].tolist() == [[1, 7], [1, 1]]
    assert tokenizer.padding == {"pad_id": 7, "pad_token": "<pad>"}


@pytest.mark.usefixtures("tokenizer")
def test_batches_are_as_large_as_configured() -> None:
    session = FakeSession(["input_ids"], ["out"])
    make_embedder(session, batch_size=3).encode_documents(["word"] * 7)
    assert [len(given["input_ids"]) for given in session.given] == [3, 3, 1]


def test_an_installed_module_is_found_without_importing_it() -> None:
    assert has_module("numpy")
    assert not has_module("no_such_module_here")
    folder = package_folder("numpy")
    assert folder is not None
    assert (folder / "__init__.py").is_file()
    assert package_folder("no_such_module_here") is None


def test_a_module_that_cannot_be_imported_names_the_remedy() -> None:
    assert import_extra("json", remedy="none needed").loads("1") == 1
    with pytest.raises(EmbedderError, match=r"no_such_module_here cannot be imported.*; get it"):
        import_extra("no_such_module_here", remedy="get it")


def test_a_version_is_told_where_known() -> None:
    assert version_of("numpy") == np.__version__
    assert version_of("no-such-distribution-here") == "0"
