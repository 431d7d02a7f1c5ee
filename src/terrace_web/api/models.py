"""Tokens by which programs act for people, and webhooks by which they are told."""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.models import Organisation
from terrace_web.api.wording import say

SCOPES = {
    "market:read": _("Read records that you can see"),
    "market:write": _("Create, edit and move records of your organisations"),
    "matches:read": _("Read matches of records that you can see"),
    "decisions:write": _("Decide on matches"),
}
EVENTS = {
    "record.published": _("A record you can see was published"),
    "record.withdrawn": _("A published record was withdrawn, taken back to be revised, or expired"),
    "match.found": _("A match with one of your records was found"),
    "decision.made": _("Somebody decided on a match of one of your records"),
}

TEST = "test"
MOST_ATTEMPTS = 6


class Token(models.Model):
    """A secret that stands for its user, narrowed to scopes; only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-created_at"]

    @property
    def scope_names(self) -> list[str]:
        """What it may do, in the page's language."""
        return [str(SCOPES.get(code, code)) for code in self.scopes]

    def is_valid(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        fresh = self.expires_at is None or self.expires_at > now
        return fresh and self.revoked_at is None and self.user.is_active


class Webhook(models.Model):
    """An address that is told about events, as its creator may see them."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="webhooks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    url = models.URLField(_("address"), max_length=400)
    secret = models.CharField(max_length=64)
    events = models.JSONField(_("events"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    @property
    def event_names(self) -> list[str]:
        """What it is told about, in the page's language."""
        return [str(EVENTS.get(code, code)) for code in self.events]


class Delivery(models.Model):
    """One event on its way to one address."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    payload = models.JSONField()
    at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    status = models.PositiveIntegerField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    @property
    def event_name(self) -> str:
        """What happened, in the page's language."""
        return gettext("A test") if self.event == TEST else str(EVENTS.get(self.event, self.event))

    @property
    def is_worth_trying(self) -> bool:
        """Whether it should be sent once more."""
        waits = self.delivered_at is None and self.attempts < MOST_ATTEMPTS
        return waits and self.webhook.is_active

    @property
    def problem_said(self) -> str:
        """What kept it from arriving, in the page's language where it is a common one."""
        return say(self.problem)


def new_secret() -> str:
    """A secret that is shown once."""
    return f"trc_{secrets.token_urlsafe(32)}"


def digest_of(secret: str) -> str:
    """What is kept of a secret; it has enough randomness to need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
