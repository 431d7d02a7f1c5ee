import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrace.errors import EmbedderError, TerraceError
from terrace.match.embed import load_embedder
from terrace.match.embedders.lsa import LsaConfig, LsaEmbedder, fit_lsa

LASERS = [
    "laser diode pump module",
    "fiber laser pump diode",
    "diode laser with fiber",
    "pump module for a fiber laser",
]
VACCINES = [
    "malaria vaccine trial",
    "vaccine against malaria parasite",
    "parasite vaccine trial children",
    "trial of a malaria parasite drug",
]
CORPUS = LASERS + VACCINES
SMALL = LsaConfig(dimension=2)


def test_texts_of_one_subject_lie_close_without_a_shared_term() -> None:
    lsa = fit_lsa(CORPUS, SMALL)
    vectors = lsa.encode_documents(["diode module", "fiber laser", "malaria children"])
    assert vectors.shape == (3, 2)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.9
    assert abs(vectors[0] @ vectors[2]) < 0.3


def test_it_works_in_chinese() -> None:
    lsa = fit_lsa(["激光二极管泵浦模块", "光纤激光泵浦", "疟疾疫苗试验", "疟疾疫苗研究"], SMALL)
    vectors = lsa.encode_queries(["激光", "泵浦", "疫苗"])
    assert vectors[0] @ vectors[1] > 0.9 > abs(vectors[0] @ vectors[2])


def test_unknown_and_blank_texts_are_zero() -> None:
    vectors = fit_lsa(CORPUS, SMALL).encode_documents(["", "zebra", "\x00", "laser zebra"])
    assert not vectors[:3].any()
    assert vectors[3].any()
    assert fit_lsa(CORPUS, SMALL).encode_documents([]).shape == (0, 2)


@settings(max_examples=10, deadline=None)
@given(st.permutations(CORPUS))
def test_order_and_repetition_do_not_matter(corpus: list[str]) -> None:
    assert fit_lsa([*corpus, corpus[0]], SMALL).id == fit_lsa(CORPUS, SMALL).id


def test_the_id_tells_corpus_and_settings() -> None:
    ids = {
        fit_lsa(CORPUS, SMALL).id,
        fit_lsa(CORPUS[1:], SMALL).id,
        fit_lsa(CORPUS, LsaConfig(dimension=3)).id,
        fit_lsa(CORPUS, LsaConfig(dimension=2, max_terms=5)).id,
    }
    assert len(ids) == 4
    assert all(name.startswith("lsa-") for name in ids)


def test_only_the_most_frequent_terms_are_kept() -> None:
    lsa = fit_lsa(CORPUS, LsaConfig(dimension=2, max_terms=3))
    assert len(lsa.vocabulary) == 3
    assert "laser" in lsa.vocabulary


def test_a_small_corpus_gives_fewer_dimensions() -> None:
    assert fit_lsa(CORPUS, LsaConfig(dimension=256)).dimension == len(CORPUS) - 1


@pytest.mark.parametrize("corpus", [[], ["one text"], ["alpha", "beta"], ["", " "]])
def test_a_corpus_without_shared_terms_is_refused(corpus: list[str]) -> None:
    with pytest.raises(EmbedderError, match="too small for LSA"):
        fit_lsa(corpus)


def test_a_saved_model_gives_the_same_vectors(tmp_path: Path) -> None:
    lsa = fit_lsa(CORPUS, SMALL)
    lsa.save(tmp_path / "zone" / "lsa.npz")
    loaded = load_embedder(f"lsa:{tmp_path / 'zone' / 'lsa.npz'}")
    assert (loaded.id, loaded.dimension) == (lsa.id, 2)
    assert np.array_equal(loaded.encode_documents(CORPUS), lsa.encode_documents(CORPUS))


@pytest.mark.parametrize("damage", [b"", b"not a zip", None])
def test_a_damaged_model_says_train_again(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "lsa.npz"
    fit_lsa(CORPUS, SMALL).save(path)
    path.write_bytes(path.read_bytes()[:300] if damage is None else damage)
    with pytest.raises(EmbedderError, match="train it again"):
        LsaEmbedder.load(path)


def test_another_file_is_not_taken_for_a_model(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", format=np.array("something else"))
    with pytest.raises(EmbedderError, match="something else"):
        LsaEmbedder.load(tmp_path / "other.npz")


def test_a_full_disk_leaves_the_old_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lsa.npz"
    fit_lsa(CORPUS, SMALL).save(path)
    before = path.read_bytes()

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(TerraceError, match="free some space"):
        fit_lsa(CORPUS[2:], SMALL).save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["lsa.npz"]


def test_a_model_whose_parts_do_not_fit_is_refused(tmp_path: Path) -> None:
    lsa = fit_lsa(CORPUS, SMALL)
    replace(lsa, vocabulary=lsa.vocabulary[1:]).save(tmp_path / "lsa.npz")
    with pytest.raises(EmbedderError, match="its parts differ in length"):
        LsaEmbedder.load(tmp_path / "lsa.npz")


def test_terms_of_few_texts_are_left_out() -> None:
    assert "modul" not in fit_lsa(CORPUS, LsaConfig(dimension=2, min_texts=3)).vocabulary
    assert "modul" in fit_lsa(CORPUS, LsaConfig(dimension=2, min_texts=2)).vocabulary


def test_more_texts_than_a_batch_keep_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    lsa = fit_lsa(CORPUS, SMALL)
    whole = lsa.encode_documents([*CORPUS, "", "laser"])
    monkeypatch.setattr("terrace.match.embedders.lsa._TEXTS_PER_BATCH", 3)
    assert np.allclose(lsa.encode_documents([*CORPUS, "", "laser"]), whole, atol=1e-6)


def test_rare_terms_weigh_more_than_common_ones() -> None:
    lsa = fit_lsa([*CORPUS, "laser", "laser malaria"], LsaConfig(dimension=3))
    weight = dict(zip(lsa.vocabulary, lsa.idf, strict=True))
    assert weight["fiber"] > weight["laser"] > 1
