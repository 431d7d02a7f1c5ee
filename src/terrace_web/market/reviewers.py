"""Who reviews a record: the technology manager in charge."""

from collections.abc import Callable
from datetime import datetime

from terrace_web.accounts.models import Membership, User
from terrace_web.accounts.queries import users_with_role
from terrace_web.audit.actions import record_audit
from terrace_web.market.errors import NoReviewer
from terrace_web.market.models import Record

_choosers: list[Callable[[Record], User | None]] = []


def put_in_charge(
    record: Record, now: datetime, *, choose: Callable[[Record], User | None] | None = None
) -> None:
    """See to it that a technology manager is in charge; call it inside a transaction.

    ``choose`` is for whoever planned for many records at once.

    Raises:
        NoReviewer: the zone has none.
    """
    if users_with_role(Membership.Role.MANAGER).filter(pk=record.manager_id).exists():
        return
    manager = (choose or choose_manager)(record)
    if manager is None:
        raise NoReviewer()
    record.manager = manager
    record.save(update_fields=["manager"])
    details = {"manager": manager.pk}
    record_audit("record:assign", by=None, now=now, subject=record.subject, details=details)


def register_chooser(chooser: Callable[[Record], User | None]) -> None:
    """Let the registry of managers, which stands above the market, choose who reviews."""
    _choosers[:] = [chooser]


def choose_manager(record: Record) -> User | None:
    """Whom the registry chooses; None where nobody may review it."""
    return next((chooser(record) for chooser in _choosers), None)
