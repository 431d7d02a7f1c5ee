"""What an audience sees of a kind: rows of the catalogue, kept while neither of the two changes.

Most requests come from the same few audiences, visitors above all. What is kept hangs on
everything that decides on sight (``Audience.sight``) and on the very frame it was made of, so
that neither a grant nor a record can change without it being made anew.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from terrace_web.accounts.audience import Audience
from terrace_web.market.facets import Filters, count_facets, select_visible

_KEPT_ROWS = 1_500_000
_DEFAULT_ORDER = "newest"
ORDERS = {
    "newest": (pl.col("published_at"), True),
    "updated": (pl.col("updated_at"), True),
    "deadline": (pl.col("deadline"), False),
    "readiness": (pl.col("readiness"), True),
    "title": (pl.col("title").str.to_lowercase(), False),
}


@dataclass(frozen=True, eq=False)
class Visible:
    """The visible ``rows`` of one kind, with the columns facets need.

    ``known`` are all its rows and ``codes`` theirs, the hidden ones too.
    """

    known: pl.DataFrame
    codes: pl.Series
    rows: pl.DataFrame

    @cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """Which of ``codes`` may be seen."""
        return self.known["id"].is_in(self.rows["id"].implode()).to_numpy()

    @cached_property
    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """The counts of a list nothing has narrowed yet."""
        return count_facets(self.rows, Filters(kind=""), self.rows)

    @cached_property
    def title_words(self) -> pl.Series:
        """The words of Latin letters in the titles, in small letters, each once."""
        words = self.rows["title"].str.to_lowercase().str.extract_all("[a-z]{4,}")
        return words.explode().drop_nulls().unique()

    @cached_property
    def _ordered(self) -> dict[str, pl.Series]:
        return {}

    def ids_in(self, order: str) -> pl.Series:
        """The ids of all rows in one of ``ORDERS``."""
        if order not in self._ordered:
            self._ordered[order] = sort_rows(self.rows, order)["id"]
        return self._ordered[order]


def sort_rows(rows: pl.DataFrame, order: str) -> pl.DataFrame:
    """In one of ``ORDERS``, the newest first if it is another; what has no value comes last.

    Of deadlines the next one comes first, and those that are past after all others.
    """
    column, descending = ORDERS.get(order, ORDERS[_DEFAULT_ORDER])
    if order == "deadline":
        past = pl.col("deadline_in") == "past"
        return rows.sort(past, column, "id", descending=[False, False, True], nulls_last=True)
    return rows.sort(column, "id", descending=[descending, True], nulls_last=True)


class Kept:
    """The latest of them, as many as have so many rows together; safe to share."""

    def __init__(self, most_rows: int = _KEPT_ROWS) -> None:
        self._lock = threading.Lock()
        self._most_rows = most_rows
        self._kept: OrderedDict[object, Visible] = OrderedDict()
        self._codes: dict[str, tuple[pl.DataFrame, pl.Series]] = {}

    def get(
        self, known: pl.DataFrame, audience: Audience, filters: Filters, *, today: date
    ) -> Visible:
        """What this audience sees of ``known``, all rows of the filters' kind."""
        key = (audience.sight, filters.kind, filters.mine, today)
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found.known is known:
                self._kept.move_to_end(key)
                return found
            codes = self._codes_of(known, filters.kind)
        made = Visible(known, codes, select_visible(known, audience, filters, today=today))
        self._keep(key, made)
        return made

    def _codes_of(self, known: pl.DataFrame, kind: str) -> pl.Series:
        """One and the same ``Series`` for everybody: an index finds its rows for each anew."""
        if kind not in self._codes or self._codes[kind][0] is not known:
            self._codes[kind] = (known, known["code"])
        return self._codes[kind][1]

    def _keep(self, key: object, made: Visible) -> None:
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and self._count() > self._most_rows:
                self._kept.popitem(last=False)

    def _count(self) -> int:
        return sum(each.rows.height for each in self._kept.values())


kept = Kept()
"""What this process keeps."""
