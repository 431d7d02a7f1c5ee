"""The guided interview on a need: reading what a page sends, and the draft that comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from terrace.match.interview import FigureRow, Interview, Question, interview, load_interview
from terrace.match.interview.declaration import say
from terrace.match.interview.questions import put_question
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Organisation, User
from terrace_web.market import vocabulary
from terrace_web.market.actions import create_record
from terrace_web.market.models import Level, Record

PARTS = ("what", "comparison", "value", "unit", "condition", "test", "replaces")
SHARPEN = "sharpen"
_LONGEST, _MOST_ROWS, _SPARE_ROWS = 4_000, 24, 2
_FIELD_OF = {"readiness_min": "readiness"}
# The platform's fewer codes for what the core tells apart.
_TERM_OF = {"joint_development": "development", "equity": "investment"}


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the interview; ``questions`` are the declared ones of its group."""

    id: str
    label: str
    questions: tuple[Question, ...]
    is_done: bool


def list_steps(found: Interview) -> list[Step]:
    """The pages in order; the last one, for what cannot be tested yet, has no label."""
    catalogue, language = load_interview(), found.language
    still_open = {each.id for each in found.questions}
    steps = []
    for group in catalogue.groups:
        questions = tuple(
            put_question(spec, language) for spec in catalogue.questions if spec.group == group.id
        )
        is_done = not any(each.id in still_open for each in questions)
        steps.append(Step(group.id, say(group.label, language), questions, is_done))
    return [*steps, Step(SHARPEN, "", (), is_done=not follow_ups(found))]


def follow_ups(found: Interview) -> list[Question]:
    """The questions that make something testable."""
    return [each for each in found.questions if each.kind == "figure"]


def read_step(step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a step says, as answers; ``given`` is a QueryDict."""
    answers: dict[str, Any] = {}
    for question in step.questions:
        if question.kind == "figures":
            answers[question.id] = read_rows(given, "figures")
        elif question.kind == "choices":
            answers[question.id] = given.getlist(question.id)[:20]  # type: ignore[attr-defined]
        else:
            answers[question.id] = str(given.get(question.id, "")).strip()[:_LONGEST]
    return answers


def read_rows(given: Mapping[str, Any], prefix: str) -> list[dict[str, str]]:
    """The rows ``prefix.0.what`` and so on that say something."""
    rows = [_read_row(given, f"{prefix}.{place}") for place in range(_MOST_ROWS)]
    return [row for row in rows if row.get("what") or row.get("value")]


def merge_follow_ups(
    rows: Sequence[Mapping[str, str]], questions: Sequence[Question], given: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The rows with the answers to follow-ups: some complete a row, others are new ones."""
    merged = [dict(row) for row in rows]
    for question in questions:
        answer = _read_row(given, question.id)
        # What was filled in beforehand is no answer yet.
        if not (answer.get("value") or answer.get("test")):
            continue
        if question.replaces_row:
            merged[question.replaces_row - 1] |= answer
        else:
            merged.append(answer)
    return merged[:_MOST_ROWS]


def rows_to_show(answers: Mapping[str, Any]) -> list[FigureRow]:
    """The stored rows and a few empty ones."""
    stored = [FigureRow(**row) for row in answers.get("figures") or []]
    spare = max(_SPARE_ROWS, 3 - len(stored))
    return [*stored, *[FigureRow() for _place in range(spare)]]


def hold_interview(answers: Mapping[str, Any], language: str, today: date) -> Interview:
    """Where the interview stands; the language is that of the answers."""
    return interview(answers, "zh" if language.startswith("zh") else "en", today=today)


def draft_from(
    found: Interview,
    *,
    owner: Organisation,
    is_blind: bool,
    by: User,
    audience: Audience,
    now: datetime,
) -> Record:
    """The draft of a need as the interview has it; blind ones show their owner after consent.

    Raises:
        PermissionDenied, Http404: the user is no editor of that organisation.
    """
    return create_record(
        "need",
        owner=owner,
        by=by,
        audience=audience,
        values=_values_of(found),
        levels={"identity": Level.NAMED if is_blind else Level.PUBLIC, "confidential": Level.NAMED},
        language=found.language,
        now=now,
    )


def _values_of(found: Interview) -> dict[str, Any]:
    limits = {_FIELD_OF.get(name, name): value for name, value in found.values.items()}
    if "terms" in limits:
        codes = dict.fromkeys(_TERM_OF.get(code, code) for code in limits["terms"])
        limits["terms"] = [code for code in codes if code in vocabulary.terms()]
    text = found.text
    return {**limits, "title": text.title, "summary": text.summary, "body": text.body}


def _read_row(given: Mapping[str, Any], prefix: str) -> dict[str, str]:
    row = {part: str(given.get(f"{prefix}.{part}", "")).strip()[:_LONGEST] for part in PARTS}
    return {part: value for part, value in row.items() if value}
