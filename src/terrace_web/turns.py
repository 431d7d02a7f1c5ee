"""Requests take turns: a page is finished before the next one is begun.

Python runs one thread at a time. Where several answer requests at once, each loses its place
at every question to the database and waits up to 5 ms to get it back, so that all of them are
late together (`bench/turns.py`). Nobody waits long for a turn: beside a long export everybody
goes on at once, as without turns. What changes something takes none, as it mostly waits for
the disk, for other writers or for a password to be checked.
"""

from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST_WAIT_S = 0.2
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Turns:
    """An application that reads for one request at a time; a WSGI application itself."""

    def __init__(self, application: "WSGIApplication", *, wait_s: float = LONGEST_WAIT_S) -> None:
        self._application = application
        self._wait_s = wait_s
        self._turn = Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The answer of the application, which is begun after ``wait_s`` at the latest."""
        if environ["REQUEST_METHOD"] not in _READING:
            return self._application(environ, start_response)
        is_ours = self._turn.acquire(timeout=self._wait_s)
        try:
            return self._application(environ, start_response)
        finally:
            if is_ours:
                self._turn.release()
