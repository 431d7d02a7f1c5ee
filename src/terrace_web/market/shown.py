"""What a page of the interview showed: only what was changed on it is taken from it."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from json import dumps
from typing import Any

_PREFIX = "shown."


def mark_of(answer: Any) -> str:
    """A short mark of an answer; all that says nothing has the same one."""
    plain = dumps(answer or "", ensure_ascii=False, sort_keys=True).replace("\\r\\n", "\\n")
    return sha256(plain.encode()).hexdigest()[:16]


def marks_of(names: Sequence[str], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The hidden fields of a page that shows these answers."""
    return [(f"{_PREFIX}{name}", mark_of(answers.get(name))) for name in names]


def take_changed(
    answers: Mapping[str, Any], said: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers with what a page says, but for what it still says as it was shown.

    What was answered in another window meanwhile stays; ``given`` has the page's marks.
    """
    changed = {
        name: value
        for name, value in said.items()
        if given.get(f"{_PREFIX}{name}") != mark_of(value)
    }
    return {**answers, **changed}
