"""Writing the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from terrace_web.accounts.models import User
from terrace_web.audit.models import Entry


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
        who=f"{user.name} <{user.email}>" if user else "",
        action=action,
        subject=subject,
        details=dict(details or {}),
    )
