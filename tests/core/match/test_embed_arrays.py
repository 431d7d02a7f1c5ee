import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from terrace.errors import TerraceError
from terrace.match.embedders.arrays import read_arrays, write_arrays

ONE = {"a": np.arange(200, dtype=np.float32)}
in_one_folder = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@in_one_folder
@given(
    first=npst.arrays(np.float32, npst.array_shapes(max_dims=2, max_side=5)),
    second=npst.arrays(np.uint8, st.integers(0, 9)),
    compress=st.booleans(),
)
def test_what_is_written_is_read(
    tmp_path: Path, first: np.ndarray, second: np.ndarray, compress: bool
) -> None:
    path = tmp_path / "deep" / "arrays.npz"
    write_arrays(path, {"first": first, "second": second}, compress=compress)
    found = read_arrays(path)
    assert found.keys() == {"first", "second"}
    assert found["first"].dtype == np.float32
    assert np.array_equal(found["first"], first, equal_nan=True)
    assert np.array_equal(found["second"], second)


@in_one_folder
@given(share=st.floats(0, 0.999), compress=st.booleans())
def test_a_file_cut_anywhere_is_damaged(tmp_path: Path, share: float, compress: bool) -> None:
    path = tmp_path / "arrays.npz"
    write_arrays(path, ONE, compress=compress)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match=r"."):
        read_arrays(path)


@in_one_folder
@given(place=st.floats(0.3, 0.6), compress=st.booleans())
def test_a_changed_byte_is_noticed(tmp_path: Path, place: float, compress: bool) -> None:
    path = tmp_path / "arrays.npz"
    write_arrays(path, ONE, compress=compress)
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        read_arrays(path)


def test_a_single_array_file_is_something_else(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", ONE["a"])
    with pytest.raises(ValueError, match="damaged"):
        read_arrays(tmp_path / "one.npy")


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    np.savez(tmp_path / "objects.npz", a=np.array([{"x": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        read_arrays(tmp_path / "objects.npz")


def test_the_same_arrays_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        write_arrays(tmp_path / name, ONE, compress=True)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_arrays(tmp_path / "a.npz", ONE)

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(TerraceError, match="free some space"):
        write_arrays(tmp_path / "a.npz", {"a": np.zeros(3)})
    assert np.array_equal(read_arrays(tmp_path / "a.npz")["a"], ONE["a"])
