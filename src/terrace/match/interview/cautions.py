"""Warnings on a need: what cannot be tested, read or compared, each with its remedy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from terrace.match.figures import find_figures
from terrace.match.gates.declaration import Language, Sentence
from terrace.match.interview.answers import Answers, FigureRow
from terrace.match.interview.declaration import Catalogue, QuestionSpec, say
from terrace.match.interview.drafts import Draft
from terrace.match.interview.limits import Limits
from terrace.match.interview.phrases import say_figure
from terrace.match.interview.typed import read_number
from terrace.match.interview.vagueness import VagueWord, find_field
from terrace.match.requirements import Requirement

CautionKind = Literal["vague", "untestable", "unread", "unit", "unreadable", "past", "contrary"]
_SAYS: Mapping[CautionKind, Sentence] = {
    "vague": Sentence(
        "“{word}” means something else to everybody. {ask}",
        "“{word}”因人而异，无法验证。{ask}",
    ),
    "untestable": Sentence(
        "This cannot be tested yet. Missing: {missing}.",
        "这一条尚无法验证，缺少：{missing}。",
    ),
    "unread": Sentence(
        "Matching would not read this as a requirement. Say it shorter or in other words, and"
        " keep to twelve requirements.",
        "匹配时不会把这一句读作要求。请说得更短或换一种说法，并把要求控制在十二条以内。",
    ),
    "unit": Sentence(
        "Matching cannot compare figures in “{word}” by itself; people can. Use a common unit"
        " and a positive number if there is one.",
        "匹配无法自动比较以“{word}”计的数值，需人工比较。如有常用单位和正数，请改用。",
    ),
    "unreadable": Sentence(
        "“{word}” could not be read. Write {expects}, for example {example}; else it stays in the"
        " text as you wrote it.",
        "无法识别“{word}”。请填写{expects}，例如{example}；否则仅按原文写入正文。",
    ),
    "contrary": Sentence(
        "“{what}” cannot be {one} and {other} at once. Correct one of the two.",
        "“{what}”不能既{one}又{other}，请更正其中一项。",
    ),
    "past": Sentence("The day {word} is past. Name a later one.", "{word}已过，请另填日期。"),
}
# The example of the figures is a whole row.
_NUMBER = Sentence("0.1", "0.1")
_PARTS: Mapping[str, Sentence] = {
    "what": Sentence("what it is about", "指标名称"),
    "comparison": Sentence("at least or at most", "不低于还是不超过"),
    "figure": Sentence("the figure", "数值"),
    "unit": Sentence("the unit", "单位"),
    "condition": Sentence("the conditions", "条件"),
    "test": Sentence("how it is tested", "验证方法"),
}


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning: its kind, the question it is about, word and quote, and the sentence to show.

    ``ask`` is the question that would settle it, '' where the sentence says it all.
    """

    kind: CautionKind
    field: str
    word: str
    quote: str
    sentence: str
    ask: str = ""


def warn_of_words(words: Sequence[VagueWord], language: Language) -> Iterator[Caution]:
    """A warning per vague word, with the question that would make it testable."""
    for vague in words:
        ask = say(vague.entry.ask, language)
        yield _warn("vague", vague.field, vague.word, vague.quote, language, ask=ask)


def warn_of_drafts(
    answers: Answers, drafts: Sequence[Draft], read: Sequence[Requirement], language: Language
) -> Iterator[Caution]:
    """Warnings on drafts that cannot be tested, compared, or found again when the need is read."""
    for draft in drafts:
        field = "figures" if draft.row else find_field(answers, draft.text)
        if not draft.is_testable:
            yield _warn("untestable", field, "", draft.text, language, missing=draft.missing)
        if draft.row and not _is_comparable(answers, draft, language):
            yield _warn("unit", field, draft.unit, draft.text, language)
        if draft.what and not any(draft.text in requirement.text for requirement in read):
            yield _warn("unread", field, "", draft.text, language)


def warn_of_limits(
    answers: Answers,
    limits: Limits,
    catalogue: Catalogue,
    today: date | None,
    language: Language,
) -> Iterator[Caution]:
    """Warnings on answers that could not be understood, and on a day that is past."""
    specs = {spec.id: spec for spec in catalogue.questions}
    for name in limits.unreadable:
        spec = specs[name]
        yield _warn_unread(name, answers.text(name), spec, spec.example, language)
    for number, row in enumerate(answers.figures, start=1):
        if row.value and row.comparison != "has" and read_number(row.value) is None:
            field = f"figures.{number}.value"
            yield _warn_unread(field, row.value, specs["figures"], _NUMBER, language)
    deadline = limits.values.get("deadline")
    if today and deadline and deadline < today:
        yield _warn("past", "deadline", str(deadline), "", language)


def warn_of_contraries(answers: Answers, language: Language) -> Iterator[Caution]:
    """A warning on a figure that leaves no room beside an earlier one of the same, so tested."""
    for number, row in enumerate(answers.figures, start=1):
        for other in answers.figures[: number - 1]:
            if _is_of_the_same(row, other) and _leaves_no_room(row, other, language):
                said = {"one": say_figure(other, language), "other": say_figure(row, language)}
                field = f"figures.{number}.value"
                yield _warn("contrary", field, row.value, "", language, what=row.what, **said)
                break


def _is_of_the_same(row: FigureRow, other: FigureRow) -> bool:
    parts = ("what", "condition", "test")
    return bool(row.what) and all(
        getattr(row, part).strip().casefold() == getattr(other, part).strip().casefold()
        for part in parts
    )


def _leaves_no_room(row: FigureRow, other: FigureRow, language: Language) -> bool:
    read = [find_figures(say_figure(each, language)) for each in (row, other)]
    if any(len(each) != 1 for each in read) or read[0][0].dimension != read[1][0].dimension:
        return False
    by_direction = {figures[0].direction: figures[0].value for figures in read}
    least, most = by_direction.get("at_least"), by_direction.get("at_most")
    return least is not None and most is not None and least > most


def _warn_unread(
    field: str, word: str, spec: QuestionSpec, example: Sentence, language: Language
) -> Caution:
    expected = {"expects": say(spec.expects, language), "example": say(example, language)}
    return _warn("unreadable", field, word, "", language, **expected)


def list_missing(parts: Sequence[str], language: Language) -> str:
    """The parts in words, those that bar testing before the conditions."""
    ordered = sorted(parts, key=lambda part: part == "condition")
    return ("、" if language == "zh" else ", ").join(say(_PARTS[p], language) for p in ordered)


def _is_comparable(answers: Answers, draft: Draft, language: Language) -> bool:
    figure = say_figure(answers.figures[draft.row - 1], language)
    found = find_figures(figure)
    return not figure or (len(found) == 1 and bool(found[0].direction))


def _warn(
    kind: CautionKind,
    field: str,
    word: str,
    quote: str,
    language: Language,
    *,
    ask: str = "",
    missing: Sequence[str] = (),
    **expected: str,
) -> Caution:
    template = say(_SAYS[kind], language)
    lacking = list_missing(missing, language)
    sentence = template.format(word=word, ask=ask, missing=lacking, **expected)
    return Caution(kind, field, word, quote, sentence, ask)
