"""Changing who is in charge of what, and what the registry says."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from terrace.errors import TerraceError
from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.accounts.queries import users_with_role
from terrace_web.audit.actions import record_audit
from terrace_web.managers import proposing
from terrace_web.managers.conflicts import check_conflict, has_conflict
from terrace_web.managers.handover import hand_over
from terrace_web.managers.models import Assignment, Profile
from terrace_web.managers.queries import may_see_load, open_assignments
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_change
from terrace_web.market.queries import get_record
from terrace_web.notices.actions import notify
from terrace_web.notices.models import Notice
from terrace_web.permissions import require, rows
from terrace_web.predicates import IN_REVIEW, PUBLISHED

choose_manager = proposing.choose_manager


class ProposalClosed(TerraceError):
    """A proposal that nobody can decide on any more."""

    def __init__(self) -> None:
        super().__init__(_("That was decided meanwhile, or its manager left; here is what waits."))


UNDO_WITHIN = timedelta(hours=1)
_PARTS = ("record__run", "record__owner", "record__manager", "manager")


def propose(*, by: User, audience: Audience, now: datetime) -> int:
    """Propose managers for all records that have none; how many proposals there are now.

    Raises:
        PermissionDenied: the user is no zone officer.
    """
    require(audience, "managers:assign")
    with transaction.atomic():
        made = proposing.propose_assignments(now)
        record_audit("assignment:propose", by=by, now=now, details={"proposals": len(made)})
    return len(made)


def accept(assignment_id: int, *, by: User, audience: Audience, now: datetime) -> Assignment:
    """Put the proposed manager in charge.

    Raises:
        Http404: the user does not see the record.
        PermissionDenied: the user is no zone officer.
        ProposalClosed: somebody decided on it meanwhile.
        ConflictOfInterest: the manager has got one with the owner since.
    """
    with transaction.atomic():
        assignment = _get_open(assignment_id, audience)
        check_conflict(assignment.manager, assignment.record, audience)
        _close(assignment, Assignment.State.ACCEPTED, by=by, now=now)
        put_in_charge(assignment.record, assignment.manager, by=by, now=now)
    return assignment


def accept_together(
    assignment_ids: Collection[int], *, by: User, audience: Audience, now: datetime
) -> int:
    """Put all these proposed managers in charge; how many records that were.

    Proposals that were decided on meanwhile, are not the user's to decide, or have met with a
    conflict of interest since, are passed over.

    Raises:
        PermissionDenied: the user is no zone officer.
    """
    require(audience, "managers:assign")
    with transaction.atomic():
        found = _open_ones().filter(
            rows("managers:record:assign", audience, through="record"), pk__in=assignment_ids
        )
        chosen = [each for each in found if not has_conflict(each.manager, each.record)]
        for assignment in chosen:
            _close(assignment, Assignment.State.ACCEPTED, by=by, now=now)
            put_in_charge(assignment.record, assignment.manager, by=by, now=now)
    return len(chosen)


def give_to_another(
    assignment_id: int, manager_id: int, *, by: User, audience: Audience, now: datetime
) -> Assignment:
    """Put somebody else in charge than was proposed.

    Raises:
        Http404: nobody of that number is a technology manager.
        ProposalClosed: somebody decided on it meanwhile.
        ConflictOfInterest: this manager has one with the owner.
    """
    with transaction.atomic():
        assignment = _get_open(assignment_id, audience)
        manager = _get_manager(manager_id)
        check_conflict(manager, assignment.record, audience)
        _close(assignment, Assignment.State.CHANGED, by=by, now=now)
        put_in_charge(assignment.record, manager, by=by, now=now)
    return assignment


def dismiss(assignment_id: int, *, by: User, audience: Audience, now: datetime) -> Assignment:
    """Leave the record without a manager; this one is not proposed for it again."""
    with transaction.atomic():
        assignment = _get_open(assignment_id, audience)
        _close(assignment, Assignment.State.DISMISSED, by=by, now=now)
        record_audit("assignment:dismiss", by=by, now=now, subject=assignment.record.subject)
    return assignment


def take_back(decided_at: datetime, *, by: User, audience: Audience, now: datetime) -> int:
    """Reopen the proposals that the user decided on at this time; how many.

    Only what nobody has changed since, and within ``UNDO_WITHIN`` of the decision; what is in
    review by now keeps its reviewer.

    Raises:
        PermissionDenied: the user is no zone officer.
    """
    require(audience, "managers:assign")
    if now - decided_at > UNDO_WITHIN:
        return 0
    with transaction.atomic():
        decided = Assignment.objects.filter(
            rows("managers:record:assign", audience, through="record"),
            decided_by=by,
            decided_at=decided_at,
            record__run__stage=PUBLISHED,
        ).select_related(*_PARTS)
        return sum(_reopen(each, by=by, now=now) for each in decided)


def reassign(code: str, manager_id: int, *, by: User, audience: Audience, now: datetime) -> Record:
    """Put another manager in charge of a record in review or published.

    Raises:
        Http404, PermissionDenied: see ``permissions.require``; nobody of that number.
        ConflictOfInterest: this manager has one with the owner.
    """
    with transaction.atomic():
        record = get_record(audience, code, "managers:record:assign")
        manager = _get_manager(manager_id)
        check_conflict(manager, record, audience)
        for each in record.assignments.filter(state=Assignment.State.PROPOSED):
            _close(each, Assignment.State.CHANGED, by=by, now=now)
        put_in_charge(record, manager, by=by, now=now)
    return record


def put_in_charge(record: Record, manager: User, *, by: User | None, now: datetime) -> None:
    """Make a manager the one in charge; tell them, and whoever was in charge before."""
    before = record.manager
    record.manager = manager
    record.save(update_fields=["manager"])
    details = {"manager": manager.pk, "before": before.pk if before else None}
    record_audit("assignment:accept", by=by, now=now, subject=record.subject, details=details)
    note_change(record.pk, now)
    kind = "submitted_for_review" if record.run.stage == IN_REVIEW else "assigned"
    notify([manager], kind, record=record, now=now)
    if before and before != manager:
        notify([before], "charge_ended", record=record, now=now)


def save_profile(user: User, values: Mapping[str, Any], *, by: User, now: datetime) -> int:
    """Store what the registry says of a manager; their own, or by an administrator.

    How many records are in their charge no more, for a conflict of interest.

    Raises:
        Http404: the user is no technology manager, or is not the caller's to change.
    """
    _get_manager(user.pk)
    if not may_see_load(audience_of(by), user.pk):
        raise Http404
    with transaction.atomic():
        profile, _made = Profile.objects.get_or_create(user=user)
        conflicts = values.get("conflicts")
        for name in ("fields", "languages", "grade", "capacity", "about", "is_active"):
            if name in values:
                setattr(profile, name, values[name])
        profile.save()
        if conflicts is not None:
            profile.conflicts.set(Organisation.objects.filter(pk__in=conflicts))
        record_audit("manager:save", by=by, now=now, subject=f"manager {user.pk}")
        return hand_over(by=by, now=now)


def _get_open(assignment_id: int, audience: Audience) -> Assignment:
    require(audience, "managers:assign")
    found = _open_ones().filter(pk=assignment_id).first()
    if found is None:
        raise ProposalClosed
    require(audience, "managers:record:assign", found.record)
    return found


def _open_ones() -> QuerySet[Assignment]:
    return open_assignments().select_related(*_PARTS)


def _reopen(assignment: Assignment, *, by: User, now: datetime) -> bool:
    """Propose again what was decided on; nothing where somebody has changed it since."""
    record, decided_at = assignment.record, assignment.decided_at
    if not _is_as_left(assignment):
        return False
    told = Notice.objects.filter(kind="assigned", record=record, at=decided_at)
    told.filter(mailed_at=None, read_at=None).delete()
    # Who knows already is told that it is over.
    notify(
        [each.user for each in told.select_related("user")], "charge_ended", record=record, now=now
    )
    record.manager = None
    record.save(update_fields=["manager"])
    _close(assignment, Assignment.State.PROPOSED, by=None, now=None)
    details = {"manager": assignment.manager_id}
    record_audit("assignment:undo", by=by, now=now, subject=record.subject, details=details)
    note_change(record.pk, now)
    return True


def _is_as_left(assignment: Assignment) -> bool:
    """Whether a decision is still what its record shows."""
    record, state = assignment.record, assignment.state
    holds = {
        Assignment.State.ACCEPTED: record.manager_id == assignment.manager_id,
        Assignment.State.CHANGED: record.manager_id is not None,
        Assignment.State.DISMISSED: record.manager_id is None,
    }
    is_proposed_anew = record.assignments.filter(state=Assignment.State.PROPOSED).exists()
    return holds.get(Assignment.State(state), False) and not is_proposed_anew


def _close(
    assignment: Assignment, state: Assignment.State, *, by: User | None, now: datetime | None
) -> None:
    assignment.state, assignment.decided_by, assignment.decided_at = state, by, now
    assignment.save(update_fields=["state", "decided_by", "decided_at"])


def _get_manager(user_id: int) -> User:
    manager = users_with_role(Membership.Role.MANAGER).filter(pk=user_id).first()
    if manager is None:
        raise Http404
    return manager
