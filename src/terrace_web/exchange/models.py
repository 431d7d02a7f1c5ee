"""Imports and where their records came from, attachments, and what people follow."""

import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.models import Organisation
from terrace_web.market.models import Record

HOURS_KEPT = 24


class Import(models.Model):
    """One file on its way into the market; only who uploaded it sees it.

    The file lies in the uploads folder until the import is done or a day has passed.
    ``counts`` are those of the preview; ``problems`` hold row, field, message, remedy and
    whether it stands against the import, and ``other``: message and remedy in the language
    that is not that of the upload. ``made`` maps the ids of new records to the
    version they were made with, ``changed`` lists those of drafts that were changed.
    """

    class State(models.TextChoices):
        """How far it is."""

        READING = "reading", _("Being read")
        READY = "ready", _("Waiting for your decision")
        REFUSED = "refused", _("Cannot be imported")
        STORING = "storing", _("Being imported")
        DONE = "done", _("Imported")
        SUBMITTING = "submitting", _("Being submitted")
        UNDONE = "undone", _("Undone")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports")
    owner = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Record.Kind.choices)
    file_name = models.CharField(max_length=200)
    folder = models.CharField(max_length=32)
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    head = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    made = models.JSONField(default=dict)
    changed = models.JSONField(default=list)
    refusals = models.JSONField(default=list)

    class Meta:
        """Each user's, newest first."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "-created_at"])]
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    @property
    def is_busy(self) -> bool:
        """Whether the worker has it in hand."""
        return self.state in (self.State.READING, self.State.STORING, self.State.SUBMITTING)

    @property
    def standing(self) -> str:
        """Its state in words; one that has to be corrected first waits for no decision."""
        if self.state == self.State.UNDONE and self.made:
            return gettext("Undone in part")
        waits = self.state == self.State.READY and self.obstacles
        return gettext("To be corrected") if waits else self.get_state_display()

    @property
    def obstacles(self) -> list[dict[str, Any]]:
        """The problems that stand against it; the others are notes."""
        return [problem for problem in self.problems if problem["stops"]]

    def is_over(self, now: datetime) -> bool:
        """Whether its file is no longer kept."""
        return now - self.created_at > timedelta(hours=HOURS_KEPT)


class Origin(models.Model):
    """The number by which an organisation's own files call one of its records.

    It means something to its owner alone: two owners may use the same one, and it is
    never a record's code, so that nobody can find out by importing which codes exist.
    """

    record = models.OneToOneField(Record, models.CASCADE, related_name="origin")
    owner = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=200)

    class Meta:
        """One record per number of an owner."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "kind", "number"], name="one_origin")
        ]


def random_path(_attachment: "Attachment", _name: str) -> str:
    """A name on disk that says nothing and runs nowhere."""
    return f"attachments/{secrets.token_hex(20)}"


class Attachment(models.Model):
    """A file of a record; who may see its group of fields may fetch it."""

    class Group(models.TextChoices):
        """The group of fields it belongs to."""

        TEASER = "teaser", _("Public part")
        IDENTITY = "identity", _("Identity")
        CONFIDENTIAL = "confidential", _("Confidential part")

    record = models.ForeignKey(Record, models.CASCADE, related_name="attachments")
    group = models.CharField(_("belongs to"), max_length=12, choices=Group.choices)
    file = models.FileField(_("file"), upload_to=random_path, max_length=80)
    name = models.CharField(max_length=160)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        """In the order they came."""

        ordering: ClassVar[list[str]] = ["at", "pk"]


class Follow(models.Model):
    """Somebody wants to know what becomes of a record."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    record = models.ForeignKey(Record, models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    class Meta:
        """Once per person and record, newest first."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "record"], name="one_follow")
        ]
        ordering: ClassVar[list[str]] = ["-since", "-pk"]


class SavedSearch(models.Model):
    """A list with its filters that somebody comes back to, or has mailed.

    ``query`` is the list's query string. ``seen`` are the ids of what it found at its last
    run: what it finds beyond them at the next is new to this user.
    """

    class Frequency(models.TextChoices):
        """How often new hits are mailed."""

        NONE = "none", _("No mails")
        DAILY = "daily", _("Daily")
        WEEKLY = "weekly", _("Weekly")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="searches")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(max_length=12, choices=Record.Kind.choices)
    query = models.CharField(max_length=2000, blank=True)
    frequency = models.CharField(
        _("mails about new hits"),
        max_length=6,
        choices=Frequency.choices,
        default=Frequency.WEEKLY,
    )
    created_at = models.DateTimeField()
    last_run_at = models.DateTimeField(db_index=True)
    seen = models.JSONField(default=list)

    class Meta:
        """By name."""

        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
