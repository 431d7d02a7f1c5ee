import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from terrace.match.embedders.batches import Vectors, encode_in_batches, plain_text, unit_rows


def lengths_as_vectors(batch: list[str]) -> Vectors:
    return np.array([[len(text), 1.0, 0.0] for text in batch], dtype=np.float32)


@given(st.lists(st.text(max_size=30), max_size=20), st.integers(1, 5))
def test_every_text_keeps_its_row(texts: list[str], batch_size: int) -> None:
    found = encode_in_batches(
        texts, lengths_as_vectors, dimension=3, batch_size=batch_size, max_characters=10
    )
    for text, vector in zip(texts, found, strict=True):
        clipped = text[:10]
        expected = lengths_as_vectors([clipped]) if clipped.strip() else np.zeros((1, 3))
        assert np.allclose(vector, unit_rows(expected)[0], atol=1e-6)


def test_texts_of_like_length_share_a_batch() -> None:
    seen = []

    def encode(batch: list[str]) -> Vectors:
        seen.append([len(text) for text in batch])
        return lengths_as_vectors(batch)

    texts = ["a" * n for n in (9, 1, 8, 2, 7, 3)]
    encode_in_batches(texts, encode, dimension=3, batch_size=2, max_characters=100)
    assert seen == [[1, 2], [3, 7], [8, 9]]


@given(st.text(alphabet=st.characters(codec=None), max_size=50))
def test_plain_text_can_always_be_written(text: str) -> None:
    assert plain_text(text, 20).encode("utf-8") is not None
    assert len(plain_text(text, 20)) <= 20


def test_zero_rows_stay_zero() -> None:
    rows = unit_rows(np.array([[0.0, 0.0], [3.0, 4.0]]))
    assert rows.tolist() == [[0, 0], [np.float32(0.6), np.float32(0.8)]]
