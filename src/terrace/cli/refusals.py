"""What a command refuses, said in the language it was asked in.

The core speaks English and puts values into its sentences. Each sentence stands once in
``data/refusals_zh.yaml``; what was put into it is found again and kept.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from terrace.errors import CriteriaError, InputError, Problem, RowErrors, TerraceError
from terrace.rules.labels import Language

_PLACE = re.compile(r"\{(\w+)\}")
# Places that may hold another sentence.
_NESTED = ("hint", "remedy")
_SHOWN_PROBLEMS = 50


def write_refusal(error: TerraceError, language: Language) -> str:
    """An error as the command line says it."""
    return f"错误：{_say_error(error)}" if language == "zh" else f"error: {error}"


def _say_error(error: TerraceError) -> str:
    match error:
        case RowErrors(problems=problems):
            return _say_problems(problems)
        case InputError(problems=(problem, *_)):
            return _say_problem(problem)
        case CriteriaError(parts=(place, what, remedy)):
            where = write_place(place, "zh")
            said = f"{in_chinese(what)}；{in_chinese(remedy)}"
            return f"{where}：{said}" if where else said
        case _:
            return in_chinese(str(error))


def write_place(place: str, language: Language) -> str:
    """Where in a declaration something stands: "srdi.yaml, criterion 'S1', line 20"."""
    if language == "en":
        return place
    return "，".join(in_chinese(part) for part in place.split(", ") if part)


def _say_problems(problems: tuple[Problem, ...]) -> str:
    rows = len({(problem.file, problem.row) for problem in problems})
    shown = [f"  {_say_problem(problem)}" for problem in problems[:_SHOWN_PROBLEMS]]
    more = len(problems) - len(shown)
    tail = [f"  ……另有{more}处"] if more else []
    return "\n".join([f"{rows}行有误，未载入任何数据：", *shown, *tail])


def _say_problem(problem: Problem) -> str:
    row = f"，第{problem.row}行" if problem.row else ""
    column = f"，“{problem.field}”列" if problem.field else ""
    said = f"{in_chinese(problem.message)}。{in_chinese(problem.remedy)}"
    return f"{problem.file}{row}{column}：{said}"


def in_chinese(sentence: str) -> str:
    """The sentence in Chinese; as it is where it is not known."""
    for pattern, chinese in _load_patterns():
        match = pattern.fullmatch(sentence)
        if match:
            return _fill(chinese, match.groupdict())
    return sentence


def _fill(chinese: str, values: Mapping[str, str]) -> str:
    nested = {name: in_chinese(text) for name, text in values.items() if name in _NESTED}
    return _PLACE.sub(lambda place: {**values, **nested}[place[1]], chinese)


@cache
def _load_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the English sentences, those that say most first."""
    file = resources.files("terrace") / "data" / "refusals_zh.yaml"
    sentences: Mapping[str, str] = yaml.safe_load(file.read_text("utf-8"))
    longest_first = sorted(sentences, key=lambda one: len(_PLACE.sub("", one)), reverse=True)
    return tuple((_compile(english), sentences[english]) for english in longest_first)


def _compile(english: str) -> re.Pattern[str]:
    parts = _PLACE.split(english)
    named = (f"(?P<{p}>.*?)" if n % 2 else re.escape(p) for n, p in enumerate(parts))
    return re.compile("".join(named), re.DOTALL)
