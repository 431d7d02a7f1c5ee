"""Pages are answered one after the other, and nobody waits long for that."""

import threading
from collections.abc import Iterable
from typing import Any

import pytest

from terrace_web.turns import Turns

SOON_S = 5.0


class Slow:
    """An application whose answer to ``/slow`` is finished only when ``let_go`` says so."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.answered: list[str] = []

    def __call__(self, environ: dict[str, Any], _start_response: Any) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if path == "/slow":
            self.begun.set()
            assert self.may_end.wait(SOON_S)
        if path == "/broken":
            raise ValueError
        self.answered.append(path)
        return [path.encode()]


def ask(turns: Turns, path: str, method: str = "GET") -> threading.Thread:
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method}
    thread = threading.Thread(target=turns, args=(environ, None), daemon=True)
    thread.start()
    return thread


@pytest.fixture
def slow() -> Slow:
    return Slow()


def test_a_page_is_begun_when_the_one_before_is_finished(slow: Slow) -> None:
    turns = Turns(slow, wait_s=SOON_S)
    first = ask(turns, "/slow")
    assert slow.begun.wait(SOON_S)
    second = ask(turns, "/second")
    second.join(0.1)
    assert slow.answered == []
    slow.may_end.set()
    first.join(SOON_S)
    second.join(SOON_S)
    assert slow.answered == ["/slow", "/second"]


def test_beside_a_long_answer_others_go_on(slow: Slow) -> None:
    turns = Turns(slow, wait_s=0.01)
    ask(turns, "/slow")
    assert slow.begun.wait(SOON_S)
    ask(turns, "/second").join(SOON_S)
    ask(turns, "/third").join(SOON_S)
    assert slow.answered == ["/second", "/third"]
    slow.may_end.set()


def test_what_changes_something_takes_no_turn(slow: Slow) -> None:
    turns = Turns(slow, wait_s=2 * SOON_S)
    ask(turns, "/slow", "POST")
    assert slow.begun.wait(SOON_S)
    ask(turns, "/second").join(SOON_S)
    ask(turns, "/third", "POST").join(SOON_S)
    assert slow.answered == ["/second", "/third"]
    slow.may_end.set()


def test_an_error_gives_the_turn_back(slow: Slow) -> None:
    turns = Turns(slow, wait_s=2 * SOON_S)
    with pytest.raises(ValueError):
        turns({"PATH_INFO": "/broken", "REQUEST_METHOD": "GET"}, None)  # type: ignore[arg-type]
    ask(turns, "/next").join(SOON_S)
    assert slow.answered == ["/next"]
