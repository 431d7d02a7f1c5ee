"""Moving a record through the publication flow, and what follows from each move."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from terrace.flow import MoveCheck
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.flows import actions as flow_actions
from terrace_web.flows import queries as flow_queries
from terrace_web.flows.errors import MoveRefused
from terrace_web.flows.models import Event
from terrace_web.market.actions import set_expiry
from terrace_web.market.guard import publication_facts
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_change
from terrace_web.market.queries import get_record
from terrace_web.market.remedies import refusal_of
from terrace_web.market.reviewers import put_in_charge
from terrace_web.market.signals import record_moved
from terrace_web.predicates import is_impartial, is_in_charge, is_officer

PUBLISHED = "published"
REVIEWED_BY_MANAGER = ("submit", "renew")


def roles_for(audience: Audience, record: Record) -> frozenset[str]:
    """The flow's roles this audience has for this record."""
    roles = {"administrator"} if audience.has("administrator") else set()
    if (is_officer & is_impartial).test(audience, record):
        roles.add("officer")
    if record.owner_id in audience.edits:
        roles.add("owner")
    if is_in_charge.test(audience, record):
        roles.add("reviewer")
    return frozenset(roles)


def offered_moves(audience: Audience, record: Record, now: datetime) -> list[MoveCheck]:
    """The moves this audience is offered, each with what still stands against it."""
    facts = publication_facts(record, timezone.localdate(now))
    return flow_queries.offered_moves(record.run, roles=roles_for(audience, record), facts=facts)


def move_record(
    code: str, move: str, *, by: User, audience: Audience, note: str = "", now: datetime
) -> Event:
    """Make one move of the publication flow.

    Raises:
        MoveRefused: the flow does not allow it; with the reasons.
        NoReviewer: there is no technology manager who could review it.
        Http404: the record is not visible to the user.
    """
    with transaction.atomic():
        record = get_record(audience, code)
        if move in REVIEWED_BY_MANAGER:
            put_in_charge(record, now)
        return _advance(
            record,
            move,
            roles=roles_for(audience, record),
            by=by,
            note=note,
            now=now,
            language=audience.language,
        )


def renew_record(
    code: str,
    expires: date | None,
    *,
    by: User,
    audience: Audience,
    note: str = "",
    now: datetime,
) -> Event:
    """Hand an expired record in again, until a later day or without an end.

    Raises:
        MoveRefused, NoReviewer, Http404: see ``move_record``; then the day stays as it was.
        PermissionDenied: the user is no editor of its organisation.
    """
    with transaction.atomic():
        set_expiry(get_record(audience, code, "market:record:edit"), expires, by=by, now=now)
        return move_record(code, "renew", by=by, audience=audience, note=note, now=now)


def expire_records(now: datetime) -> int:
    """Make the automatic move on every record whose time is over; how many there were."""
    overdue = {run.pk for run in flow_queries.overdue_runs("publication", timezone.localdate(now))}
    done = 0
    for record in Record.objects.select_related("run").filter(
        run_id__in=overdue, run__stage=PUBLISHED
    ):
        with transaction.atomic():
            _advance(record, "expire", roles=frozenset({"system"}), by=None, note="", now=now)
        done += 1
    return done


def _advance(
    record: Record,
    move: str,
    *,
    roles: frozenset[str],
    by: User | None,
    note: str,
    now: datetime,
    language: str = "en",
) -> Event:
    facts = publication_facts(record, timezone.localdate(now))
    try:
        event = flow_actions.advance_run(
            record.run,
            move,
            roles=roles,
            facts=facts,
            by=by,
            now=now,
            note=note,
            language=language,
        )
    except MoveRefused as error:
        raise refusal_of(error.check, record, language) from None
    record.published_at = now if event.to_stage == PUBLISHED else record.published_at
    record.updated_at = now
    record.save(update_fields=["published_at", "updated_at"])
    record_audit(f"record:{move}", by=by, now=now, subject=record.subject)
    note_change(record.pk, now)
    _tell(record, event)
    return event


def _tell(record: Record, event: Event) -> None:
    transaction.on_commit(
        lambda: record_moved.send(
            sender=Record,
            record_id=record.pk,
            move=event.move,
            stage=event.to_stage,
            event_id=event.pk,
        )
    )
