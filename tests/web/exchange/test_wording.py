"""The core's messages in the language of the page."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

import terrace.sources
from terrace_web.exchange.wording import say


def test_it_works() -> None:
    with translation.override("zh-hans"):
        said = say("'cheap' is no amount")

    assert "cheap" in said and "is no amount" not in said


def test_english_stays_and_the_unknown_stays() -> None:
    with translation.override("en"):
        assert say("'cheap' is no amount") == "'cheap' is no amount"
    with translation.override("zh-hans"):
        assert say("a sentence of tomorrow") == "a sentence of tomorrow"


# A server's own file system, and public formats that people of a zone do not upload.
NOT_MET = re.compile(
    r"cannot be read: |permissions|^Use |encoding is called|^(?:kind|source) '|is not known"
    r"|^has no 7$|takes for|^7 is not 7|^an Excel|JSON7"
)
RAISING = {"bad_value", "unreadable_row", "of_file", "Problem", "_damaged"}


def messages_of_the_core() -> list[str]:
    """The sentences that the readers' sources raise, each value in them as a 7."""
    found: list[str] = []
    for path in Path(terrace.sources.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and name_of(call.func) in RAISING:
                found += [text for each in call.args if " " in (text := sentence_of(each))]
    return [each for each in found if not NOT_MET.search(each)]


def name_of(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def sentence_of(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "7" for p in node.values)
        return "".join(str(part) for part in parts)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_message_of_the_readers_is_known() -> None:
    messages = messages_of_the_core()
    with translation.override("zh-hans"):
        unknown = [each for each in messages if say(each) == each]

    assert len(messages) > 40
    assert unknown == []


@pytest.mark.parametrize(
    "sentence",
    [
        "is 401 characters long, the limit is 400",
        "is named as xlsx but its content is PDF",
        "'A' is also the id of row 1",
        "has 3 cells where the header has 2",
        "Write one of licence, transfer",
    ],
)
def test_values_in_a_sentence_are_kept(sentence: str) -> None:
    with translation.override("zh-hans"):
        said = say(sentence)

    assert said != sentence
    assert all(value in said for value in re.findall(r"\d+|PDF|licence", sentence))
