"""What people are told; the words are made at reading time, from what they may see then."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from terrace_web.accounts.models import Organisation
from terrace_web.market.models import Record


class Notice(models.Model):
    """One thing one person should know; ``kind`` is declared in ``kinds``.

    ``record`` and ``other`` are what it is about. Nothing of them is copied into the
    notice: who loses sight of a record also loses its title here. ``organisation`` is named in
    the reader's language, with the roles they have there now.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    other = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        """Read newest first, per person."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "read_at"]),
            models.Index(fields=["user", "-at"]),
        ]
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
