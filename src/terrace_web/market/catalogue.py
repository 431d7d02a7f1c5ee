"""The catalogue: what lists filter and count by, of all records, as frames in memory.

Each process holds its own and follows the outbox (``Change``) at every use, so that a
change is visible at once in all of them. Who may see which row is an expression over its
columns (``permissions.mask``); the catalogue itself knows no users.
"""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Max

from terrace_web.market.kinds import KINDS
from terrace_web.market.models import Change, Record

SCHEMA = pl.Schema(
    {
        "id": pl.Int64(),
        "code": pl.String(),
        "kind": pl.Categorical(),
        "stage": pl.Categorical(),
        "owner_id": pl.Int64(),
        "manager_id": pl.Int64(),
        "teaser_level": pl.Categorical(),
        "identity_level": pl.Categorical(),
        "confidential_level": pl.Categorical(),
        "language": pl.Categorical(),
        "title": pl.String(),
        "fields": pl.List(pl.String()),
        "terms": pl.List(pl.String()),
        "region": pl.Categorical(),
        "readiness": pl.Int16(),
        "deadline": pl.Date(),
        "published_at": pl.Datetime("us", "UTC"),
        "updated_at": pl.Datetime("us", "UTC"),
    }
)
_COLUMNS = ["run__stage" if name == "stage" else name for name in SCHEMA.names()]
_ALL_ANEW = 3_000
# PostgreSQL may show a smaller number after a larger one; SQLite has one writer and never does.
_LATE_NUMBERS = {"postgresql": 500}


class Catalogue:
    """The rows of each kind and how far they follow the outbox; safe to share between threads.

    What a change does not touch stays the same object, so that others may keep what they
    made of it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds: Mapping[str, pl.DataFrame] | None = None
        self._whole: tuple[Mapping[str, pl.DataFrame], pl.DataFrame] | None = None
        self._followed: set[int] = set()
        self._last = 0

    def by_kind(self) -> Mapping[str, pl.DataFrame]:
        """All records as of now per kind, with the columns of ``SCHEMA``, sorted by id."""
        with self._lock:
            if self._kinds is None:
                self._load()
            else:
                self._follow(self._kinds)
            assert self._kinds is not None
            return self._kinds

    def frame(self) -> pl.DataFrame:
        """All records as of now in one frame, kind by kind."""
        kinds = self.by_kind()
        if self._whole is None or self._whole[0] is not kinds:
            self._whole = (kinds, pl.concat(list(kinds.values())))
        return self._whole[1]

    def forget(self) -> None:
        """Read everything anew at the next use (after a restore, between tests)."""
        with self._lock:
            self._kinds = None

    def _load(self) -> None:
        # The outbox first: what changes in between is then read twice, never missed.
        self._last = Change.objects.aggregate(last=Max("pk"))["last"] or 0
        self._followed = set(self._recent().values_list("pk", flat=True))
        read = _read_rows(Record.objects.order_by("pk").values_list(*_COLUMNS))
        self._kinds = {kind: read.filter(pl.col("kind") == kind) for kind in KINDS}

    def _follow(self, kinds: Mapping[str, pl.DataFrame]) -> None:
        found = self._recent().values_list("pk", "record_id")
        news = {pk: record for pk, record in found if pk not in self._followed}
        if not news:
            return
        if None in news.values() or len(news) > _ALL_ANEW:
            self._load()
            return
        ids = sorted({record for record in news.values() if record is not None})
        fresh = _read_rows(Record.objects.filter(pk__in=ids).values_list(*_COLUMNS))
        self._kinds = {kind: _renew(rows, kind, ids, fresh) for kind, rows in kinds.items()}
        self._last = max(self._last, *news)
        self._followed = {pk for pk in self._followed | set(news) if pk > self._first_followed}

    def _recent(self) -> Any:
        return Change.objects.filter(pk__gt=self._first_followed)

    @property
    def _first_followed(self) -> int:
        """Up to which number the outbox is surely read."""
        return self._last - _LATE_NUMBERS.get(connection.vendor, 0)


def _renew(rows: pl.DataFrame, kind: str, ids: list[int], fresh: pl.DataFrame) -> pl.DataFrame:
    added = fresh.filter(pl.col("kind") == kind)
    kept = rows.filter(~pl.col("id").is_in(ids))
    if added.is_empty() and kept.height == rows.height:
        return rows
    return pl.concat([kept, added]).sort("id")


def _read_rows(rows: Iterable[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


catalogue = Catalogue()
"""This process's catalogue."""
