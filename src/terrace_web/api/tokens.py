"""Making and revoking tokens."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.http import Http404

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import User
from terrace_web.api.models import SCOPES, Token, digest_of, new_secret
from terrace_web.audit.actions import record_audit
from terrace_web.permissions import require


def make_token(
    name: str,
    scopes: Sequence[str],
    *,
    by: User,
    audience: Audience,
    expires_at: datetime | None = None,
    now: datetime,
) -> str:
    """A new token of the user; the secret is returned and never shown again.

    Raises:
        PermissionDenied: the user belongs to no organisation of the zone.
    """
    require(audience, "api:token")
    secret = new_secret()
    with transaction.atomic():
        Token.objects.create(
            user=by,
            name=name,
            digest=digest_of(secret),
            scopes=[scope for scope in SCOPES if scope in scopes],
            created_at=now,
            expires_at=expires_at,
        )
        record_audit("token:make", by=by, now=now, details={"name": name, "scopes": list(scopes)})
    return secret


def revoke_token(token_id: int, *, by: User, now: datetime) -> None:
    """Let a token of the user open nothing any more; nothing happens a second time.

    Raises:
        Http404: the user has no such token.
    """
    with transaction.atomic():
        token = Token.objects.filter(pk=token_id, user=by).first()
        if token is None:
            raise Http404
        if token.revoked_at is not None:
            return
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record_audit("token:revoke", by=by, now=now, details={"name": token.name})
