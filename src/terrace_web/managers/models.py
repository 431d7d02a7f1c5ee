"""Technology managers: what they know, how much they can take, and what was proposed to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from terrace_web.market.models import Record


class Profile(models.Model):
    """A technology manager as the registry shows and the assignment reads them."""

    class Grade(models.TextChoices):
        """The grade of a technology manager."""

        JUNIOR = "junior", _("Junior")
        INTERMEDIATE = "intermediate", _("Intermediate")
        SENIOR = "senior", _("Senior")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="manager_profile"
    )
    fields = models.JSONField(_("fields"), default=list)
    languages = models.JSONField(_("languages"), default=list)
    grade = models.CharField(_("grade"), max_length=14, choices=Grade.choices, default=Grade.JUNIOR)
    capacity = models.PositiveSmallIntegerField(_("records at a time"), default=30)
    about = models.TextField(_("experience"), blank=True, max_length=4000)
    is_active = models.BooleanField(_("takes new records"), default=True)
    conflicts = models.ManyToManyField(
        "accounts.Organisation", verbose_name=_("conflicts of interest"), blank=True
    )


class Assignment(models.Model):
    """A manager proposed for a record, and what became of the proposal."""

    class State(models.TextChoices):
        """Where a proposal stands."""

        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("Accepted")
        CHANGED = "changed", _("Given to somebody else")
        DISMISSED = "dismissed", _("Dismissed")

    record = models.ForeignKey(Record, models.CASCADE, related_name="assignments")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments"
    )
    fit = models.FloatField()
    reason_en = models.TextField(blank=True)
    reason_zh = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        """Read per state and per manager."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-proposed_at"]),
            models.Index(fields=["manager", "state"]),
        ]
