"""The interview as it is declared in YAML: questions, vague words, headings."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal, get_args

from terrace.criteria.declarations import Section, read_declaration
from terrace.match.gates.declaration import LANGUAGES, Language, Sentence

QuestionKind = Literal["line", "text", "figures", "level", "money", "day", "choices"]
Comparison = Literal["at_least", "at_most", "has", ""]
COMPARISONS: tuple[Comparison, ...] = ("at_least", "at_most", "has")
# What the code reads by name; a zone may reword these questions but not drop or add any.
QUESTIONS = (
    "title", "problem", "place", "today", "shortfall", "outcome", "figures",
    "readiness", "budget", "deadline", "terms", "export", "proof",
)  # fmt: skip
LABELS = ("problem", "place", "today", "shortfall", "limits", "proof", "requirements")
_EN_ENDING = "(?:er|est|ly)?"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers offered, or a group of questions: a stable id and its label."""

    id: str
    label: Sentence


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """A question as declared, in both languages; ``expects`` helps where one is unreadable."""

    id: str
    group: str
    kind: QuestionKind
    is_required: bool
    ask: Sentence
    why: Sentence
    example: Sentence
    expects: Sentence
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class VagueEntry:
    """Vague words of one sense, the question that makes them testable, and a row to begin with.

    ``units`` are suggestions, the first one first; ``answered_by`` is the id of a
    question whose answer settles the words as well ('' = none). Words of an entry
    that ``strengthens`` are passed over where another vague word follows at once.
    """

    id: str
    words: Mapping[Language, tuple[str, ...]]
    pattern: re.Pattern[str]
    ask: Sentence
    what: Sentence
    comparison: Comparison
    units: Mapping[Language, tuple[str, ...]]
    answered_by: str
    strengthens: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Groups and questions in order, the vague words, the headings of the finished text.

    ``asking`` finds the words by which a sentence of the story asks for something.
    """

    groups: tuple[Choice, ...]
    questions: tuple[QuestionSpec, ...]
    asking: re.Pattern[str]
    vague: tuple[VagueEntry, ...]
    labels: Mapping[str, Sentence]


def say(sentence: Sentence, language: Language) -> str:
    """The words in this language."""
    return sentence.zh if language == "zh" else sentence.en


def load_interview(path: Path | None = None) -> Catalogue:
    """The interview of a YAML file, or the one that ships.

    Raises:
        CriteriaError: names the file, the entry, the line and what to do.
    """
    return _shipped_interview() if path is None else _read_interview(path)


@functools.cache
def _shipped_interview() -> Catalogue:
    with resources.as_file(resources.files("terrace") / "data" / "interview.yaml") as path:
        return _read_interview(path)


def _read_interview(path: Path) -> Catalogue:
    declaration = read_declaration(path)
    declaration.check_keys(["groups", "questions", "asking", "vague", "labels"])
    groups = tuple(_read_group(part) for part in declaration.sections("groups", "group"))
    names = [group.id for group in groups]
    questions = [_read_question(q, names) for q in declaration.sections("questions", "question")]
    _check_ids(declaration, "questions", [question.id for question in questions], QUESTIONS)
    labels = declaration.section("labels")
    labels.check_keys(LABELS)
    asking = declaration.section("asking")
    asking.check_keys(LANGUAGES)
    return Catalogue(
        groups=groups,
        questions=tuple(questions),
        asking=_compile_words({language: asking.texts(language) for language in LANGUAGES}),
        vague=tuple(_read_vague(part) for part in declaration.sections("vague", "vague")),
        labels={name: _read_sentence(labels, name) for name in LABELS},
    )


def _check_ids(section: Section, key: str, found: Sequence[str], known: Sequence[str]) -> None:
    if sorted(found) != sorted(known):
        odd = min(set(found) ^ set(known), default="a double one")
        section.refuse(f"'{key}' differs in '{odd}'", f"give each once: {', '.join(known)}")


def _read_group(section: Section) -> Choice:
    section.check_keys(["id", "name"])
    return Choice(section.text("id"), _read_sentence(section, "name"))


def _read_question(section: Section, groups: Sequence[str]) -> QuestionSpec:
    section.check_keys(
        ["id", "group", "kind", "required", "ask", "why", "example"],
        ["choices", "expects"],
    )
    kind = section.text("kind")
    if kind not in get_args(QuestionKind):
        section.refuse(f"the kind '{kind}' is not known", f"{', '.join(get_args(QuestionKind))}")
    if section.text("group") not in groups:
        section.refuse("its group is not declared", f"known are {', '.join(groups)}")
    return QuestionSpec(
        id=section.text("id"),
        group=section.text("group"),
        kind=kind,  # type: ignore[arg-type]  # checked above
        is_required=section.text("required") == "true",
        ask=_read_sentence(section, "ask"),
        why=_read_sentence(section, "why"),
        example=_read_sentence(section, "example"),
        expects=_read_expects(section),
        choices=_read_choices(section),
    )


def _read_expects(section: Section) -> Sentence:
    return _read_sentence(section, "expects") if "expects" in section.values else Sentence("", "")


def _read_choices(section: Section) -> tuple[Choice, ...]:
    if "choices" not in section.values:
        return ()
    return tuple(
        Choice(choice.text("id"), _read_sentence(choice, "label"))
        for choice in section.sections("choices", "choice")
    )


def _read_vague(section: Section) -> VagueEntry:
    section.check_keys(
        ["id", "en", "zh", "ask", "what", "comparison", "units"],
        ["answered_by", "strengthens"],
    )
    comparison = section.text("comparison")
    if comparison not in COMPARISONS:
        section.refuse(f"'{comparison}' is no comparison", f"known are {', '.join(COMPARISONS)}")
    answered_by = section.text("answered_by", "")
    if answered_by and answered_by not in QUESTIONS:
        section.refuse(f"there is no question '{answered_by}'", "name one of the questions")
    units = section.section("units")
    units.check_keys(LANGUAGES)
    words = {language: section.texts(language) for language in LANGUAGES}
    return VagueEntry(
        id=section.text("id"),
        words=words,
        pattern=_compile_words(words),
        ask=_read_sentence(section, "ask"),
        what=_read_sentence(section, "what"),
        comparison=comparison,
        units={language: units.texts(language) for language in LANGUAGES},
        answered_by=answered_by,
        strengthens=section.text("strengthens", "false") == "true",
    )


def _compile_words(words: Mapping[Language, tuple[str, ...]]) -> re.Pattern[str]:
    english, chinese = ("|".join(_longest_first(words[code])) or "(?!)" for code in LANGUAGES)
    return re.compile(rf"(?<![\w-])(?:{english}){_EN_ENDING}(?![\w-])|{chinese}", re.I)


def _longest_first(words: Sequence[str]) -> list[str]:
    return [re.escape(word) for word in sorted(words, key=len, reverse=True)]


def _read_sentence(section: Section, key: str) -> Sentence:
    words = section.section(key)
    words.check_keys(LANGUAGES)
    return Sentence(words.text("en"), words.text("zh"))
