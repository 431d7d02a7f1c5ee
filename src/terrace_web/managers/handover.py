"""What becomes of records whose manager lost the role, or has got an interest in their owner."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.queries import users_with_role
from terrace_web.audit.actions import record_audit
from terrace_web.managers.conflicts import in_conflict
from terrace_web.managers.models import Assignment
from terrace_web.market.errors import NoReviewer
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_change
from terrace_web.market.reviewers import put_in_charge
from terrace_web.notices.actions import notify
from terrace_web.predicates import IN_REVIEW


def hand_over(*, by: User, now: datetime, **_of_signal: Any) -> int:
    """Free what nobody may be in charge of who is; how many records that were.

    That is whoever has not the role, or has a conflict of interest with the owner. Those in
    review get another manager at once. Published ones have a manager proposed anew, and
    proposals of such people are forgotten. Call it inside a transaction.
    """
    managers = users_with_role(Membership.Role.MANAGER)
    proposed = Assignment.objects.filter(state=Assignment.State.PROPOSED)
    proposed.filter(~Q(manager__in=managers) | in_conflict("record__owner_id")).delete()
    left = list(_left_by_managers(managers))
    for record in left:
        _free(record, by=by, now=now)
    return len(left)


def _left_by_managers(managers: QuerySet[User]) -> QuerySet[Record]:
    held = Record.objects.exclude(manager=None)
    held = held.filter(~Q(manager__in=managers) | in_conflict("owner_id"))
    return held.select_related("run", "owner", "manager")


def _free(record: Record, *, by: User, now: datetime) -> None:
    details = {"manager": record.manager_id}
    record.manager = None
    record.save(update_fields=["manager"])
    record_audit("assignment:end", by=by, now=now, subject=record.subject, details=details)
    if record.run.stage == IN_REVIEW:
        _find_reviewer(record, now)
    note_change(record.pk, now)


def _find_reviewer(record: Record, now: datetime) -> None:
    """Where the zone has no manager left its officers answer."""
    with suppress(NoReviewer):
        put_in_charge(record, now)
        assert record.manager is not None
        notify([record.manager], "submitted_for_review", record=record, now=now)
