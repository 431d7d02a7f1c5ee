"""Refusals in Chinese: every sentence of the rules' commands is known, values are kept."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import terrace
from terrace.cli.main import run
from terrace.cli.refusals import write_refusal
from terrace.errors import CriteriaError, InputError, NotFound, Problem, RowErrors
from terrace.wording import in_chinese

CORE = Path(terrace.__file__).parent
COMMANDS = ("impact", "outputs", "path", "population", "rules", "standing")
RAISING = ("TerraceError", "CriteriaError", "NotFound", "of_file", "Problem", "BadCell", "at")
RAISING += ("refuse", "_refuse", "_damaged", "suggest_names", "bad_value", "unreadable_row")
# What stands in their first places is a sentence's part.
NOT_MET = ("7 is not 7", "is not valid JSON7: 7")


def list_files() -> Iterator[Path]:
    yield from (CORE / "rules").rglob("*.py")
    yield from (CORE / "criteria").glob("*.py")
    yield from (CORE / "sources").glob("*.py")
    yield from (CORE / "cli" / f"{name}.py" for name in COMMANDS)
    yield CORE / "files.py"


def list_sentences(path: Path) -> Iterator[str]:
    """The sentences that a module raises, each value in them as a 7."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and name_of(call.func) in RAISING:
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                yield from sentences_of(argument)


def name_of(function: ast.expr) -> str:
    return str(getattr(function, "id", getattr(function, "attr", "")))


def sentences_of(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "7" for p in node.values)
        text = "".join(str(part) for part in parts)
    else:
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    if " " in text and text not in NOT_MET:
        yield text


def test_every_sentence_is_known_in_chinese() -> None:
    sentences = {text for path in list_files() for text in list_sentences(path)}
    assert len(sentences) > 200
    assert sorted(text for text in sentences if in_chinese(text) == text) == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("'many' is no number", "“many”不是数字"),
        ("'revenue' is never less: check its sign", "“revenue”不会更小：请检查正负号"),
        ("criterion 'S4a'", "条件“S4a”"),
        ("a sentence of tomorrow", "a sentence of tomorrow"),
        (
            "cannot write a.csv: No space left; nothing was changed, free some space and run again",
            "无法写入a.csv：No space left；未作任何改动，请腾出空间后重试",
        ),
    ],
)
def test_values_are_kept_and_the_unknown_stays(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


def test_every_kind_of_error_is_said() -> None:
    problem = Problem("a.csv", 2, "revenue", "-5 is below 0", "Export it again")
    said = "a.csv，第2行，“revenue”列：-5小于0。请重新导出"
    assert write_refusal(InputError(problem), "zh") == f"错误：{said}"
    assert write_refusal(RowErrors([problem]), "zh") == (
        f"错误：1行有误，未载入任何数据：\n  {said}"
    )
    wrong = CriteriaError.at("a.yaml, criterion 'A', line 3", "'en' is missing", "add it")
    assert write_refusal(wrong, "zh") == "错误：a.yaml，条件“A”，第3行：缺少“en”；请补上"
    assert write_refusal(wrong, "en") == f"error: {wrong}"
    plain = CriteriaError.at("", "it cannot be parsed of '+'", "check its grammar")
    assert write_refusal(plain, "zh") == "错误：“+”：无法解析；请检查写法"
    absent = NotFound("there is no rulebook 'x'; there are srdi")
    assert write_refusal(absent, "zh") == "错误：没有规定“x”；现有srdi"


def test_many_bad_rows_are_cut() -> None:
    problems = [Problem("a.csv", row, "", "is empty", "Export it again") for row in range(2, 62)]
    said = write_refusal(RowErrors(problems), "zh")
    assert said.startswith("错误：60行有误")
    assert said.endswith("……另有10处")


@pytest.mark.parametrize("asked", ["option", "variable"])
def test_a_command_refuses_in_the_language_it_was_asked_in(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], asked: str
) -> None:
    words = ["terrace", "rules", "show", "no"]
    if asked == "option":
        words += ["--language", "zh"]
    else:
        monkeypatch.setenv("TERRACE_LANGUAGE", "zh")
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit):
        run()
    assert capfd.readouterr().err.startswith("错误：没有规定“no”；现有")
    monkeypatch.delenv("TERRACE_LANGUAGE", raising=False)
    monkeypatch.setattr(sys, "argv", words[:4])
    with pytest.raises(SystemExit):
        run()
    assert capfd.readouterr().err.startswith("error: there is no rulebook 'no'")
