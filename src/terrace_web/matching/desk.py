"""A technology manager's desk: what is in their charge, what waits, what is new."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from terrace_web.accounts.audience import Audience
from terrace_web.market.models import Record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.matching.asking import OTHER
from terrace_web.matching.queries import PairPage, page_of, pairs_in_charge
from terrace_web.matching.selection import Selection, listed, promising
from terrace_web.matching.states import with_state
from terrace_web.predicates import PUBLISHED

_LISTED = 12


@dataclass(frozen=True, slots=True)
class Charge:
    """A record in charge: how many of its pairs are undecided, and how many are new."""

    view: RecordView
    undecided: int
    new: int


@dataclass(frozen=True, slots=True)
class Review:
    """A record that waits for this manager's review, and until when."""

    view: RecordView
    due_on: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """All of the desk: records with most to do first, reviews by their due day, the queue.

    ``left_out`` pairs are in no count where only promising ones were asked for.
    """

    charges: list[Charge]
    records: int
    undecided: int
    new: int
    left_out: int
    reviews: list[Review]
    queue: PairPage


def read_desk(
    audience: Audience, selection: Selection, *, since: datetime | None, today: date
) -> Desk:
    """The desk of the asking manager; ``since`` is when they were last here."""
    mine = visible_to(audience).filter(manager_id=audience.user_id)
    pairs = pairs_in_charge(audience)
    # Whether it is new is asked of the database: dates are slow to read.
    found_since = ExpressionWrapper(
        Q(found_at__gt=since) if since else Q(pk__in=[]), output_field=BooleanField()
    )
    everything = with_state(pairs).filter(listed(None, audience.user_id))
    columns = everything.annotate(is_new=found_since)
    if selection.promise == "promising":
        columns = columns.filter(promising(None, audience.user_id))
    held = list(columns.values_list("need_id", "achievement_id", "state", "is_new"))
    waiting = [each for each in held if not each[2]]
    news = [each for each in waiting if each[3]]
    states = Counter(each[2] or "undecided" for each in held)
    published = list(mine.filter(run__stage=PUBLISHED).values_list("pk", "kind"))
    busiest = _find_busiest(
        [pk for pk, kind in published if kind in OTHER],
        _count_by_record(waiting),
        _count_by_record(news),
    )
    return Desk(
        charges=_list_charges(audience, mine, busiest),
        records=len(published),
        undecided=len(waiting),
        new=len(news),
        left_out=everything.count() - len(held),
        reviews=_list_reviews(audience, mine, today),
        queue=page_of(audience, pairs, selection, since=since, counts={"all": len(held), **states}),
    )


def _count_by_record(pairs: Iterable[tuple[int, int, str, bool]]) -> Counter[int]:
    return Counter(record for pair in pairs for record in pair[:2])


def _find_busiest(
    ids: Iterable[int], undecided: Counter[int], new: Counter[int]
) -> dict[int, tuple[int, int]]:
    """The records with undecided pairs, those with news first: how many of each."""
    busy = sorted(
        (pk for pk in ids if undecided[pk]), key=lambda pk: (-new[pk], -undecided[pk], pk)
    )
    return {pk: (undecided[pk], new[pk]) for pk in busy[:_LISTED]}


def _list_charges(
    audience: Audience, mine: QuerySet[Record], busiest: Mapping[int, tuple[int, int]]
) -> list[Charge]:
    found = {record.pk: record for record in mine.filter(pk__in=busiest)}
    return [
        Charge(view_for(audience, found[pk]), *counts)
        for pk, counts in busiest.items()
        if pk in found
    ]


def _list_reviews(audience: Audience, mine: QuerySet[Record], today: date) -> list[Review]:
    waiting = mine.filter(run__stage="in_review").order_by(
        F("run__due_on").asc(nulls_last=True), "pk"
    )[:_LISTED]
    return [
        Review(
            view=view_for(audience, record),
            due_on=record.run.due_on,
            is_late=record.run.due_on is not None and record.run.due_on < today,
        )
        for record in waiting
    ]
