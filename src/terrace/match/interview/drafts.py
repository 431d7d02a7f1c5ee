"""Requirements drafted from the figures typed and from what the texts demand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from terrace.match.gates.declaration import Language
from terrace.match.interview.answers import Answers, FigureRow
from terrace.match.interview.declaration import Comparison
from terrace.match.interview.phrases import say_amended, say_row
from terrace.match.interview.typed import read_number
from terrace.match.requirements import Requirement

Part = Literal["what", "comparison", "figure", "unit", "condition", "test"]
_WRITTEN = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s?-?(?P<unit>.*?)(?:\s+or \w+)?$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A requirement as it will stand in the need.

    ``value`` and ``unit`` are as written (None and '' where there are none);
    ``source`` is 'figures' for a row, 'text' for a sentence of the answers;
    ``row`` is the number of its row, from 1, 0 for a sentence without one;
    ``missing`` are the parts nobody gave yet. Without a condition a requirement
    can be tested all the same, without anything else it cannot.
    """

    text: str
    what: str
    comparison: Comparison
    value: float | None
    unit: str
    condition: str
    test: str
    source: Literal["figures", "text"]
    row: int
    missing: tuple[Part, ...]

    @property
    def is_testable(self) -> bool:
        """Whether two people could find out, and agree, that it is met."""
        return not set(self.missing) - {"condition"}


def testable_share(requirements: Iterable[Draft]) -> float | None:
    """Which part of the requirements can be tested, 0 to 1; None where there are none."""
    verdicts = [requirement.is_testable for requirement in requirements]
    return sum(verdicts) / len(verdicts) if verdicts else None


def draft_rows(answers: Answers, amended: Sequence[str], language: Language) -> list[Draft]:
    """A draft per row that says something; one without its own words amends what it replaces."""
    return [
        _draft_row(row, number, row.replaces if row.replaces in amended else "", language)
        for number, row in enumerate(answers.figures, start=1)
        if not row.is_empty
    ]


def draft_text(requirement: Requirement) -> Draft:
    """The draft of a sentence of the answers, with the first figure that has a direction."""
    figure = next((figure for figure in requirement.figures if figure.direction), None)
    written = _WRITTEN.search(figure.quote) if figure else None
    return Draft(
        text=requirement.text,
        what=requirement.text,
        comparison=figure.direction if figure else "",
        value=read_number(written["number"]) if written else None,
        unit=written["unit"] if written else "",
        condition="",
        test="",
        source="text",
        row=0,
        missing=("condition", "test") if figure else ("figure", "condition", "test"),
    )


def _draft_row(row: FigureRow, number: int, sentence: str, language: Language) -> Draft:
    amends = bool(sentence) and not row.what
    return Draft(
        text=say_amended(sentence, row, language) if amends else say_row(row, language),
        what=row.what or sentence,
        comparison=row.comparison,
        value=read_number(row.value),
        unit=row.unit,
        condition=row.condition,
        test=row.test,
        source="figures",
        row=number,
        missing=_find_missing(row, row.what or sentence),
    )


def _find_missing(row: FigureRow, what: str) -> tuple[Part, ...]:
    measured = row.comparison != "has"
    parts: dict[Part, object] = {
        "what": what,
        "comparison": row.comparison,
        "figure": not measured or read_number(row.value) is not None,
        "unit": not measured or row.unit,
        "condition": row.condition,
        "test": row.test,
    }
    return tuple(part for part, given in parts.items() if not given)
