"""Asking the indexes; who may see what is decided by the caller, who names the allowed codes."""

import polars as pl

from terrace.match.lookup import look_up
from terrace.progress import Progress, silent
from terrace_web.index.corpora import matcher_of


def search(kind: str, text: str, *, allowed: pl.Series, most: int) -> list[str]:
    """The codes of the records that fit a few words, best first, among the allowed ones."""
    found = look_up(matcher_of(kind).corpus, text, allowed=allowed, top=most)
    codes: list[str] = found["record_id"].to_list()
    return codes


def match(
    kind: str,
    queries: pl.DataFrame,
    *,
    top: int,
    allowed: pl.Series | None = None,
    remember: bool = False,
    progress: Progress = silent,
) -> pl.DataFrame:
    """The best records of a kind for each query: the core's columns, see ``Matcher.match``.

    With ``remember`` the public queries stay known as rivals; only the worker may say so.
    """
    where = None if allowed is None else pl.col("record_id").is_in(allowed.implode())
    matcher = matcher_of(kind)
    return matcher.match(queries, top=top, where=where, remember=remember, progress=progress)
