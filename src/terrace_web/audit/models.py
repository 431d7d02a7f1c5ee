"""The audit trail: entries are added, never changed."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One thing somebody did, saw or exported.

    ``action`` is a stable code such as ``record:publish``; ``subject`` what it was about
    (``achievement A-7KQ2``). Nothing confidential is written into ``details``.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    who = models.CharField(_("who"), max_length=200, blank=True)
    action = models.CharField(_("action"), max_length=60)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        """Searched by person, action and subject, newest first."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["action", "-at"]),
            models.Index(fields=["subject", "-at"]),
            models.Index(fields=["user", "-at"]),
        ]
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only new entries can be saved."""
        if self.pk is not None:
            raise TypeError("an audit entry is never changed")
        super().save(*args, **kwargs)
