from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import EmbedderError
from terrace.match.whitening import Whitening, fit_whitening


def draw_vectors(seed: int, count: int = 200, dimension: int = 8) -> np.ndarray:
    drawn = np.random.default_rng(seed)
    # A narrow cone: one common direction and directions of unequal width.
    raw = drawn.standard_normal((count, dimension)) * np.linspace(0.1, 1, dimension) + 2
    return (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)


def fit(vectors: np.ndarray) -> Whitening:
    whitening = fit_whitening("m", vectors)
    assert whitening is not None
    return whitening


def test_it_works() -> None:
    vectors = draw_vectors(1)

    white = fit(vectors)(vectors)

    assert np.linalg.norm(white, axis=1) == pytest.approx(np.ones(200), abs=1e-5)
    assert abs(white.mean(axis=0)).max() < 0.1


@given(st.integers(0, 1000))
def test_texts_of_one_field_move_apart(seed: int) -> None:
    vectors = draw_vectors(seed)
    white = fit(vectors)(vectors)

    assert (white @ white.T).mean() < (vectors @ vectors.T).mean() / 2


@given(st.integers(0, 1000))
def test_wide_directions_shrink_against_narrow_ones_but_never_below(seed: int) -> None:
    vectors = draw_vectors(seed)
    whitening = fit(vectors)

    def width(values: np.ndarray) -> np.ndarray:
        return np.sort(np.linalg.eigvalsh(np.cov(values.T)))

    before = width(vectors - vectors.mean(axis=0))[-7:]
    after = width((vectors - whitening.mean) @ whitening.transform)[-7:]
    assert 1 < after[-1] / after[0] < before[-1] / before[0]


@given(st.integers(0, 1000))
def test_the_order_of_the_corpus_does_not_matter(seed: int) -> None:
    vectors = draw_vectors(seed)
    straight, shuffled = fit(vectors), fit(vectors[::-1])

    likeness = straight(vectors) @ straight(vectors).T
    assert np.abs(shuffled(vectors) @ shuffled(vectors).T - likeness).max() < 1e-3


def test_a_blank_text_stays_like_nothing() -> None:
    blank = np.zeros((2, 8), np.float32)

    assert not fit(draw_vectors(3))(blank).any()


def test_blank_texts_teach_nothing() -> None:
    vectors = draw_vectors(4)
    padded = np.vstack([vectors, np.zeros((50, 8), np.float32)])

    assert fit(padded).id == fit(vectors).id


@pytest.mark.parametrize("count", [0, 1, 31])
def test_too_few_texts_are_not_learned_from(count: int) -> None:
    assert fit_whitening("m", draw_vectors(5, count)) is None


def test_equal_texts_are_harmless() -> None:
    vectors = np.tile(draw_vectors(6, 1), (40, 1))

    assert np.isfinite(fit(vectors)(vectors)).all()


def test_the_id_names_model_and_corpus() -> None:
    one, other = fit(draw_vectors(7)), fit(draw_vectors(8))

    assert one.id.startswith("m+")
    assert one.id == fit(draw_vectors(7)).id
    assert one.id != other.id


def test_it_is_saved_and_loaded(tmp_path: Path) -> None:
    whitening, vectors = fit(draw_vectors(9)), draw_vectors(10)
    whitening.save(tmp_path / "w.npz")

    loaded = Whitening.load(tmp_path / "w.npz")

    assert (loaded.id, loaded.model_id) == (whitening.id, "m")
    assert (loaded(vectors) == whitening(vectors)).all()


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 cut off"])
def test_a_damaged_file_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(content)

    with pytest.raises(EmbedderError, match=r"w\.npz is missing or damaged.*delete it"):
        Whitening.load(path)


def test_a_cut_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    fit(draw_vectors(11)).save(path)
    path.write_bytes(path.read_bytes()[:300])

    with pytest.raises(EmbedderError, match="damaged"):
        Whitening.load(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="absent"):
        Whitening.load(tmp_path / "absent.npz")
