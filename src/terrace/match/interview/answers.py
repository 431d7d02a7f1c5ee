"""What people answered, as forms and stored JSON hold it, checked and typed."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from terrace.errors import Problem, RowErrors
from terrace.match.interview.declaration import COMPARISONS, QUESTIONS, Comparison
from terrace.match.interview.typed import split_figure


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure; every part may be missing.

    ``comparison`` 'has' asks for a property that is there or not; ``value`` and
    ``unit`` are then left out. ``replaces`` is the vague word or the whole
    sentence that this row makes testable.
    """

    what: str = ""
    comparison: Comparison = ""
    value: str = ""
    unit: str = ""
    condition: str = ""
    test: str = ""
    replaces: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing; a comparison and a unit alone are what a form starts with."""
        return not any((self.what, self.value, self.condition, self.test))


_COLUMNS = tuple(part.name for part in dataclasses.fields(FigureRow))


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers: ``texts`` by question, and the lists of figures (empty rows too) and terms.

    ``given`` are the questions that were put, be it with an empty answer: an
    optional one is not put again.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[FigureRow, ...] = ()
    terms: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()

    def text(self, question: str) -> str:
        """The answer to a question, '' where there is none."""
        return self.texts.get(question, "")


def read_answers(raw: Mapping[str, Any]) -> Answers:
    """The answers of ``{'title': '...', 'figures': [{'what': ...}], 'terms': ['licence']}``.

    A value in words ('ten') comes out in digits, one typed with its unit ('5 kg') without it.

    Raises:
        RowErrors: all that is wrong; a problem's field reads 'figures.2.value'.
    """
    problems = list(_find_problems(raw))
    if problems:
        raise RowErrors(problems)
    texts = {key: value.strip() for key, value in raw.items() if isinstance(value, str)}
    rows = tuple(_read_row(row) for row in raw.get("figures") or ())
    return Answers(
        texts=texts,
        figures=rows,
        terms=tuple(term for term in raw.get("terms") or () if term.strip()),
        given=frozenset(raw),
    )


def _read_row(row: Mapping[str, Any]) -> FigureRow:
    typed = FigureRow(**{key: str(value).strip() for key, value in row.items()})  # type: ignore[arg-type]
    value, unit = split_figure(typed.value, typed.unit)
    return dataclasses.replace(typed, value=value, unit=unit)


def _find_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for key, value in raw.items():
        if key not in QUESTIONS:
            yield _problem(key, "there is no such question", f"Known are {', '.join(QUESTIONS)}")
        elif key in ("figures", "terms"):
            yield from _find_list_faults(key, value)
        elif not isinstance(value, str):
            yield _problem(key, "this is not a text", "Give a text")


def _find_list_faults(key: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield _problem(key, "this is not a list", "Give a list")
        return
    for number, entry in enumerate(value, start=1):
        place = f"{key}.{number}"
        if key == "figures":
            yield from _find_row_faults(place, entry)
        elif not isinstance(entry, str):
            yield _problem(place, "this is not a text", "Give a text")


def _find_row_faults(place: str, row: Any) -> Iterator[Problem]:
    if not isinstance(row, Mapping) or set(row) - set(_COLUMNS):
        yield _problem(place, "this is no figure", f"Give {', '.join(_COLUMNS)}")
        return
    for column, value in row.items():
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            yield _problem(f"{place}.{column}", "this is neither text nor number", "Give a text")
    if row.get("comparison") not in (None, "", *COMPARISONS):
        known = ", ".join(COMPARISONS)
        yield _problem(f"{place}.comparison", "there is no such comparison", f"Known are {known}")


def _problem(name: str, message: str, remedy: str) -> Problem:
    return Problem("interview answers", 0, name, message, remedy)
