"""A disposable local search index: BM25 and dense vectors, exact, on disk.

The index is a folder of immutable, memory-mapped segments under one small
manifest that is replaced in one step, so that any number of processes read
while one writes, and a killed writer leaves nothing but garbage that the next
one removes. It knows no users: a search takes a mask of rows, applied before
ranking. Built from records, it can be deleted and rebuilt at will.

    index = Index.open(Path("zone/index"))
    index.write([Entry(id="A-1", text="Corrosion sensors")], attributes)
    index.add_vectors("minilm", ["A-1"], vectors)
    view = index.view()
    open_rows = view.rows_where(pl.col("readiness") >= 5)
    rows, scores = view.top_lexical([terms("pipeline corrosion")], 10, mask=open_rows)
    rows, scores = view.top_dense("minilm", queries, 10, mask=open_rows)

A ``View`` is one generation and never changes; ``index.view()`` gives the
newest one, and what any process has written is in the next view of every other.
"""

from terrace.match.index.bm25 import Bm25, Query
from terrace.match.index.entries import Entry
from terrace.match.index.store import Index
from terrace.match.index.view import View

__all__ = ["Bm25", "Entry", "Index", "Query", "View"]
