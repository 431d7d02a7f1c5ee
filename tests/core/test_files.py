import errno
from pathlib import Path

import pytest

from terrace.errors import TerraceError
from terrace.files import write_atomically


def test_it_works(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a" / "b.txt", lambda file: file.write(b"whole"))

    assert (tmp_path / "a" / "b.txt").read_bytes() == b"whole"


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    target = tmp_path / "b.txt"
    target.write_bytes(b"old")

    def fail(file) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(TerraceError, match=r"b\.txt: No space left.*free some space"):
        write_atomically(target, fail)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_another_fault_is_named_with_its_remedy(tmp_path: Path) -> None:
    def fail(_file) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    with pytest.raises(TerraceError, match="Permission denied.*can be written"):
        write_atomically(tmp_path / "x", fail)


def test_a_fault_of_the_writer_itself_passes_through_cleanly(tmp_path: Path) -> None:
    def fail(_file) -> None:
        raise ValueError("not a disk fault")

    with pytest.raises(ValueError, match="not a disk fault"):
        write_atomically(tmp_path / "x", fail)
    assert list(tmp_path.iterdir()) == []


def test_others_may_read_what_the_umask_lets_them(tmp_path: Path) -> None:
    (tmp_path / "ordinary").touch()

    write_atomically(tmp_path / "atomic", lambda file: file.write(b""))

    modes = [(tmp_path / name).stat().st_mode for name in ("ordinary", "atomic")]
    assert modes[0] == modes[1]
