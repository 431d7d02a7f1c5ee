"""Passages of a record, what was read in them, and the words it was read from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from terrace.match.text import clean_text

Value = TypeVar("Value")

# Run-together sentences ("by the end.Activities may") are common in portal texts.
_BORDER = re.compile(r"\.?\bnull(?=[A-Z])|[.!?;](?=\s|[A-Z\[])|[。！？；\n•]")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|U\.S|U\.K|No|Inc|approx)|\b[A-Z])$")
MAX_QUOTE = 240


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a record and the field it stands in (title, summary, body ...)."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[Value]):
    """A value, whether it is beyond doubt, and where it was read."""

    value: Value
    certain: bool
    quote: str
    field: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A find in its sentence: the words before and after it."""

    before: str
    found: str
    after: str

    @property
    def text(self) -> str:
        """The sentence, as it stands."""
        return self.before + self.found + self.after

    @property
    def quote(self) -> str:
        """At most 240 characters of the sentence around the find, space tidied."""
        spare = max(MAX_QUOTE - len(self.found), 0) // 2
        before = _cut_start(self.before, max(spare, 2 * spare - len(self.after)))
        after = _cut_end(self.after, max(spare, 2 * spare - len(before)))
        return clean_text(before + self.found + after)


def clause_of(match: re.Match[str], reach: int = 300) -> Clause:
    """The sentence around a match, at most ``reach`` characters to each side."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - reach) : start]
    after = text[end : end + reach]
    # A bracket after a full stop still belongs to the sentence before it.
    opens = [border for border in _borders(before) if before[border.end() :].strip() != "("]
    close = next(_borders(after), None)
    return Clause(
        before[opens[-1].end() if opens else 0 :], match[0], after[: close.end() if close else None]
    )


def _borders(text: str) -> Iterator[re.Match[str]]:
    return (b for b in _BORDER.finditer(text) if not _ABBREVIATED.search(text[: b.start()]))


def passages_with(hints: Sequence[str], passages: Iterable[Passage]) -> list[Passage]:
    """The passages that contain one of the lower-case words: a fast look before a slow one."""
    return [p for p in passages if any(hint in low for low in (p.text.lower(),) for hint in hints)]


def find_clauses(
    pattern: re.Pattern[str], passages: Iterable[Passage]
) -> Iterator[tuple[Passage, re.Match[str], Clause]]:
    """Every match in every passage, with its sentence, in order."""
    for passage in passages:
        for match in pattern.finditer(passage.text):
            yield passage, match, clause_of(match)


def _cut_start(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return "…" + text[len(text) - length :].split(" ", 1)[-1]


def _cut_end(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + "…"
