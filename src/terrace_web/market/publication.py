"""Moves as a page shows them, and the queue of those who review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terrace.errors import TerraceError
from terrace.flow import Finding, MoveCheck
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import User
from terrace_web.flows.queries import flows, version_of
from terrace_web.market.guard import repeated_passages, shows_confidential, words_of_owner
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.market.queries import visible_to
from terrace_web.market.redaction import RecordView, view_for
from terrace_web.market.remedies import FIELD_OF, is_met, say_finding
from terrace_web.market.search import PAGE_SIZE
from terrace_web.permissions import may

_TONES = {"publish": "primary", "submit": "primary", "renew": "primary", "withdraw": "danger"}
# What the form of a move asks for itself stands against it no more: what is expired is no draft.
_ASKED_WITH = {"renew": "current"}


@dataclass(frozen=True, slots=True)
class Point:
    """One condition of a move: what holds, or what has to be done.

    ``url`` leads to the field that settles it, for those who may change it now.
    """

    text: str
    is_met: bool
    is_open: bool
    url: str


@dataclass(frozen=True, slots=True)
class OfferedMove:
    """A move with its checklist; ``passages`` are confidential words found in public texts.

    ``return_url`` leads who can only give the record back to doing so, with what is missing.
    """

    id: str
    label: str
    tone: str
    allowed: bool
    needs_note: bool
    needs_confirmation: bool
    points: tuple[Point, ...]
    passages: tuple[str, ...]
    return_url: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits for its review."""

    view: RecordView
    due_on: date | None
    is_overdue: bool
    opens_secret: bool


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many of my records stand in a stage."""

    stage: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Mine:
    """A page of the records of the user's organisations, and how many stand where."""

    views: list[RecordView]
    page: Page[Record]
    stages: list[StageCount]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record of many."""

    code: str
    title: str
    is_done: bool
    reason: str


def describe_moves(
    checks: Iterable[MoveCheck], record: Record, audience: Audience
) -> list[OfferedMove]:
    """The offered moves in the audience's language.

    Which confidential words a public text repeats, or what in it tells the owner, is said to
    those alone who may read it.
    """
    reads = may(audience, "market:record:see_confidential", record).allowed
    knows = may(audience, "market:record:see_identity", record).allowed
    repeated = repeated_passages(record) if reads else []
    passages = (*repeated, *(words_of_owner(record) if knows else ()))
    offered = [_describe(check, record, audience, passages) for check in checks]
    if any(move.id == "return" for move in offered):
        return [_with_return(move, record) for move in offered]
    return offered


def note_of_missing(offered: Iterable[OfferedMove], move: str) -> str:
    """A note to the owner with what stands against a move, one line each; '' if nothing does."""
    points = [p.text for each in offered if each.id == move for p in each.points if p.is_open]
    return "\n".join([_("Still missing:"), *points]) if points else ""


def review_queue(audience: Audience, today: date) -> list[Waiting]:
    """The records in review that the user may decide on, first due first."""
    found = visible_to(audience, "market:record:review").filter(run__stage="in_review")
    return [
        Waiting(
            view=view_for(audience, each),
            due_on=each.run.due_on,
            is_overdue=_is_late(each.run.due_on, today),
            opens_secret=shows_confidential(each),
        )
        for each in found.order_by(F("run__due_on").asc(nulls_last=True), "pk")
    ]


def list_mine(audience: Audience, *, stage: str = "", page: str = "1") -> Mine:
    """The records of the user's organisations, last changed first, of one stage or all."""
    mine = visible_to(audience).filter(owner_id__in=audience.member_of)
    kept = mine.filter(run__stage=stage) if stage else mine
    shown = Paginator(kept.order_by("-updated_at", "-pk"), PAGE_SIZE).get_page(page)
    return Mine([view_for(audience, each) for each in shown], shown, _count_stages(mine, audience))


def has_in_charge(audience: Audience, code: str) -> bool:
    """Whether the user is the reviewer in charge, who knew the record before it was taken back."""
    mine = Record.objects.filter(code=code, manager_id=audience.user_id)
    return audience.user_id is not None and audience.has("manager") and mine.exists()


def owned_with_move(audience: Audience, code: str, move: str) -> Record | None:
    """The record, where the user edits for its owner and its flow has such a move for owners."""
    owned = visible_to(audience).filter(code=code, owner_id__in=audience.edits).first()
    known = version_of(owned.run).moves.get(move) if owned else None
    return owned if known and "owner" in known.who else None


def publish_many(
    codes: Sequence[str], *, by: User, audience: Audience, now: datetime
) -> list[Outcome]:
    """Publish each record for itself: one that is refused keeps none of the others."""
    titles = dict(visible_to(audience).filter(code__in=codes).values_list("code", "title"))
    return [
        _publish_one(code, titles[code], by=by, audience=audience, now=now)
        for code in codes
        if code in titles
    ]


def _count_stages(mine: QuerySet[Record], audience: Audience) -> list[StageCount]:
    counted = dict(mine.order_by().values_list("run__stage").annotate(Count("pk")))
    today = timezone.localdate()
    return [
        StageCount(stage.id, stage.name.text(audience.language), counted[stage.id])
        for stage in flows()["publication"].version_at(today).stages.values()
        if stage.id in counted
    ]


def _publish_one(code: str, title: str, *, by: User, audience: Audience, now: datetime) -> Outcome:
    try:
        move_record(code, "publish", by=by, audience=audience, now=now)
    except (TerraceError, Http404) as error:
        return Outcome(code, title, is_done=False, reason=str(error))
    return Outcome(code, title, is_done=True, reason="")


def _describe(
    check: MoveCheck, record: Record, audience: Audience, passages: tuple[str, ...]
) -> OfferedMove:
    edits = may(audience, "market:record:edit", record).allowed and record.run.stage == "draft"
    points = tuple(
        _point(finding, record, audience.language, edits=edits)
        for finding in check.findings
        if finding.condition.id != _ASKED_WITH.get(check.move.id)
    )
    is_blocked = any(p.is_open for p in points)
    return OfferedMove(
        id=check.move.id,
        label=check.move.name.text(audience.language),
        tone=_TONES.get(check.move.id, "secondary"),
        allowed=check.allowed or (check.move.id in _ASKED_WITH and not is_blocked),
        needs_note=check.move.needs_note,
        needs_confirmation=check.move.needs_confirmation,
        points=points,
        passages=passages if is_blocked else (),
    )


def _with_return(move: OfferedMove, record: Record) -> OfferedMove:
    if all(point.is_met for point in move.points):
        return move
    url = reverse("market:move", args=[record.code, "return"])
    return replace(move, return_url=f"{url}?for={move.id}")


def _point(finding: Finding, record: Record, language: str, *, edits: bool) -> Point:
    settled = is_met(finding)
    field = FIELD_OF.get(finding.condition.id, "")
    edit = reverse("market:edit", args=[record.code])
    return Point(
        text=say_finding(finding, record, language),
        is_met=settled,
        is_open=not settled,
        url=f"{edit}#id_{field}" if field and edits and not settled else "",
    )


def _is_late(due_on: date | None, today: date) -> bool:
    return due_on is not None and due_on < today
