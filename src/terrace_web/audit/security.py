"""What becomes of accounts: sign-ins, also failed ones, and changes of what guards them.

Everything here listens to Django's and allauth's signals. A password is never written
down, not even a wrong one: people mistype their own.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth
from django.dispatch import Signal
from django.utils import timezone

from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit

_LONGEST_ADDRESS = 150
_OF_ACCOUNT: Mapping[str, Signal] = {
    "account:sign_in": account.user_logged_in,
    "account:sign_up": account.user_signed_up,
    "account:sign_out": auth.user_logged_out,
    "password:set": account.password_set,
    "password:change": account.password_changed,
    "password:reset": account.password_reset,
    "mfa:add": mfa.authenticator_added,
    "mfa:remove": mfa.authenticator_removed,
    "mfa:renew": mfa.authenticator_reset,
    "mfa:fail": mfa.authentication_failed,
    "email:add": account.email_added,
    "email:remove": account.email_removed,
    "email:change": account.email_changed,
    "email:confirm": account.email_confirmed,
    "connection:remove": social.social_account_removed,
}
"""Each action and the signal that says it happened."""


def follow_accounts() -> None:
    """Record from now on what happens to accounts."""
    for action, signal in _OF_ACCOUNT.items():
        _connect(signal, f"audit.{action}", partial(_record, action))
    _connect(auth.user_login_failed, "audit.account:refuse", _record_refusal)
    _connect(social.social_account_added, "audit.connection:add", _record_connection)


def _connect(signal: Signal, name: str, receiver: Callable[..., None]) -> None:
    signal.connect(receiver, weak=False, dispatch_uid=name)


def _record(action: str, *, user: Any = None, **said: Any) -> None:
    """One thing somebody did to their own account."""
    address = said.get("email_address") or said.get("to_email_address")
    owner = user or getattr(address, "user", None) or getattr(said.get("socialaccount"), "user", 0)
    if not isinstance(owner, User):
        # Signing out of a session that was over already.
        return
    record_audit(
        action, by=owner, now=timezone.now(), subject=f"user {owner.pk}", details=_details(said)
    )


def _record_connection(*, sociallogin: Any, **_signal: Any) -> None:
    """An account of a single sign-on was tied to this one."""
    _record("connection:add", user=sociallogin.user, socialaccount=sociallogin.account)


def _record_refusal(*, credentials: Mapping[str, Any], **_signal: Any) -> None:
    """A failed sign-in: the address that was tried, known here or not."""
    tried = str(credentials.get("email") or credentials.get("username") or "")[:_LONGEST_ADDRESS]
    known = User.objects.filter(email__iexact=tried).values_list("pk", flat=True).first()
    subject = f"user {known}" if known else ""
    record_audit(
        "account:refuse", by=None, now=timezone.now(), subject=subject, details={"tried": tried}
    )


def _details(said: Mapping[str, Any]) -> dict[str, str]:
    """What of a signal helps whoever searches the trail; nothing secret."""
    factor = said.get("authenticator")
    found = {
        # allauth sends the stored factor, or what wraps it.
        "kind": getattr(getattr(factor, "instance", factor), "type", ""),
        "address": getattr(said.get("email_address"), "email", ""),
        "before": getattr(said.get("from_email_address"), "email", ""),
        "address_now": getattr(said.get("to_email_address"), "email", ""),
        "provider": getattr(said.get("socialaccount"), "provider", ""),
    }
    return {name: str(value) for name, value in found.items() if value}
