"""Search as one types: words and one space, fused, without the ranker's second look."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from terrace.match.completion import complete_terms
from terrace.match.corpus import Corpus
from terrace.match.features.signals import Bools, EncodedQuery, gather_candidates
from terrace.match.features.table import score_first_stage
from terrace.match.passages import Query
from terrace.match.scoring import blas_threads, encode_queries, strongest
from terrace.match.text import detect_language

SCHEMA = pl.Schema({"record_id": pl.String, "score": pl.Float32})


def search_words(
    corpus: Corpus, text: str, *, top: int, mask: Bools, prefix: bool = True
) -> pl.DataFrame:
    """The best ``top`` records among the rows of the mask: record_id and score, best first.

    The mask is one of this very view: make it on ``corpus.pinned()``, and ask that. With
    ``prefix`` a last word that ends the text may go on, see ``completion.py``.
    """
    query = Query("", text, text, detect_language(text))
    spaces = strongest(space for space in corpus.spaces() if space.speaks(query.language))
    encoded = encode_queries([query], corpus, spaces=spaces, cache=corpus.recent)
    if prefix:
        encoded = [_let_go_on(corpus, encoded[0])]
    # One product of a matrix and a vector: a second thread only adds waiting.
    with blas_threads(1):
        return next(search_encoded(corpus, encoded, top=top, mask=mask))


def search_allowed(
    corpus: Corpus, text: str, *, top: int, record_ids: pl.Series, allowed: Bools
) -> pl.DataFrame:
    """``search_words`` among the ``record_ids [m]`` that are ``allowed [m]``, as one types.

    Where the same ``Series`` comes again, its records need not be looked up anew.

    Raises:
        IndexFault: an id stands there twice, or not one truth value per record.
    """
    pinned = corpus.pinned()
    return search_words(pinned, text, top=top, mask=pinned.align(record_ids).mask(allowed))


def _let_go_on(corpus: Corpus, encoded: EncodedQuery) -> EncodedQuery:
    return replace(encoded, weights=complete_terms(corpus.view(), encoded.query.whole))


def search_encoded(
    corpus: Corpus, queries: Sequence[EncodedQuery], *, top: int, mask: Bools
) -> Iterator[pl.DataFrame]:
    """``search_words`` for many queries of one language, each encoded in the same space."""
    names = queries[0].whole_vectors if queries else ()
    spaces = [space for space in corpus.spaces() if space.name in names]
    ids = corpus.passages()["record_id"]
    for candidates in gather_candidates(corpus.view(), queries, spaces, mask):
        if not len(candidates.rows):
            yield SCHEMA.to_frame()
            continue
        scores = score_first_stage(candidates)
        best = np.argsort(-scores, kind="stable")
        found = {"record_id": ids.gather(candidates.rows[best]), "score": scores[best]}
        yield pl.DataFrame(found).unique("record_id", keep="first", maintain_order=True).head(top)
