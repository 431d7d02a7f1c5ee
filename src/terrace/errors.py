"""Every error Terrace raises on purpose, in one tree.

TerraceError
├── InputError            a file, row or field that cannot be taken
│   └── RowErrors         several of them, collected over one import
├── CriteriaError         a declaration or expression that is wrong
├── EmbedderError         a model that is missing, or answers wrongly
│   └── MixedVectors      vectors of different models were about to meet
├── IndexFault            an index that cannot be opened or written
├── RankerError           a ranker file that does not fit the features
└── NotFound              an id or a zone that is not there

Messages say what is wrong, where, and what to do about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class TerraceError(Exception):
    """Base of all errors Terrace raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad spot of an input: where it is, what is wrong and what to do.

    ``row`` counts as a spreadsheet does: the header is row 1, the first record below it
    row 2, and the first of a file without a header row 1. 0 means the file as a whole.
    """

    file: str
    row: int
    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "")
        place += f", field '{self.field}'" if self.field else ""
        return f"{place}: {self.message}. {self.remedy}"


class InputError(TerraceError):
    """A file, row or field that cannot be taken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problems: tuple[Problem, ...] = (problem,)

    @classmethod
    def of_file(cls, path: Path | str, message: str, remedy: str) -> "InputError":
        """The error about a file as a whole."""
        return cls(Problem(str(path), 0, "", message, remedy))


class RowErrors(InputError):
    """All bad rows of one import, reported together; nothing was loaded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)

    def __str__(self) -> str:
        shown = "\n".join(f"  {problem}" for problem in self.problems[:50])
        more = len(self.problems) - 50
        tail = f"\n  ... and {more} more" if more > 0 else ""
        rows = len({(problem.file, problem.row) for problem in self.problems})
        return f"{rows} bad row{'s' * (rows > 1)}, nothing was loaded:\n{shown}{tail}"


class CriteriaError(TerraceError):
    """A declaration or expression of criteria that is wrong.

    ``parts`` are where it stands, what is wrong and what to do; none where it is one sentence.
    """

    parts: tuple[str, str, str] | None = None

    @classmethod
    def at(cls, place: str, what: str, remedy: str) -> "CriteriaError":
        """The error about one place of a declaration ('' if it has none)."""
        error = cls(f"{place}: {what}; {remedy}" if place else f"{what}; {remedy}")
        error.parts = (place, what, remedy)
        return error


class EmbedderError(TerraceError):
    """An embedding model that is missing, or does not answer as it should."""


class MixedVectors(EmbedderError):
    """Vectors of different models were about to be compared."""


class IndexFault(TerraceError):
    """An index that cannot be opened, read or written."""


class RankerError(TerraceError):
    """A ranker file that is unreadable or does not fit these features."""


class NotFound(TerraceError):
    """An id, file or zone that is not there."""
