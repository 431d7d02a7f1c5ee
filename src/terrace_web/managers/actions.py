"""Changing who is in charge of what, and what the registry says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404

from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.accounts.models import Membership, Organisation, User
from terrace_web.accounts.queries import users_with_role
from terrace_web.audit.actions import record_audit
from terrace_web.managers import proposing
from terrace_web.managers.models import Assignment, Profile
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_change
from terrace_web.market.queries import get_record
from terrace_web.notices.actions import notify
from terrace_web.permissions import require

choose_manager = proposing.choose_manager


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
        Http404: there is no such open proposal on a record the user sees.
        PermissionDenied: the user is no zone officer.
    """
    with transaction.atomic():
        assignment = _get_open(assignment_id, audience)
        _close(assignment, Assignment.State.ACCEPTED, by=by, now=now)
        put_in_charge(assignment.record, assignment.manager, by=by, now=now)
    return assignment


def give_to_another(
    assignment_id: int, manager_id: int, *, by: User, audience: Audience, now: datetime
) -> Assignment:
    """Put somebody else in charge than was proposed.

    Raises:
        Http404: no such open proposal, or nobody of that number is a technology manager.
    """
    with transaction.atomic():
        assignment = _get_open(assignment_id, audience)
        manager = _get_manager(manager_id)
        _close(assignment, Assignment.State.CHANGED, by=by, now=now)
        put_in_charge(assignment.record, manager, by=by, now=now)
    return assignment


def dismiss(assignment_id: int, *, by: User, audience: Audience, now: datetime) -> Assignment:
    """Leave the record without a manager for now."""
    with transaction.atomic():
        assignment = _get_open(assignment_id, audience)
        _close(assignment, Assignment.State.DISMISSED, by=by, now=now)
        record_audit("assignment:dismiss", by=by, now=now, subject=assignment.record.subject)
    return assignment


def reassign(code: str, manager_id: int, *, by: User, audience: Audience, now: datetime) -> Record:
    """Put another manager in charge of a published record.

    Raises:
        Http404, PermissionDenied: see ``permissions.require``; nobody of that number.
    """
    with transaction.atomic():
        record = get_record(audience, code, "managers:record:assign")
        put_in_charge(record, _get_manager(manager_id), by=by, now=now)
    return record


def put_in_charge(record: Record, manager: User, *, by: User | None, now: datetime) -> None:
    """Make a manager the one in charge, and tell both of them who see the record."""
    before = record.manager
    record.manager = manager
    record.save(update_fields=["manager"])
    details = {"manager": manager.pk, "before": before.pk if before else None}
    record_audit("assignment:accept", by=by, now=now, subject=record.subject, details=details)
    note_change(record.pk, now)
    notify([manager], "assigned", record=record, now=now)


def save_profile(user: User, values: Mapping[str, Any], *, by: User, now: datetime) -> Profile:
    """Store what the registry says of a manager; their own, or by an administrator.

    Raises:
        Http404: the user is no technology manager, or is not the caller's to change.
    """
    _get_manager(user.pk)
    if by.pk != user.pk and not audience_of(by).has("administrator", "officer"):
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
    return profile


def _get_open(assignment_id: int, audience: Audience) -> Assignment:
    found = (
        Assignment.objects.filter(pk=assignment_id, state=Assignment.State.PROPOSED)
        .select_related("record__run", "record__owner", "record__manager", "manager")
        .first()
    )
    if found is None:
        raise Http404
    require(audience, "managers:record:assign", found.record)
    return found


def _close(assignment: Assignment, state: Assignment.State, *, by: User, now: datetime) -> None:
    assignment.state, assignment.decided_by, assignment.decided_at = state, by, now
    assignment.save(update_fields=["state", "decided_by", "decided_at"])


def _get_manager(user_id: int) -> User:
    manager = users_with_role(Membership.Role.MANAGER).filter(pk=user_id).first()
    if manager is None:
        raise Http404
    return manager
