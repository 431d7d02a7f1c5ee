"""Vague words: where an answer says something that nobody can test."""

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from terrace.match.clauses import cut_clauses
from terrace.match.figures import find_figures
from terrace.match.interview.answers import Answers
from terrace.match.interview.declaration import Catalogue, VagueEntry
from terrace.match.interview.drafts import Draft
from terrace.match.interview.typed import read_number

_READ = ("title", "problem", "today", "shortfall", "outcome", "proof")
_READ_WHOLE = frozenset({"title", "outcome", "proof"})
_COMMA = re.compile(r"[,;，、；]\s*(?!\d)")


@dataclass(frozen=True, slots=True)
class VagueWord:
    """A vague word as written, the sentence and the answer it stands in, and its entry."""

    word: str
    quote: str
    field: str
    entry: VagueEntry


def find_vague_words(
    answers: Answers, drafts: Sequence[Draft], catalogue: Catalogue
) -> list[VagueWord]:
    """The vague words in what is asked for, each entry of the list once, in order of reading.

    A figure beside the word, or one of the entry's dimension in the same sentence,
    explains it; so does a testable row that replaces the word, or the answer to
    a question that settles it.
    """
    settled = find_settled(answers, drafts, catalogue.vague)
    found: dict[str, VagueWord] = {}
    for field, sentence in _find_demands(answers, drafts, catalogue.asking):
        for vague in _find_in(sentence, field, catalogue.vague):
            found.setdefault(vague.entry.id, vague)
    return [vague for name, vague in found.items() if name not in settled]


def _find_demands(
    answers: Answers, drafts: Sequence[Draft], asking: re.Pattern[str]
) -> Iterator[tuple[str, str]]:
    """What is asked for, sentence by sentence, with the question it answers."""
    drafted = {draft.text for draft in drafts if draft.source == "text"}
    for field in _READ:
        for clause in cut_clauses(answers.text(field)):
            is_wish = clause.text in drafted or bool(asking.search(clause.text))
            if field in _READ_WHOLE or is_wish:
                yield field, clause.text
    for row in answers.figures:
        is_measured = read_number(row.value) is not None
        for part in (row.condition, row.test, *([] if is_measured else [row.what])):
            yield "figures", part


def find_field(answers: Answers, sentence: str) -> str:
    """The question in whose answer a sentence stands, '' where in none."""
    return next((name for name, text in answers.texts.items() if sentence in text), "")


def _find_in(sentence: str, field: str, entries: Iterable[VagueEntry]) -> list[VagueWord]:
    """The first find of each entry, in order; of words inside one another the longest."""
    matches = [(match, e) for e in entries for match in [e.pattern.search(sentence)] if match]
    spans = [match.span() for match, _ in matches]
    starts = {start for start, _ in spans}
    open_matches = [
        (match, entry)
        for match, entry in matches
        if not any(_holds(span, match.span()) for span in spans)
        and not (entry.strengthens and starts & {match.end(), match.end() + 1})
        and not _is_explained(match, entry)
    ]
    open_matches.sort(key=lambda find: find[0].start())
    return [VagueWord(match.group(), sentence, field, entry) for match, entry in open_matches]


def _is_explained(match: re.Match[str], entry: VagueEntry) -> bool:
    """Whether a figure stands beside the word, or one of its dimension in the same sentence."""
    sentence = match.string
    before = max((c.end() for c in _COMMA.finditer(sentence, 0, match.start())), default=0)
    comma = _COMMA.search(sentence, match.end())
    if find_figures(sentence[before : comma.start() if comma else None]):
        return True
    dimensions = {figure.dimension for figure in find_figures(sentence)}
    return bool(dimensions & _dimensions_of(entry))


@functools.cache
def _read_dimension(unit: str) -> str:
    found = find_figures(f"1 {unit}")
    return found[0].dimension if found else ""


def _dimensions_of(entry: VagueEntry) -> set[str]:
    return {_read_dimension(unit) for units in entry.units.values() for unit in units} - {""}


def _holds(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def find_settled(
    answers: Answers, drafts: Sequence[Draft], entries: Sequence[VagueEntry]
) -> set[str]:
    """The ids of the entries whose words a testable row replaces, or another answer settles."""
    testable = {draft.row for draft in drafts if draft.is_testable and draft.row}
    words = [row.replaces for n, row in enumerate(answers.figures, start=1) if n in testable]
    return {
        entry.id
        for entry in entries
        if (entry.answered_by and answers.text(entry.answered_by))
        or any(entry.pattern.fullmatch(word) for word in words)
    }


def is_covered(sentence: str, settled: Collection[str], entries: Sequence[VagueEntry]) -> bool:
    """Whether a sentence asks for nothing but what rows have made testable."""
    found = _find_in(sentence, "", entries)
    return bool(found) and all(vague.entry.id in settled for vague in found)
