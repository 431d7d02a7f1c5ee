"""What becomes of records whose manager lost the role, or has got an interest in their owner."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from terrace_web.accounts.audience import audience_of
from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.queries import users_with_role
from terrace_web.audit.actions import record_audit
from terrace_web.managers.conflicts import in_conflict
from terrace_web.managers.models import Assignment
from terrace_web.managers.proposing import chooser_for
from terrace_web.managers.queries import unassigned_records
from terrace_web.market.access import editors_of
from terrace_web.market.errors import NoReviewer
from terrace_web.market.models import Record
from terrace_web.market.outbox import note_change
from terrace_web.market.reviewers import put_in_charge
from terrace_web.notices.actions import notify
from terrace_web.permissions import may
from terrace_web.predicates import IN_REVIEW

_REVIEW = "market:record:review"


def hand_over(*, by: User, now: datetime, **_of_signal: Any) -> int:
    """Free what nobody may be in charge of who is; how many records that were.

    That is whoever has not the role, or has a conflict of interest with the owner. Those in
    review get another manager at once. Published ones wait for an officer to have a manager
    proposed anew, and proposals of such people are forgotten. Call it inside a transaction.
    """
    managers = users_with_role(Membership.Role.MANAGER)
    proposed = Assignment.objects.filter(state=Assignment.State.PROPOSED)
    proposed.filter(~Q(manager__in=managers) | in_conflict("record__owner_id")).delete()
    left = list(_left_by_managers(managers))
    for record in left:
        _free(record, by=by, now=now)
    _find_reviewers([each for each in left if each.run.stage == IN_REVIEW], now)
    _tell_officers(left, now)
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
    # Who lost the role is told of that.
    still = users_with_role(Membership.Role.MANAGER).filter(pk=details["manager"])
    notify(still, "charge_ended", record=record, now=now)
    note_change(record.pk, now)


def _find_reviewers(records: Sequence[Record], now: datetime) -> None:
    choose = chooser_for(records)
    for record in records:
        _find_reviewer(record, choose, now)


def _find_reviewer(record: Record, choose: Callable[[Record], User | None], now: datetime) -> None:
    """Where the zone has no manager left its officers answer, as far as they may see it."""
    try:
        put_in_charge(record, now, choose=choose)
    except NoReviewer:
        officers = users_with_role(Membership.Role.OFFICER)
        asked = [u for u in officers if may(audience_of(u), _REVIEW, record).allowed]
        if not asked:
            notify(editors_of(record.owner), "no_reviewer", record=record, now=now)
    else:
        asked = [record.manager] if record.manager else []
    notify(asked, "submitted_for_review", record=record, now=now)


def _tell_officers(left: Sequence[Record], now: datetime) -> None:
    """Nothing is proposed before one of them asks for it."""
    if unassigned_records().filter(pk__in=[each.pk for each in left]).exists():
        notify(users_with_role(Membership.Role.OFFICER), "nobody_in_charge", now=now)
