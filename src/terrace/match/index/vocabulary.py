"""The terms of an index, numbered in the order they first came; only ever appended to.

A term keeps its number for the life of the index, so that the segments need
no translation. The manifest says how much of the file is committed; a tail
that a killed writer left behind is overwritten by the next one.
"""

import bisect
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

FILE_NAME = "vocabulary.txt"
_LAST_CHARACTER = "\U0010ffff"


class Vocabulary:
    """The committed terms as far as this process has read them."""

    def __init__(self) -> None:
        self.terms: list[str] = []
        self.ids: dict[str, int] = {}
        self._bytes_read = 0
        self._in_order: list[str] = []

    def starting_with(self, prefix: str) -> list[str]:
        """The terms that begin with these characters, in order."""
        ordered = self._sort()
        first = bisect.bisect_left(ordered, prefix)
        return ordered[first : bisect.bisect_left(ordered, prefix + _LAST_CHARACTER)]

    def read_on(self, folder: Path, size_bytes: int) -> None:
        """Read what was committed since the last call.

        Raises:
            ValueError: the file is shorter than what was committed.
        """
        if size_bytes <= self._bytes_read:
            return
        with (folder / FILE_NAME).open("rb") as file:
            file.seek(self._bytes_read)
            content = file.read(size_bytes - self._bytes_read)
        if len(content) + self._bytes_read != size_bytes:
            raise ValueError(f"{FILE_NAME} is too short")
        self._extend(content.decode().split("\n")[:-1])
        self._bytes_read = size_bytes

    def _sort(self) -> list[str]:
        # Replaced whole, never changed, because several threads may be reading it.
        ordered = self._in_order
        if len(ordered) < len(self.terms):
            ordered = sorted([*ordered, *self.terms[len(ordered) :]])
            self._in_order = ordered
        return ordered

    def _extend(self, added: Sequence[str]) -> None:
        self.ids.update(
            zip(added, range(len(self.terms), len(self.terms) + len(added)), strict=True)
        )
        self.terms.extend(added)


class Numbering(dict[str, int]):
    """Looks terms up in a vocabulary and numbers the ones it does not have.

    New terms are collected in ``added``; the vocabulary stays untouched until
    they are committed.
    """

    def __init__(self, known: Mapping[str, int], count: int) -> None:
        super().__init__()
        self._known = known
        self._count = count
        self.added: list[str] = []

    def __missing__(self, term: str) -> int:
        number = self._known.get(term, -1)
        if not 0 <= number < self._count:
            number = self.total
            self.added.append(term)
        self[term] = number
        return number

    @property
    def total(self) -> int:
        """How many terms there are, known and added."""
        return self._count + len(self.added)


def append_terms(folder: Path, *, size_bytes: int, added: Sequence[str]) -> int:
    """Write new terms behind the committed ones and return the new size in bytes."""
    if not added:
        return size_bytes
    content = "".join(f"{term}\n" for term in added).encode()
    with os.fdopen(os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o666), "r+b") as file:
        file.seek(size_bytes)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return size_bytes + len(content)
