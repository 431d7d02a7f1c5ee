"""How long work tells its caller how far it is; the caller decides how to show it."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as ``progress(what, done, total)``; ``total`` may be 0 while unknown."""


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""
