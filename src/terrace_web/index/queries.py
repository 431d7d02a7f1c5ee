"""Asking the indexes; who may see what is decided by the caller, who names the allowed codes."""

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace.match.lookup import look_up
from terrace.progress import Progress, silent
from terrace_web.index.corpora import matcher_of


def search(
    kind: str,
    text: str,
    *,
    codes: pl.Series,
    allowed: npt.NDArray[np.bool_],
    most: int,
    by_words: bool = True,
) -> list[str]:
    """The codes of the records that fit a few words, best first.

    ``codes`` are the records of the kind and ``allowed`` says which of them may be found;
    the same ``Series`` at every call spares finding their rows again.
    """
    corpus = matcher_of(kind).corpus.pinned()
    mask = corpus.align(codes).mask(allowed)
    return list(look_up(corpus, text, allowed=mask, top=most, by_words=by_words))


def knows_meaning(kind: str) -> bool:
    """Whether the records of a kind are compared by meaning too."""
    corpus = matcher_of(kind).corpus
    return corpus.bridge is not None and corpus.bridge.id in corpus.view().models


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
