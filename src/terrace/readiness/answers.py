"""What people say of the levels, as forms and stored JSON hold it, checked and typed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from terrace.errors import Problem, RowErrors
from terrace.readiness.scale import LEVELS, Scale, load_scale

Word = Literal["yes", "no", "unknown"]
_LINK = re.compile(r"https?://[^\s<>\"']+", re.I)
_KEYS = frozenset({"answer", "evidence", "link"})


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a level is reached, and what shows it: a text, a web address, or both."""

    answer: Word = "unknown"
    evidence: str = ""
    link: str = ""


Answers = Mapping[str, Mapping[int, Answer]]
"""Per dimension, per level; what is absent is unknown."""


def read_answers(
    raw: Mapping[str, Any], scale: Scale | None = None
) -> dict[str, dict[int, Answer]]:
    """The answers of ``{'technology': {'1': {'answer': 'yes', 'evidence': '...'}}}``.

    Args:
        raw: levels are numbers or their texts; ``answer``, ``evidence`` and ``link`` are optional.
        scale: whose dimensions may be named; the one that ships if not given.

    Raises:
        RowErrors: all that is wrong; a problem's field reads 'technology.1.link'.
    """
    problems = list(_find_problems(raw, scale or load_scale()))
    if problems:
        raise RowErrors(problems)
    return {
        dimension: {int(level): _read_answer(entry) for level, entry in levels.items()}
        for dimension, levels in raw.items()
    }


def _read_answer(entry: Mapping[str, str]) -> Answer:
    word: Any = entry.get("answer") or "unknown"
    return Answer(word, entry.get("evidence", "").strip(), entry.get("link", "").strip())


def _find_problems(raw: Mapping[str, Any], scale: Scale) -> Iterator[Problem]:
    known = [dimension.id for dimension in scale.dimensions]
    for dimension, levels in raw.items():
        if dimension not in known:
            yield _problem(dimension, "there is no such dimension", f"Known are {', '.join(known)}")
        elif not isinstance(levels, Mapping):
            yield _problem(dimension, "these are no levels", "Give a mapping of levels to answers")
        else:
            for level, entry in levels.items():
                yield from _find_faults(f"{dimension}.{level}", level, entry)


def _find_faults(place: str, level: Any, entry: Any) -> Iterator[Problem]:
    if str(level) not in map(str, range(1, LEVELS + 1)):
        yield _problem(place, "there is no such level", "Levels are 1 to 9")
    if not isinstance(entry, Mapping) or set(entry) - _KEYS:
        yield _problem(place, "this is no answer", "Give 'answer', 'evidence' and 'link' alone")
        return
    odd = [key for key, value in entry.items() if not isinstance(value, str)]
    if odd:
        yield _problem(f"{place}.{odd[0]}", "this is not a text", "Give a text")
        return
    if entry.get("answer") and entry["answer"] not in get_args(Word):
        yield _problem(
            f"{place}.answer", f"'{entry['answer']}' is no answer", "Say yes, no or unknown"
        )
    link = entry.get("link", "").strip()
    if link and not _LINK.fullmatch(link):
        yield _problem(f"{place}.link", "this is no web address", "Begin it with https://")


def _problem(field: str, message: str, remedy: str) -> Problem:
    return Problem("readiness answers", 0, field, message, remedy)
