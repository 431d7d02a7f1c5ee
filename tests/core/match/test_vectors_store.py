import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.errors import TerraceError
from terrace.match.embedders.arrays import write_arrays
from terrace.match.vectors.keys import KEY_BYTES, keys_of
from terrace.match.vectors.shipped import read_shipped, write_shipped
from terrace.match.vectors.store import Halves, count_vectors, read_vectors, write_vectors

any_text = st.text(st.characters(codec=None), max_size=20)


def numbered(count: int) -> dict[bytes, Halves]:
    keys = keys_of("numbers", "document", [str(n) for n in range(count)])
    return {key: np.array([n, -n], np.float16) for n, key in enumerate(keys)}


def as_bytes(vectors: dict[bytes, Halves]) -> dict[bytes, bytes]:
    return {key: vector.tobytes() for key, vector in vectors.items()}


@given(st.lists(any_text, max_size=20))
def test_equal_texts_and_only_those_have_equal_keys(texts: list[str]) -> None:
    keys = keys_of("model", "query", texts)
    assert all(len(key) == KEY_BYTES for key in keys)
    assert len(set(keys)) == len(set(texts))
    assert dict(zip(texts, keys, strict=True)) == {
        text: keys_of("model", "query", [text])[0] for text in texts
    }


@given(any_text)
def test_model_and_role_are_part_of_a_key(text: str) -> None:
    keys = {
        keys_of("a", "query", [text])[0],
        keys_of("a", "document", [text])[0],
        keys_of("b", "query", [text])[0],
        keys_of("a", "query", [f"{text}."])[0],
    }
    assert len(keys) == 4


def test_what_is_written_is_read_in_any_number(tmp_path: Path) -> None:
    path, vectors = tmp_path / "v.sqlite3", numbered(1203)
    write_vectors(path, "numbers", vectors)
    assert read_vectors(path, list(vectors)) == as_bytes(vectors)
    assert read_vectors(path, list(vectors)[:501]) == as_bytes(dict(list(vectors.items())[:501]))
    assert count_vectors(path) == {"numbers": 1203}


def test_unknown_keys_are_left_out(tmp_path: Path) -> None:
    path, vectors = tmp_path / "v.sqlite3", numbered(3)
    assert read_vectors(path, list(vectors)) == {}
    write_vectors(path, "numbers", vectors)
    known = next(iter(vectors))
    assert read_vectors(path, [bytes(16), known]) == {known: vectors[known].tobytes()}
    assert read_vectors(path, []) == {}


def test_what_is_there_already_stays(tmp_path: Path) -> None:
    path, vectors = tmp_path / "v.sqlite3", numbered(5)
    write_vectors(path, "numbers", vectors)
    write_vectors(path, "numbers", {key: -vector for key, vector in numbered(7).items()})
    assert len(read_vectors(path, list(numbered(7)))) == 7
    assert read_vectors(path, list(vectors)) == as_bytes(vectors)


def test_an_empty_write_makes_an_empty_store(tmp_path: Path) -> None:
    write_vectors(tmp_path / "deep" / "v.sqlite3", "numbers", {})
    assert count_vectors(tmp_path / "deep" / "v.sqlite3") == {}


def test_shipped_vectors_come_back(tmp_path: Path) -> None:
    path, vectors = tmp_path / "numbers.npz", numbered(40)
    write_shipped(path, "numbers", vectors)
    shipped = read_shipped(path)
    assert shipped.model_id == "numbers"
    assert shipped.read([bytes(16), *vectors]) == as_bytes(vectors)


def test_nothing_may_be_shipped(tmp_path: Path) -> None:
    write_shipped(tmp_path / "none.npz", "numbers", {})
    assert read_shipped(tmp_path / "none.npz").read([bytes(16)]) == {}


def test_a_replaced_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "numbers.npz"
    write_shipped(path, "numbers", numbered(2))
    assert len(read_shipped(path).row_of) == 2
    assert read_shipped(path) is read_shipped(path)
    write_shipped(path, "numbers", numbered(3))
    os.utime(path, ns=(1, 1))
    assert len(read_shipped(path).row_of) == 3


def test_keys_without_vectors_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "odd.npz"
    parts = {
        "model": np.array("numbers"),
        "keys": np.zeros((1, KEY_BYTES), np.uint8),
        "vectors": np.zeros((2, 2), np.float16),
    }
    write_arrays(path, parts)
    with pytest.raises(TerraceError, match="differ in number"):
        read_shipped(path)
    del parts["vectors"]
    write_arrays(path, parts)
    with pytest.raises(TerraceError, match=r"odd\.npz cannot be read .*vectors"):
        read_shipped(path)
