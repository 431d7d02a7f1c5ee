"""From records and links to the lessons that a ranker is trained on (see ``train.py``)."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from terrace.errors import NotFound, RankerError
from terrace.match.matcher import Matcher
from terrace.match.scoring import EXAMINED, Examined
from terrace.match.train import Lesson
from terrace.progress import Progress, silent

FEWEST = 10
"""With fewer taught queries of one kind, five folds of them are not worth training on."""


def collect_lessons(
    matcher: Matcher,
    queries: pl.DataFrame,
    links: pl.DataFrame,
    *,
    zone: str,
    group_of: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> list[Lesson]:
    """One lesson per query and per language of its candidates.

    Queries without links teach nothing, but they are rivals of the others.

    Args:
        matcher: fitted on the records that the links point to.
        queries: records of ``matcher.asked_by``.
        links: need_id, achievement_id, relevance (above 0 = linked, else turned down).
        zone: names the collection, so that several can be taught together.
        group_of: what each query must not be torn from (a call); by default
            every query stands alone.
        progress: told of each query.
    """
    linked = _records_by_query(links.filter(pl.col("relevance") > 0), matcher)
    rejected = _records_by_query(links.filter(pl.col("relevance") <= 0), matcher)
    ids = matcher.corpus.passages()["record_id"]
    return [
        _make_lesson(
            each,
            ids,
            linked.get(each.query.id, set()),
            rejected.get(each.query.id, set()),
            zone=zone,
            group=(group_of or {}).get(each.query.id),
        )
        for each in matcher.examine(queries, None, EXAMINED, progress)
    ]


def select_teachable(lessons: Sequence[Lesson]) -> list[Lesson]:
    """The lessons of those sets of features that enough of them have links for.

    Raises:
        RankerError: there is no such set; the message says how many are needed.
    """
    counts = Counter(lesson.table.names for lesson in lessons if lesson.is_link.any())
    kept = [lesson for lesson in lessons if counts[lesson.table.names] >= FEWEST]
    if not kept:
        most = max(counts.values(), default=0)
        raise RankerError(
            f"{most} needs have a link among their candidates, training takes at least {FEWEST}; "
            "add links or shortlist more pairs, and match with the shipped ranker until then"
        )
    return kept


def read_groups(queries: pl.DataFrame, column: str) -> dict[str, str]:
    """The value of a column of ``extra`` (a call, a solicitation) by id of the query.

    Raises:
        NotFound: no record has this column.
    """
    found = {
        query_id: str(value)
        for query_id, extra in queries.select("id", "extra").iter_rows()
        if (value := json.loads(extra).get(column)) not in (None, "")
    }
    if not found:
        raise NotFound(f"no need has a column '{column}' to group by; name one of the input file")
    return found


def _records_by_query(links: pl.DataFrame, matcher: Matcher) -> dict[str, set[str]]:
    grouped = links.group_by(f"{matcher.asked_by}_id").agg(f"{matcher.kind}_id")
    return {query_id: set(records) for query_id, records in grouped.iter_rows()}


def _make_lesson(
    examined: Examined,
    ids: pl.Series,
    linked: set[str],
    rejected: set[str],
    *,
    zone: str,
    group: str | None,
) -> Lesson:
    records = tuple(ids[examined.table.rows.tolist()].to_list())
    return Lesson(
        zone=zone,
        group=group or examined.query.id,
        query_id=examined.query.id,
        table=examined.table,
        record_ids=records,
        is_link=np.array([record in linked for record in records], dtype=np.bool_),
        links=len(linked),
        is_rejected=np.array([record in rejected for record in records], dtype=np.bool_),
    )
