"""What a command refuses, said in the language it was asked in."""

from terrace.errors import CriteriaError, InputError, Problem, RowErrors, TerraceError
from terrace.rules.labels import Language
from terrace.wording import in_chinese

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
