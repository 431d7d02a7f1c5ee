"""Writing the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from terrace_web.accounts.models import User
from terrace_web.audit.models import Entry

_MOST_LETTERS = 200
"""What a column holds: PostgreSQL refuses what is longer."""


def record_audit(
    action: str,
    *,
    by: User | AnonymousUser | None,
    now: datetime,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry; call it inside the transaction of what it records."""
    user = by if isinstance(by, User) else None
    Entry.objects.create(
        at=now,
        user=user,
        who=_name(user) if user else "",
        action=action,
        subject=subject[:_MOST_LETTERS],
        details=dict(details or {}),
    )


def _name(user: User) -> str:
    """Name and address; of a long name the beginning, for the address says who it was."""
    room = max(1, _MOST_LETTERS - len(user.email) - len(" <>"))
    return f"{user.name[:room]} <{user.email}>"[:_MOST_LETTERS]
