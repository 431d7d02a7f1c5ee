"""The interview as a whole: from the answers so far to questions, drafts, warnings, text."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from terrace.errors import InputError, Problem
from terrace.match.gates.declaration import LANGUAGES, Language
from terrace.match.interview.answers import Answers, read_answers
from terrace.match.interview.cautions import (
    Caution,
    warn_of_contraries,
    warn_of_drafts,
    warn_of_limits,
    warn_of_words,
)
from terrace.match.interview.declaration import Catalogue, load_interview
from terrace.match.interview.drafts import Draft, draft_rows, draft_text
from terrace.match.interview.limits import read_limits
from terrace.match.interview.need_text import as_need, write_text
from terrace.match.interview.questions import Question, ask_next, is_answered
from terrace.match.interview.vagueness import find_settled, find_vague_words, is_covered
from terrace.match.requirements import Requirement, cut_requirements
from terrace.records import Need, Text

_ALL = 1_000


@dataclass(frozen=True, slots=True)
class Interview:
    """Where an interview stands.

    ``questions`` are still open, in order; ``requirements`` are drafted so far;
    ``text`` is the need as it would be published; ``values`` are the fields of a
    ``Need`` that the limits give. It is complete when every required question is
    answered and at least one requirement can be tested.
    """

    language: Language
    questions: tuple[Question, ...]
    requirements: tuple[Draft, ...]
    warnings: tuple[Caution, ...]
    text: Text
    values: Mapping[str, Any]
    is_complete: bool


def interview(
    answers: Mapping[str, Any],
    language: Language,
    *,
    today: date | None = None,
    catalogue: Catalogue | None = None,
) -> Interview:
    """What follows from the answers so far; ask again after each of them.

    Args:
        answers: by id of the question, as ``read_answers`` takes them; all may be missing.
        language: 'en' or 'zh', that of the answers.
        today: a deadline before this day is warned of; None leaves that out.
        catalogue: the questions; those that ship if not given.

    Raises:
        InputError: an answer to no question, of the wrong type, or another language.
    """
    if language not in LANGUAGES:
        message = f"there is no interview in '{language}'"
        raise InputError(Problem("interview", 0, "language", message, "Known are en, zh"))
    return _hold_interview(read_answers(answers), language, today, catalogue or load_interview())


def draft_need(found: Interview, *, id: str) -> Need:
    """The need of an interview, a record with its text and its limits."""
    return Need(id=id, texts=(found.text,), languages=(found.language,), **found.values)


def _hold_interview(
    answers: Answers, language: Language, today: date | None, catalogue: Catalogue
) -> Interview:
    limits = read_limits(answers, catalogue, language, today=today)
    drafts, amended = _draft_requirements(answers, catalogue, language)
    text = write_text(
        answers,
        catalogue,
        language,
        limits=limits.lines,
        requirements=[draft.text for draft in drafts if draft.row],
        left_out=amended,
    )
    words = find_vague_words(answers, drafts, catalogue)
    read = cut_requirements(as_need(text))
    warnings = (
        *warn_of_limits(answers, limits, catalogue, today, language),
        *warn_of_contraries(answers, language),
        *warn_of_words(words, language),
        *warn_of_drafts(answers, drafts, read, language),
    )
    questions = ask_next(
        answers,
        catalogue,
        language,
        unreadable=limits.unreadable,
        drafts=drafts,
        words=words,
    )
    is_complete = _is_complete(answers, catalogue, drafts)
    return Interview(language, questions, tuple(drafts), warnings, text, limits.values, is_complete)


def _draft_requirements(
    answers: Answers, catalogue: Catalogue, language: Language
) -> tuple[list[Draft], list[str]]:
    """The drafts, rows first, and the sentences of the story that rows replace."""
    story = as_need(write_text(answers, catalogue, language))
    found = [part for part in cut_requirements(story, limit=_ALL) if part.part == "body"]
    replaced = {row.replaces for row in answers.figures if not row.is_empty}
    amended = [part.text for part in found if part.text in replaced]
    rows = draft_rows(answers, amended, language)
    settled = find_settled(answers, rows, catalogue.vague)
    sentences = [
        draft_text(part)
        for part in found
        if part.text not in replaced and not _is_said(part, settled, catalogue)
    ]
    return [*rows, *sentences], amended


def _is_said(part: Requirement, settled: Collection[str], catalogue: Catalogue) -> bool:
    """Whether rows say already all that a sentence asks for."""
    return not part.figures and is_covered(part.text, settled, catalogue.vague)


def _is_complete(answers: Answers, catalogue: Catalogue, drafts: Sequence[Draft]) -> bool:
    required = [spec for spec in catalogue.questions if spec.is_required]
    is_told = all(is_answered(spec, answers) for spec in required)
    return is_told and any(draft.is_testable for draft in drafts)
