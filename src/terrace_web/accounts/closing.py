"""Closing one's account: personal data go, what was done stays in the audit trail."""

from datetime import datetime

from django.db import transaction

from terrace_web.accounts.models import User, closed_address
from terrace_web.accounts.signals import roles_ended
from terrace_web.audit.actions import record_audit
from terrace_web.notices.actions import forget_name

_REMOVED = (
    "memberships",
    "emailaddress_set",
    "authenticator_set",
    "socialaccount_set",
    "usersession_set",
    "api_tokens",
    "held_interviews",
)


def close_account(user: User, *, now: datetime) -> None:
    """Remove what is known of a person, and whatever would let somebody in as them."""
    with transaction.atomic():
        record_audit("account:close", by=user, now=now, subject=f"user {user.pk}")
        for name in _REMOVED:
            getattr(user, name).all().delete()
        user.registrations.filter(decided_at=None).delete()
        forget_name(str(user))
        user.name, user.email = "Closed account", closed_address(user.pk)
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["name", "email", "is_active", "password"])
        roles_ended.send(sender=User, by=user, now=now)
