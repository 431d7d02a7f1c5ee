"""Prefixes: what a word may become that is still being typed.

Only terms of counted rows are offered, so that no hidden record shows through. All
terms together count like one word that occurs wherever any of them does; by their own
idf the rarest, which are the least likely to be meant, would come first.
"""

from collections.abc import Sequence

import numpy as np

from terrace.match.index import bm25
from terrace.match.index.shards import Shard
from terrace.match.index.vocabulary import Vocabulary


def weigh_prefix(
    shards: Sequence[Shard], vocabulary: Vocabulary, prefix: str, *, most: int, terms: int
) -> dict[str, float]:
    """The weights of the ``most`` commonest terms that begin with the prefix.

    ``terms`` is how many terms of the vocabulary are committed.
    """
    named = [(t, n) for t in vocabulary.starting_with(prefix) if (n := vocabulary.ids[t]) < terms]
    numbers = np.fromiter((number for _, number in named), dtype=np.int64, count=len(named))
    found = bm25.count_documents(shards, numbers)
    best = np.argsort(-found, kind="stable")[:most]
    kept = best[found[best] > 0]
    documents = bm25.collect_statistics(shards).document_count
    together = bm25.idf_of(np.minimum(found[kept].sum(), documents), documents)
    weights = together / bm25.idf_of(found[kept], documents)
    return {named[at][0]: float(w) for at, w in zip(kept, weights, strict=True)}
