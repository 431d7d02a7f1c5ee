"""The terminal: one console for results, one for progress and errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from terrace.progress import Progress, silent

console = Console(highlight=False)
messages = Console(stderr=True, highlight=False)


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Progress]:
    """Yield a progress callback that draws bars with the remaining time on stderr."""
    if quiet or not messages.is_terminal:
        yield silent
        return
    with _make_bar() as bar:
        yield _BarReport(bar)


def _make_bar() -> Bar:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Bar(*columns, TimeRemainingColumn(), console=messages, transient=True)


class _BarReport:
    """Draws one bar per kind of work that reports itself."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total or None)
        self._bar.update(self._tasks[what], completed=done, total=total or None)
