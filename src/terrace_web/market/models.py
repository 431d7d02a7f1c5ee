"""The market's records: one table for all kinds, the kinds' fields are declared in ``kinds``."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.models import Organisation
from terrace_web.flows.models import Run

_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code() -> str:
    """A short code that says nothing about how many records there are."""
    return "T-" + "".join(secrets.choice(_CODE_LETTERS) for _place in range(8))


class Level(models.TextChoices):
    """Who may see a group of fields of a published record."""

    PUBLIC = "public", _("Everybody")
    ZONE = "zone", _("Members of the zone")
    NAMED = "named", _("Named organisations")
    PRIVATE = "private", _("Only owner and manager in charge")


class Record(models.Model):
    """An achievement, a need, a company, an expert, a piece of equipment or a service.

    The columns are what lists filter and sort by: all of them belong to the teaser.
    ``content`` holds the other fields by name; which group each belongs to is
    declared in ``kinds``. Its stage is that of ``run``.
    """

    class Kind(models.TextChoices):
        """What a record is."""

        ACHIEVEMENT = "achievement", _("Achievement")
        NEED = "need", _("Need")
        COMPANY = "company", _("Company")
        EXPERT = "expert", _("Expert")
        EQUIPMENT = "equipment", _("Equipment")
        SERVICE = "service", _("Service")

    code = models.CharField(_("code"), max_length=80, unique=True, default=new_code)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="records")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="records_in_charge",
    )
    run = models.OneToOneField(Run, models.PROTECT, related_name="record")
    teaser_level = models.CharField(max_length=8, choices=Level.choices, default=Level.PUBLIC)
    identity_level = models.CharField(max_length=8, choices=Level.choices, default=Level.PUBLIC)
    confidential_level = models.CharField(
        max_length=8, choices=Level.choices, default=Level.PRIVATE
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    title = models.CharField(_("title"), max_length=300, blank=True)
    fields = models.JSONField(_("fields"), default=list, blank=True)
    terms = models.JSONField(_("terms"), default=list, blank=True)
    region = models.CharField(_("region"), max_length=60, blank=True)
    readiness = models.PositiveSmallIntegerField(_("readiness level"), null=True, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    expires = models.DateField(_("published until"), null=True, blank=True)
    priority_date = models.DateField(_("priority date"), null=True, blank=True)
    waiver = models.CharField(_("waiver"), max_length=400, blank=True)
    content = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Lists are read by kind, newest first, or by owner."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "-published_at"]),
            models.Index(fields=["owner", "kind"]),
            models.Index(fields=["manager"]),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        """How audit entries name it: never by its title."""
        return f"{self.kind} {self.code}"


class Version(models.Model):
    """What a record said before a change: all its editable values."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    values = models.JSONField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        """One per number."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["record", "number"], name="one_version")
        ]
        ordering: ClassVar[list[str]] = ["-number"]


class AccessRequest(models.Model):
    """An organisation asks to see a group of fields, or to be introduced, and what was answered.

    For confidential fields the version of the agreement is kept with the name typed under it.
    """

    class State(models.TextChoices):
        """Where a request stands."""

        OPEN = "open", _("Waiting for an answer")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    record = models.ForeignKey(Record, models.CASCADE, related_name="access_requests")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="access_requests")
    group = models.CharField(_("fields"), max_length=12)
    reason = models.TextField(_("reason"), max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    nda_version = models.CharField(max_length=12, blank=True)
    nda_name = models.CharField(_("name under the agreement"), max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """One open request per record, organisation and group."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record", "organisation", "group"],
                condition=models.Q(state="open"),
                name="one_open_request",
            )
        ]
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]


class HeldInterview(models.Model):
    """Where a person's guided interview stands, until a draft is made of it or it begins anew."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="held_interviews"
    )
    said = models.JSONField(default=dict)

    class Meta:
        """One a person."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user"], name="one_held_interview")
        ]


class Change(models.Model):
    """The outbox: a record was changed, and the catalogue and the indexes have to follow.

    ``record_id`` is None where so many changed that all are to be read anew.
    """

    record_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, db_index=True)
