"""The core's messages in the language of the page."""

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


def messages_of_the_core() -> list[str]:
    """The sentences in the readers' sources, each value in them as a word."""
    found = []
    for path in Path(terrace.sources.__file__).parent.glob("*.py"):
        for call in re.findall(
            r"(?:bad_value|unreadable_row|of_file)\((.*?)\)\s+(?:from|\n|if)",
            path.read_text(), re.S,
        ):  # fmt: skip
            found += re.findall(r'f?"([^"]{12,})"', call)
    return [re.sub(r"\{[^}]*\}", "7", each) for each in found]


def test_nearly_every_message_of_the_readers_is_known() -> None:
    messages = messages_of_the_core()
    with translation.override("zh-hans"):
        unknown = [each for each in messages if say(each) == each]

    assert len(messages) > 25
    assert len(unknown) < len(messages) / 4, unknown


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
