"""The guided interview on a need: reading what a page sends, and the draft that comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from terrace.match.interview import (
    Caution,
    FigureRow,
    Interview,
    Question,
    interview,
    load_interview,
)
from terrace.match.interview.declaration import COMPARISONS, say
from terrace.match.interview.questions import put_question
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Organisation, User
from terrace_web.market import vocabulary
from terrace_web.market.actions import create_record
from terrace_web.market.models import HeldInterview, Level, Record

PARTS = ("what", "comparison", "value", "unit", "condition", "test", "replaces")
SHARPEN = "sharpen"
_LONGEST, _MOST_ROWS, _SPARE_ROWS = 4_000, 24, 2
_LONGEST_OF = {"title": 300, "line": 400}
_STOPPING = ("unreadable", "past", "contrary")
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


def list_steps(found: Interview, kept: Mapping[str, str] | None = None) -> list[Step]:
    """The pages in order; the last one, for what cannot be tested yet, has no label.

    ``kept`` are answers to leave as they are, although they cannot be read.
    """
    catalogue, language, kept = load_interview(), found.language, kept or {}
    still_open = {each.id for each in found.questions if each.id not in kept}
    still_open |= {each.field.partition(".")[0] for each in find_faults(found, kept)}
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


def still_open(found: Interview, steps: Sequence[Step]) -> list[tuple[Step, Question]]:
    """The questions that have to be answered and are not, with their pages."""
    required = {each.id for each in found.questions if each.is_required}
    return [(step, each) for step in steps for each in step.questions if each.id in required]


def find_faults(found: Interview, kept: Mapping[str, str]) -> list[Caution]:
    """What cannot be taken as it was typed and was not kept so on purpose."""
    return [
        each
        for each in found.warnings
        if each.kind in _STOPPING and kept.get(each.field) != each.word
    ]


def faults_on(
    step: Step, faults: Sequence[Caution], questions: Sequence[Question]
) -> list[Caution]:
    """Those that a page can show; ``questions`` are the follow-ups, which the last one asks."""
    places = {each.id for each in step.questions}
    rows = {f"figures.{each.replaces_row}.value" for each in questions if step.id == SHARPEN}
    return [each for each in faults if each.field.partition(".")[0] in places or each.field in rows]


def readings_of(found: Interview) -> dict[str, str]:
    """What was made of the answers that are numbers or days, by question."""
    values = found.values
    readings = {"readiness": "TRL {readiness_min}", "deadline": "{deadline}"}
    if "budget_max" in values:
        readings["budget"] = "{budget_max:,.0f} {currency}"
    names = {"readiness": "readiness_min", "deadline": "deadline", "budget": "budget_max"}
    return {name: said.format(**values) for name, said in readings.items() if names[name] in values}


def read_step(step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a step says, as answers; ``given`` is a QueryDict."""
    answers: dict[str, Any] = {}
    for question in step.questions:
        if question.kind == "figures":
            answers[question.id] = read_rows(given, "figures")
        elif question.kind == "choices":
            answers[question.id] = given.getlist(question.id)[:20]  # type: ignore[attr-defined]
        else:
            answers[question.id] = str(given.get(question.id, "")).strip()[: longest_of(question)]
    return answers


def longest_of(question: Question) -> int:
    """How many characters of an answer the draft has room for."""
    return _LONGEST_OF.get(question.id) or _LONGEST_OF.get(question.kind, _LONGEST)


def read_rows(given: Mapping[str, Any], prefix: str) -> list[dict[str, str]]:
    """The rows ``prefix.0.what`` and so on that say something."""
    rows = [_read_row(given, f"{prefix}.{place}") for place in range(_MOST_ROWS)]
    return [row for row in rows if not FigureRow(**row).is_empty]  # type: ignore[arg-type]


def merge_follow_ups(
    rows: Sequence[Mapping[str, str]], questions: Sequence[Question], given: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The rows with the answers to follow-ups: some complete a row, others are new ones."""
    merged = [dict(row) for row in rows]
    for question in questions:
        answer = _read_row(given, question.id)
        if question.replaces_row:
            # A part that was emptied goes too.
            was = {} if f"{question.id}.what" in given else merged[question.replaces_row - 1]
            merged[question.replaces_row - 1] = was | answer
        elif _says_more(answer, question.row):
            merged.append(answer)
    return merged[:_MOST_ROWS]


def _says_more(answer: Mapping[str, str], row: FigureRow | None) -> bool:
    """What was filled in beforehand is no answer yet."""
    return any(value != getattr(row, part, "") for part, value in answer.items())


def rows_to_show(answers: Mapping[str, Any]) -> list[FigureRow]:
    """The stored rows and a few empty ones."""
    stored = [FigureRow(**row) for row in answers.get("figures") or []]
    spare = max(_SPARE_ROWS, 3 - len(stored))
    return [*stored, *[FigureRow() for _place in range(spare)]]


def hold_interview(answers: Mapping[str, Any], language: str, today: date) -> Interview:
    """Where the interview stands; the language is that of the answers."""
    return interview(answers, "zh" if language.startswith("zh") else "en", today=today)


def recall(user: User) -> dict[str, Any]:
    """What the user has said so far, wherever that was; empty where no interview is held."""
    held = HeldInterview.objects.filter(user=user).first()
    return dict(held.said) if held else {}


def remember(user: User, said: Mapping[str, Any]) -> None:
    """Keep what was said until a draft is made of it or it is forgotten."""
    HeldInterview.objects.update_or_create(user=user, defaults={"said": said})


def forget(user: User) -> None:
    """End the interview, or begin it anew."""
    HeldInterview.objects.filter(user=user).delete()


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
    if row["comparison"] not in COMPARISONS:
        row["comparison"] = ""
    return {part: value for part, value in row.items() if value}
