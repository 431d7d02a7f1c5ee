"""What to ask next: the declared questions still open, then those that make things testable."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from terrace.match.gates.declaration import Language, Sentence
from terrace.match.interview.answers import Answers, FigureRow
from terrace.match.interview.cautions import list_missing
from terrace.match.interview.declaration import Catalogue, QuestionKind, QuestionSpec, say
from terrace.match.interview.drafts import Draft
from terrace.match.interview.vagueness import VagueWord

_ROW = Sentence(
    "Figure {row} cannot be tested yet ({missing} missing). What is it? {quote}",
    "第{row}项指标尚无法验证（缺少{missing}），请补充：{quote}",
)
_SENTENCE = Sentence(
    "Give the figure for this, or say how you would see that it is met: {quote}",
    "请为这一句给出数值，或说明怎样看出已经做到：{quote}",
)
_WORD = Sentence("You wrote “{word}”. {ask}", "您写了“{word}”。{ask}")
_MAX_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A question to put, in the language of the interview.

    Declared ones have the id of their answer. A follow-up ('figures.2',
    'vague.speed', 'text.1') is of kind 'figure': its answer is a row of
    ``figures``, to begin with ``row``; ``replaces_row`` is the number of the row
    that it completes, from 1, 0 where the answer is a new row.
    """

    id: str
    group: str
    kind: QuestionKind | Literal["figure"]
    ask: str
    why: str
    example: str
    is_required: bool
    choices: tuple[tuple[str, str], ...] = ()
    row: FigureRow | None = None
    replaces_row: int = 0
    units: tuple[str, ...] = ()


def ask_next(
    answers: Answers,
    catalogue: Catalogue,
    language: Language,
    *,
    unreadable: Collection[str],
    drafts: Sequence[Draft],
    words: Sequence[VagueWord],
) -> tuple[Question, ...]:
    """All open questions, in the order in which to put them.

    Follow-ups come after the declared ones: rows that lack something, vague
    words without a row, then the first three sentences that nobody can test.
    """
    declared = [
        put_question(spec, language)
        for spec in catalogue.questions
        if _is_open(spec, answers, unreadable)
    ]
    return (
        *declared,
        *_ask_for_rows(answers, drafts, language),
        *_ask_for_words(answers, words, language),
        *_ask_for_sentences(drafts, language),
    )


def put_question(spec: QuestionSpec, language: Language) -> Question:
    """A declared question in one language."""
    return Question(
        id=spec.id,
        group=spec.group,
        kind=spec.kind,
        ask=say(spec.ask, language),
        why=say(spec.why, language),
        example=say(spec.example, language),
        is_required=spec.is_required,
        choices=tuple((choice.id, say(choice.label, language)) for choice in spec.choices),
    )


def is_answered(spec: QuestionSpec, answers: Answers) -> bool:
    """Whether there is an answer that says something."""
    if spec.id == "figures":
        return not all(row.is_empty for row in answers.figures)
    return bool(answers.terms if spec.id == "terms" else answers.text(spec.id))


def _is_open(spec: QuestionSpec, answers: Answers, unreadable: Collection[str]) -> bool:
    if spec.id in unreadable:
        return True
    is_skipped = not spec.is_required and spec.id in answers.given
    return not is_skipped and not is_answered(spec, answers)


def _ask_for_rows(
    answers: Answers, drafts: Sequence[Draft], language: Language
) -> Iterator[Question]:
    for draft in drafts:
        if draft.row and not draft.is_testable:
            missing = list_missing(draft.missing, language)
            ask = say(_ROW, language).format(row=draft.row, missing=missing, quote=draft.text)
            row = answers.figures[draft.row - 1]
            yield _follow_up(f"figures.{draft.row}", ask, row, replaces_row=draft.row)


def _ask_for_words(
    answers: Answers, words: Sequence[VagueWord], language: Language
) -> Iterator[Question]:
    for vague in words:
        entry = vague.entry
        rows = (row for row in answers.figures if not row.is_empty)
        if any(entry.pattern.fullmatch(row.replaces) for row in rows):
            continue  # its row is asked for already
        units = entry.units[language]
        row = FigureRow(
            what=say(entry.what, language),
            comparison=entry.comparison,
            unit=units[0] if units else "",
            replaces=vague.word,
        )
        ask = say(_WORD, language).format(word=vague.word, ask=say(entry.ask, language))
        yield _follow_up(f"vague.{entry.id}", ask, row, units=units)


def _ask_for_sentences(drafts: Sequence[Draft], language: Language) -> Iterator[Question]:
    sentences = [draft for draft in drafts if draft.source == "text" and not draft.is_testable]
    for number, draft in enumerate(sentences[:_MAX_SENTENCES], start=1):
        value = "" if draft.value is None else f"{draft.value:g}"
        row = FigureRow(
            comparison=draft.comparison, value=value, unit=draft.unit, replaces=draft.text
        )
        yield _follow_up(f"text.{number}", say(_SENTENCE, language).format(quote=draft.text), row)


def _follow_up(
    name: str, ask: str, row: FigureRow, *, replaces_row: int = 0, units: tuple[str, ...] = ()
) -> Question:
    return Question(
        id=name,
        group="figures",
        kind="figure",
        ask=ask,
        why="",
        example="",
        is_required=False,
        row=row,
        replaces_row=replaces_row,
        units=units,
    )
